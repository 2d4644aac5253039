"""Keeps evaluation texts out of the training data.

Run: not by itself; `prepare` drops what `Guard.leaks` names and counts it in its manifest.

Two texts are one when their words are, or when a run of twelve words of one occurs in the other.
"""

import re
from collections.abc import Iterable, Iterator

WORD = re.compile(r"\w+")
RUN = 12
"""Words in a row that two texts do not share by chance."""


def words(text: str) -> tuple[str, ...]:
    """Words in lower case: what is left when spelling and punctuation are put aside."""
    return tuple(WORD.findall(text.casefold()))


def runs(parts: tuple[str, ...]) -> Iterator[int]:
    """A number for each run of `RUN` words."""
    return (hash(parts[at : at + RUN]) for at in range(len(parts) - RUN + 1))


class Guard:
    """Remembers texts, and says whether another repeats one of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._whole: set[int] = set()
        self._runs: set[int] = set()
        for text in texts:
            parts = words(text)
            # Single words and pairs ("Normans", "plot summary") are titles, not test items.
            if len(parts) > 2:
                self._whole.add(hash(parts))
            self._runs.update(runs(parts))

    def leaks(self, text: str) -> bool:
        """Whether ``text`` equals a remembered text or shares a run of words with one."""
        parts = words(text)
        return hash(parts) in self._whole or any(run in self._runs for run in runs(parts))

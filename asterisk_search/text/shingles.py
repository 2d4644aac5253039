"""How much two texts have in common, word for word.

The set of all runs of four words of a text (Broder, "On the resemblance and containment of
documents", 1997): resemblance is the share of runs that both have of those that either has,
containment the share of the smaller one's.
"""

import re
from collections.abc import Set
from typing import Final

from asterisk_search.text.folding import fold

RUN: Final = 4
MOST_WORDS: Final = 20_000
"""Words that are looked at; a copy of a longer text shows it in its beginning too."""
_WORD: Final = re.compile(r"\w+")


def shingles(text: str) -> frozenset[int]:
    """A number for each run of four words; of a shorter text, one for all of it.

    The numbers mean nothing in another process.
    """
    words = _WORD.findall(fold(text[: MOST_WORDS * 20]))[:MOST_WORDS]
    if not words:
        return frozenset()
    runs = max(len(words) - RUN + 1, 1)
    return frozenset(hash(tuple(words[at : at + RUN])) for at in range(runs))


def resemblance(one: Set[int], other: Set[int]) -> float:
    """Share of the runs of either that both have, 0 to 1."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0


def containment(one: Set[int], other: Set[int]) -> float:
    """Share of the runs of the smaller one that the other has, 0 to 1."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0

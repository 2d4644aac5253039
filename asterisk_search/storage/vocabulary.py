"""What the index says of words, kept between queries.

To list the words that begin with two letters costs some milliseconds, because FTS5 counts their
passages one by one; a mistyped word needs three such lists, and whoever types while notes are being
saved would pay for them with every letter.
"""

import threading
import time
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

MOST: Final = 4_000_000
"""Characters kept: the words of some ten thousand notes take a quarter of that."""
MOST_WORDS: Final = 5_000
"""Words of which something is kept."""
LONGEST: Final = 64
"""Characters of such a word."""
_OVERHEAD: Final = 400
Counted = Iterable[tuple[str, int]]
"""Terms with the passages that say them."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A list in little memory: a string for each word would take ten times as much."""

    terms: str
    """One a line; no term holds white space."""
    found: "array[int]"
    generation: int
    moment: float

    @property
    def size(self) -> int:
        """About the characters it takes, an empty one too."""
        return len(self.terms) + _OVERHEAD

    def counted(self) -> Counted:
        """The terms again."""
        return zip(self.terms.split("\n"), self.found, strict=True) if self.found else ()


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a word was taken for."""

    term: str | None
    generation: int
    moment: float


class Vocabulary:
    """What the index says of words, bounded and thread-safe."""

    def __init__(
        self, stale_s: float = 0.0, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """What is not counted may be older than the catalog by ``stale_s`` seconds of ``clock``."""
        self._stale_s = stale_s
        self._clock = clock
        self._lock = threading.Lock()
        self._lists: OrderedDict[str, _Listed] = OrderedDict()
        self._size = 0
        self._meant: dict[str, _Meant] = {}
        self._found: dict[str, int] = {}
        self._counted_at = -1

    def found(self, word: str, generation: int, read: Callable[[str], int]) -> int:
        """How many passages say a word, as ``read`` counted them at this very generation."""
        if len(word) > LONGEST:
            return read(word)
        with self._lock:
            if generation != self._counted_at or len(self._found) >= MOST_WORDS:
                self._found, self._counted_at = {}, generation
            counts = self._found
        if word not in counts:
            counts[word] = read(word)
        return counts[word]

    def meant(self, word: str, generation: int, find: Callable[[str], str | None]) -> str | None:
        """What ``find`` took a word for at this generation or not long ago."""
        if len(word) > LONGEST:
            return find(word)
        with self._lock:
            known = self._meant.get(word)
        if known is None or not self._serves(known, generation):
            known = _Meant(find(word), generation, self._clock())
            with self._lock:
                if len(self._meant) >= MOST_WORDS:
                    self._meant = {}
                self._meant[word] = known
        return known.term

    def beginning(self, start: str, generation: int, read: Callable[[str], Counted]) -> Counted:
        """The terms that begin so, as ``read`` gave them at this generation or not long ago."""
        with self._lock:
            known = self._lists.get(start)
            if known is not None and self._serves(known, generation):
                self._lists.move_to_end(start)
                return known.counted()
        rows = list(read(start))
        terms, found = "\n".join(term for term, _ in rows), array("Q", (count for _, count in rows))
        listed = _Listed(terms, found, generation, self._clock())
        self._keep(start, listed)
        return listed.counted()

    def _serves(self, known: _Listed | _Meant, generation: int) -> bool:
        return known.generation == generation or self._clock() - known.moment < self._stale_s

    def _keep(self, start: str, listed: _Listed) -> None:
        with self._lock:
            former = self._lists.pop(start, None)
            self._size += listed.size - (former.size if former else 0)
            self._lists[start] = listed
            while self._size > MOST and len(self._lists) > 1:
                self._size -= self._lists.popitem(last=False)[1].size

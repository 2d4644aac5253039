"""Names and numbers of a text: what tells the same event from the same kind of event.

"An earthquake of magnitude 5.1 shakes Chile" and "An earthquake of magnitude 6.4 shakes Japan" say
nearly the same to any model of meaning. Rules, not a model: cheap, predictable, and English.
"""

import re
from dataclasses import dataclass
from typing import Final

from asterisk_search.text.stopwords import STOP_WORDS

_WORD: Final = re.compile(r"[^\W\d_][\w'’&.-]*|\d[\d.,:]*", re.UNICODE)
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+|\n+")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_CALENDAR: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december".split()
)
_TITLE_CASE: Final = 0.6
"""Share of capitalised words from which capitals mean nothing: a headline in title case."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text names and counts; all lower case."""

    names: frozenset[str] = frozenset()
    """Capitalised inside a sentence: surely names."""
    maybe: frozenset[str] = frozenset()
    """Capitalised where any word would be."""
    whole: frozenset[str] = frozenset()
    """Whole numbers without years: they grow while an event goes on."""
    exact: frozenset[str] = frozenset()
    """Numbers with a point inside: versions, magnitudes, prices."""

    def conflicts(self, other: "Facts") -> bool:
        """Whether the two can hardly be about one event.

        That is so when both name something and share no name; when both state exact numbers and
        share none; and when they share neither a name nor a whole number, but both have one.
        """
        shared = (self.names & other._all) | (other.names & self._all)
        if self.names and other.names and not shared:
            return True
        if self.exact and other.exact and not self.exact & other.exact:
            return True
        return bool(self.whole and other.whole and not self.whole & other.whole and not shared)

    @property
    def _all(self) -> frozenset[str]:
        return self.names | self.maybe


def facts_of(text: str) -> Facts:
    """The names and numbers of a text."""
    sure: set[str] = set()
    maybe: set[str] = set()
    numbers: set[str] = set()
    for sentence in _SENTENCE.split(text):
        words = [word.rstrip(".,:'’-") for word in _WORD.findall(sentence)]
        numbers.update(_number(word) for word in words if word[:1].isdigit())
        named = [at for at, word in enumerate(words) if _is_name(word)]
        headline = len(named) > 2 and len(named) >= _TITLE_CASE * len(words)
        for at in named:
            certain = not headline and (at > 0 or words[at][1:] != words[at][1:].lower())
            (sure if certain else maybe).add(_key(words[at]))
    exact = frozenset(number for number in numbers if "." in number)
    whole = frozenset(n for n in numbers if n not in exact and not _YEAR.fullmatch(n))
    return Facts(frozenset(sure), frozenset(maybe - sure), whole, exact)


def _is_name(word: str) -> bool:
    return word[:1].isupper() and _key(word) not in STOP_WORDS | _CALENDAR


def _key(word: str) -> str:
    return word.lower().removesuffix("'s").removesuffix("’s")


def _number(word: str) -> str:
    """Without thousands separators: ``1,200`` is ``1200``."""
    return re.sub(r",(?=\d{3}\b)", "", word)

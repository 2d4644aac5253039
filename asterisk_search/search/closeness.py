"""How much of a question one passage says, and how close together.

BM25 adds words up wherever they stand; a passage that answers says most of them, near each other.
Matching is that of snippets: folded, and blind to common endings.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from asterisk_search.answers import Wording
from asterisk_search.text.beginnings import beginning
from asterisk_search.text.snippets import bare, stem

NEAR: Final = 60
"""Characters within which words stand together: about ten words."""
_MOST = 200
"""Matches of one passage that are looked at."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Closeness:
    """Both are shares of the weight of all words, 0 to 1."""

    coverage: float
    """Of the words that are there."""
    nearness: float
    """Of those within the best stretch of `NEAR` characters."""


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks for the words of one query in many passages."""

    groups: dict[str, int]
    """Stem to the number of its group; of a group one word is enough."""
    weights: tuple[float, ...]
    """Of each group."""
    starts: tuple[str, ...]
    """What words that may have one of the stems begin with."""
    pattern: re.Pattern[str] | None
    """The same and stems of unspaced scripts, which begin anywhere; only if there are such."""

    @classmethod
    def of(cls, wanted: Wording) -> "Looker":
        """A looker for the words of a query."""
        groups: dict[str, int] = {}
        for number, group in enumerate(wanted.groups):
            for term in group:
                for word in re.findall(r"\w+", bare(term.text)):
                    groups.setdefault(stem(word), number)
        weights = tuple(max(term.weight for term in group) for group in wanted.groups)
        starts = tuple(_start(one) for one in groups if not _UNSPACED.match(one))
        return cls(groups, weights, starts, _pattern(groups, starts))

    def look(self, text: str) -> Closeness:
        """How much of the question ``text`` says."""
        if not self.groups:
            return Closeness(0.0, 0.0)
        matches: list[tuple[int, int]] = []
        for at, word in self._words(bare(text)):
            group = self.groups.get(word if _UNSPACED.match(word) else stem(word))
            if group is not None:
                matches.append((at, group))
                if len(matches) == _MOST:
                    break
        total = sum(self.weights)
        return Closeness(
            sum(self.weights[group] for group in {group for _, group in matches}) / total,
            self._densest(matches) / total,
        )

    def _words(self, text: str) -> Sequence[tuple[int, str]]:
        """Place and letters of the words that may be meant."""
        if self.pattern is None:
            return beginning(text, self.starts)
        return [(match.start(), match.group()) for match in self.pattern.finditer(text)]

    def _densest(self, matches: list[tuple[int, int]]) -> float:
        """The most weight within `NEAR` characters."""
        best = weight = 0.0
        inside = [0] * len(self.weights)
        first = 0
        for at, group in matches:
            if not inside[group]:
                weight += self.weights[group]
            inside[group] += 1
            while matches[first][0] < at - NEAR:
                gone = matches[first][1]
                inside[gone] -= 1
                if not inside[gone]:
                    weight -= self.weights[gone]
                first += 1
            best = max(best, weight)
        return best


def _start(root: str) -> str:
    """What words of this stem begin with; their last letter may differ ("city", "cities")."""
    return root[:-1] if len(root) > 3 else root


def _pattern(stems: Iterable[str], starts: Sequence[str]) -> re.Pattern[str] | None:
    unspaced = [re.escape(one) for one in stems if _UNSPACED.match(one)]
    if not unspaced:
        return None
    spaced = [rf"\b(?:{'|'.join(map(re.escape, starts))})\w*"] if starts else []
    return re.compile("|".join([*spaced, *unspaced]))

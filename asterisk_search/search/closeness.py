"""How much of a question one passage says, and how close together.

BM25 adds words up wherever they stand; a passage that answers says most of them, near each other.
Matching is that of snippets: folded, and blind to common endings.
"""

import re
from dataclasses import dataclass
from typing import Final

from asterisk_search.answers import Wording
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
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, wanted: Wording) -> "Looker":
        """A looker for the words of a query."""
        groups: dict[str, int] = {}
        for number, group in enumerate(wanted.groups):
            for term in group:
                for word in re.findall(r"\w+", bare(term.text)):
                    groups.setdefault(stem(word), number)
        weights = tuple(max(term.weight for term in group) for group in wanted.groups)
        return cls(groups, weights, _pattern(groups))

    def look(self, text: str) -> Closeness:
        """How much of the question ``text`` says."""
        if self.pattern is None:
            return Closeness(0.0, 0.0)
        matches: list[tuple[int, int]] = []
        for match in self.pattern.finditer(bare(text)):
            word = match.group()
            group = self.groups.get(word if _UNSPACED.match(word) else stem(word))
            if group is not None:
                matches.append((match.start(), group))
                if len(matches) == _MOST:
                    break
        total = sum(self.weights)
        return Closeness(
            sum(self.weights[group] for group in {group for _, group in matches}) / total,
            self._densest(matches) / total,
        )

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


def _pattern(stems: dict[str, int]) -> re.Pattern[str] | None:
    """Words that may have one of the stems; their last letter may differ ("city", "cities")."""
    spaced = [one[:-1] if len(one) > 3 else one for one in stems if not _UNSPACED.match(one)]
    unspaced = [re.escape(one) for one in stems if _UNSPACED.match(one)]
    parts = [rf"\b(?:{'|'.join(map(re.escape, spaced))})\w*"] if spaced else []
    return re.compile("|".join([*parts, *unspaced])) if parts or unspaced else None

"""Near-identical results folded into one: the same page saved twice, a note kept in two places."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from asterisk_search.search.results import Group
from asterisk_search.text.snippets import bare

SAME: Final = 0.75
"""Share of runs of three words that two passages must have in common (Broder, "On the resemblance
and containment of documents", 1997)."""
LEAST: Final = 12
"""Shorter passages are alike by chance."""


def folded(groups: Sequence[Group], limit: int) -> list[Group]:
    """The first ``limit`` groups, each with those below it that say the same; then the rest."""
    kept: list[Group] = []
    seen: list[frozenset[str]] = []
    for at, group in enumerate(groups):
        if len(kept) == limit:
            return [*kept, *groups[at:]]
        shingles = _shingles(group.passage.text)
        twin = next((n for n, other in enumerate(seen) if _alike(shingles, other)), None)
        if twin is None:
            kept.append(group)
            seen.append(shingles)
        else:
            first = kept[twin]
            kept[twin] = replace(first, duplicates=(*first.duplicates, group.passage))
    return kept


def _shingles(text: str) -> frozenset[str]:
    words = bare(text).split()
    if len(words) < LEAST:
        return frozenset()
    return frozenset(" ".join(words[at : at + 3]) for at in range(len(words) - 2))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if not one or not SAME <= len(one) / max(len(other), 1) <= 1 / SAME:
        return False
    common = len(one & other)
    return common >= SAME * (len(one) + len(other) - common)

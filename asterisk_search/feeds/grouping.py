"""Items that tell one story become a group, without chains.

With single linkage, A like B and B like C puts A and C together though nobody would. Here an item
joins a group only by its likeness to the group's leader (``leader``: one pass, as the items come)
or to every member of it (``complete``: the closest pairs first).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from asterisk_search.feeds.facts import Facts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from asterisk_search.protocols import Vectors

Linkage = Literal["leader", "complete"]
_BLOCK: Final = 512
"""Rows compared at once: 10 MB for 5,000 items."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Items that tell one story."""

    leader: str
    members: tuple[str, ...]
    """Ids, the leader first, the others in their order."""
    similarities: tuple[tuple[float, ...], ...]
    """The cosine of each member with each: row i and column j as in ``members``."""


@dataclass(frozen=True, slots=True)
class Rules:
    """When two items may tell the same story."""

    threshold: float
    """Cosine from which they do."""
    window: float | None = None
    """Seconds that may lie between them; ``None`` means any time."""
    own_source: float = 0.05
    """Added to the threshold for two items of one source, which seldom tells a story twice."""

    def __post_init__(self) -> None:
        if not -1 <= self.threshold <= 1:
            raise ValueError(f"a cosine lies between -1 and 1, not at {self.threshold}")
        if self.window is not None and self.window < 0:
            raise ValueError(f"a window of {self.window} seconds is none")


@dataclass(frozen=True, slots=True)
class _Items:
    """The items in their order, and what may be grouped with what."""

    vectors: "Vectors"
    times: "NDArray[np.float64] | None"
    sources: Sequence[str] | None
    facts: Sequence[Facts] | None
    rules: Rules

    def cosines(self, one: int, others: Sequence[int]) -> "Vectors":
        """Cosines of one item with others; -1 where something other than meaning forbids it."""
        at = np.asarray(others, dtype=np.int64)
        cosines = self.vectors[at] @ self.vectors[one]
        allowed = cosines >= self.rules.threshold
        if self.times is not None and self.rules.window is not None:
            allowed &= np.abs(self.times[at] - self.times[one]) <= self.rules.window
        for place in np.flatnonzero(allowed):
            allowed[place] = self._compatible(one, int(at[place]), float(cosines[place]))
        return np.where(allowed, cosines, np.float32(-1.0))

    def _compatible(self, one: int, other: int, cosine: float) -> bool:
        name = self.sources[one] if self.sources is not None else ""
        own = self.sources is not None and name != "" and name == self.sources[other]
        # Equal texts of one source are one story whatever the threshold.
        if own and cosine < min(self.rules.threshold + self.rules.own_source, 0.999):
            return False
        return self.facts is None or not self.facts[one].conflicts(self.facts[other])


def group_similar(
    ids: Sequence[str],
    vectors: "Vectors",
    times: Sequence[float] | None = None,
    sources: Sequence[str] | None = None,
    threshold: float = 0.8,
    window: float | None = None,
    linkage: Linkage = "leader",
    *,
    facts: Sequence[Facts] | None = None,
    own_source: float = 0.05,
) -> list[Cluster]:
    """Groups of the items, of one member where nothing is like it; their order is the leaders'.

    ``vectors`` has shape (n, dim), rows of unit length; ``times`` are seconds of one clock. Items
    are taken newest first where times are given, else in the order given; ties by id. So the leader
    of a group is its newest item (of ``complete`` too), and the same items give the same groups.
    With ``facts`` (`feeds.facts`), items that name other things or state other numbers stay apart.
    Work grows with the square of n, memory does not: 5,000 items take seconds.

    An empty source is an unknown one.

    Raises:
        ValueError: lengths that differ, an id given twice, a vector that is not finite, or
            numbers that are no threshold, window or linkage.
    """
    count = len(ids)
    _check(ids, vectors, times, sources, facts)
    if linkage not in ("leader", "complete"):
        raise ValueError(f"unknown linkage {linkage!r}: leader or complete")
    if not count:
        return []
    order = sorted(range(count), key=lambda at: (-times[at] if times else at, ids[at]))
    items = _Items(
        vectors[order].astype(np.float32),
        None if times is None else np.asarray([times[at] for at in order], dtype=np.float64),
        None if sources is None else [sources[at] for at in order],
        None if facts is None else [facts[at] for at in order],
        Rules(threshold, window, own_source),
    )
    groups = _by_leader(items, count) if linkage == "leader" else _complete(items, count)
    return [_cluster([order[at] for at in group], ids, vectors) for group in groups]


def _by_leader(items: _Items, count: int) -> list[list[int]]:
    groups: list[list[int]] = []
    leaders: list[int] = []
    for one in range(count):
        cosines = items.cosines(one, leaders)
        best = int(cosines.argmax()) if len(leaders) else -1
        if best >= 0 and cosines[best] > -1:
            groups[best].append(one)
        else:
            leaders.append(one)
            groups.append([one])
    return groups


def _complete(items: _Items, count: int) -> list[list[int]]:
    """Closest pairs first; two groups become one when every pair across them is allowed."""
    allowed = _allowed_pairs(items, count)
    owner = list(range(count))
    groups: dict[int, list[int]] = {one: [one] for one in range(count)}
    for one, other in sorted(allowed, key=lambda pair: (-allowed[pair], pair)):
        mine, theirs = owner[one], owner[other]
        if mine == theirs:
            continue
        across = ((min(a, b), max(a, b)) for a in groups[mine] for b in groups[theirs])
        if all(pair in allowed for pair in across):
            kept, gone = min(mine, theirs), max(mine, theirs)
            for member in groups[gone]:
                owner[member] = kept
            groups[kept] = sorted(groups[kept] + groups.pop(gone))
    return [groups[at] for at in sorted(groups)]


def _allowed_pairs(items: _Items, count: int) -> dict[tuple[int, int], float]:
    found: dict[tuple[int, int], float] = {}
    for at in range(0, count, _BLOCK):
        block = items.vectors[at : at + _BLOCK] @ items.vectors[at:].T
        for row, column in np.argwhere(block >= items.rules.threshold):
            one, other = int(at + row), int(at + column)
            if one < other and (cosine := float(items.cosines(one, [other])[0])) > -1:
                found[one, other] = cosine
    return found


def _cluster(members: Sequence[int], ids: Sequence[str], vectors: "Vectors") -> Cluster:
    rows = vectors[list(members)].astype(np.float32)
    matrix = np.clip(rows @ rows.T, -1, 1)
    return Cluster(
        ids[members[0]],
        tuple(ids[at] for at in members),
        tuple(tuple(round(float(value), 4) for value in row) for row in matrix),
    )


def _check(
    ids: Sequence[str],
    vectors: "Vectors",
    *beside: Sequence[object] | None,
) -> None:
    count = len(ids)
    if vectors.ndim != 2 or len(vectors) != count:
        raise ValueError(f"{count} ids, but vectors of shape {vectors.shape}")
    if any(values is not None and len(values) != count for values in beside):
        raise ValueError(f"{count} ids, but another number of times, sources or facts")
    if len(set(ids)) != count:
        raise ValueError("an id is given twice")
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds values that are not finite")

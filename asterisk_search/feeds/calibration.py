"""Thresholds: from pairs somebody has judged, or from what pairs by chance look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from asterisk_search.protocols import Vectors


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision and recall at each threshold that could be chosen, highest threshold first."""

    thresholds: "NDArray[np.float64]"
    precision: "NDArray[np.float64]"
    recall: "NDArray[np.float64]"
    average_precision: float
    """Area under precision over recall, by steps, equal scores taken together."""

    def at_precision(self, precision: float) -> tuple[float, float] | None:
        """The threshold of the largest recall that keeps this precision, and that recall.

        ``None`` when no threshold keeps it.
        """
        good = np.flatnonzero(self.precision >= precision)
        if not len(good):
            return None
        best = int(good[-1])  # recall only grows along the curve
        return float(self.thresholds[best]), float(self.recall[best])

    def at_threshold(self, threshold: float) -> tuple[float, float]:
        """Precision and recall when everything from ``threshold`` on counts as the same."""
        above = np.flatnonzero(self.thresholds >= threshold)
        if not len(above):
            return 1.0, 0.0
        return float(self.precision[above[-1]]), float(self.recall[above[-1]])


def calibrate(scores: Sequence[float], same: Sequence[bool]) -> Curve:
    """The curve of judged pairs: their cosines, and whether they say the same.

    Raises:
        ValueError: lengths that differ, or no pair that says the same.
    """
    if len(scores) != len(same):
        raise ValueError(f"{len(scores)} scores for {len(same)} judgements")
    values, truth = np.asarray(scores, dtype=np.float64), np.asarray(same, dtype=bool)
    if not truth.any():
        raise ValueError("none of the pairs says the same")
    order = np.argsort(-values, kind="stable")
    values, truth = values[order], truth[order]
    last = np.flatnonzero(np.append(np.diff(values) != 0, True))  # ends of runs of equal scores
    hits = np.cumsum(truth)[last]
    precision, recall = hits / (last + 1), hits / truth.sum()
    gained = np.diff(recall, prepend=0.0)
    return Curve(values[last], precision, recall, float((precision * gained).sum()))


def chance_threshold(
    vectors: "Vectors", false_rate: float = 1e-4, *, pairs: int = 200_000, seed: int = 0
) -> float:
    """The cosine that pairs drawn by chance from ``vectors`` (n, dim) exceed at this rate.

    For texts nobody has judged: nearly all such pairs are different stories, so a threshold above
    it seldom joins two. Reproducible by ``seed``.

    Raises:
        ValueError: fewer than two vectors, or a rate that is none.
    """
    if len(vectors) < 2 or not 0 < false_rate < 1:
        raise ValueError("two vectors at least, and a rate between 0 and 1")
    draw = np.random.default_rng(seed)
    one = draw.integers(0, len(vectors), pairs)
    other = (one + draw.integers(1, len(vectors), pairs)) % len(vectors)
    cosines = np.empty(pairs, dtype=np.float32)
    for at in range(0, pairs, 8192):
        rows = slice(at, at + 8192)
        cosines[rows] = np.einsum("nd,nd->n", vectors[one[rows]], vectors[other[rows]])
    return float(np.quantile(cosines, 1 - false_rate))

"""Measures of a ranking."""

import math
from collections.abc import Sequence


def ndcg(ranked: Sequence[float], wanted: Sequence[float], k: int) -> float:
    """Normalised discounted cumulative gain at ``k`` (Järvelin and Kekäläinen 2002), linear gain.

    ``ranked`` are the grades of what was found, best first; ``wanted`` those of all there is.
    """
    best = _gain(sorted(wanted, reverse=True)[:k])
    return _gain(ranked[:k]) / best if best else 0.0


def _gain(grades: Sequence[float]) -> float:
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades))

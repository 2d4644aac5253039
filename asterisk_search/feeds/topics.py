"""Topic labels that stay: a story gets the label of the nearest topic there is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors


class Topics:
    """Labels with the mean of what was given them.

    Whoever names topics freely (a model asked for one word, say) calls one topic "AI" today and
    "Machine learning" tomorrow; asked here first, it keeps the word it had.
    """

    def __init__(self, threshold: float = 0.5, *, memory: int = 50) -> None:
        """A text is of a topic from this cosine on; a mean moves as if of ``memory`` texts."""
        self._threshold = threshold
        self._memory = memory
        self._centroids: dict[str, Vectors] = {}
        self._weights: dict[str, int] = {}

    @property
    def centroids(self) -> Mapping[str, "Vectors"]:
        """Label and unit vector of each topic; to be stored, and given to `restore`."""
        return dict(self._centroids)

    def restore(self, centroids: Mapping[str, "Vectors"]) -> None:
        """Take topics back that were stored; they count as well established."""
        self._centroids = {label: _unit(vector) for label, vector in centroids.items()}
        self._weights = dict.fromkeys(self._centroids, self._memory)

    def nearest(self, vector: "Vectors") -> tuple[str, float] | None:
        """Label and cosine of the nearest topic; ``None`` when none is near enough."""
        scored = [(float(centroid @ vector), label) for label, centroid in self._centroids.items()]
        best = max(scored, key=lambda pair: (pair[0], pair[1]), default=None)
        return (best[1], best[0]) if best and best[0] >= self._threshold else None

    def assign(self, vector: "Vectors", proposed: str) -> str:
        """The label of the text: that of the nearest topic, else ``proposed``, now a topic too."""
        found = self.nearest(vector)
        label = found[0] if found else proposed
        weight = min(self._weights.get(label, 0), self._memory)
        old = self._centroids.get(label, np.zeros_like(vector))
        self._centroids[label] = _unit(old * weight + vector)
        self._weights[label] = weight + 1
        return label


def _unit(vector: "Vectors") -> "Vectors":
    length = float(np.linalg.norm(vector))
    scaled: Vectors = (vector / length if length > 0 else vector).astype(np.float32)
    return scaled

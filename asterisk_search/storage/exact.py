"""Exact nearest neighbours: one matrix product over all vectors.

Nothing to build, nothing to save, no recall to lose; the faster choice for small vaults.
"""

import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from asterisk_search.answers import Scored
from asterisk_search.records import ChunkId

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from asterisk_search.protocols import Vectors


def check_vectors(ids: Sequence[ChunkId], vectors: "Vectors", dim: int) -> None:
    """Refuse what native code would not.

    Raises:
        ValueError: shape other than (len(ids), dim), or a value that is not finite.
    """
    if vectors.shape != (len(ids), dim):
        raise ValueError(f"expected vectors of shape {(len(ids), dim)}, got {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds values that are not finite")


def ranked(ids: "NDArray[np.int64]", scores: "Vectors", k: int) -> list[Scored]:
    """The ``k`` best of (n,) ids by (n,) scores; equal scores in order of id."""
    if k <= 0:
        return []
    if k < len(ids):
        # The k-th best score decides who takes part; ties at that score are settled by id below.
        limit = np.partition(scores, len(scores) - k)[len(scores) - k]
        keep = scores >= limit
        ids, scores = ids[keep], scores[keep]
    order = np.lexsort((ids, -scores))[:k]
    return list(map(Scored, ids[order].tolist(), scores[order].tolist()))


class ExactIndex:
    """`protocols.VectorIndex` by brute force. Memory: 4 · dim bytes a vector."""

    def __init__(self, dim: int) -> None:
        self._dim = dim
        self._lock = threading.Lock()
        self._ids: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._vectors: Vectors = np.empty((0, dim), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> "NDArray[np.int64]":
        """Labels of the living vectors, ascending."""
        return self._ids.copy()

    def put(self, ids: Sequence[ChunkId], vectors: "Vectors") -> None:
        """Add vectors, replacing those whose label is already there."""
        check_vectors(ids, vectors, self._dim)
        if not len(ids):
            return
        # The last of several vectors for one label counts, as it would one call at a time.
        new, last = np.unique(np.asarray(ids, dtype=np.int64)[::-1], return_index=True)
        rows = vectors[::-1][last]
        with self._lock:
            kept = ~np.isin(self._ids, new)
            merged = np.concatenate([self._ids[kept], new])
            order = np.argsort(merged)
            stacked = np.concatenate([self._vectors[kept], rows.astype(np.float32)])
            self._ids, self._vectors = merged[order], stacked[order]

    def drop(self, ids: Iterable[ChunkId]) -> None:
        """Remove vectors; unknown labels are ignored."""
        gone = np.fromiter(ids, dtype=np.int64)
        with self._lock:
            kept = ~np.isin(self._ids, gone)
            self._ids, self._vectors = self._ids[kept], self._vectors[kept]

    def nearest(
        self, vector: "Vectors", k: int, *, among: "NDArray[np.int64] | None" = None
    ) -> list[Scored]:
        """At most ``k`` neighbours by cosine, best first."""
        check_vectors([0], vector.reshape(1, -1), self._dim)
        with self._lock:
            ids, vectors = self._ids, self._vectors
        if among is not None:
            kept = np.isin(ids, among)
            ids, vectors = ids[kept], vectors[kept]
        return ranked(ids, vectors @ vector.astype(np.float32), k)

"""Approximate nearest neighbours by hnswlib (Malkov and Yashunin, arXiv:1603.09320).

hnswlib checks little: wrong dimensions read out of bounds, a search before the first vector
crashes, and the number of living vectors is not known to it. This class checks every argument
first, keeps its own set of living labels, and holds one lock around every native call.
"""

import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import hnswlib
import numpy as np

from asterisk_search.answers import Scored
from asterisk_search.records import ChunkId
from asterisk_search.storage.exact import check_vectors, ranked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from asterisk_search.protocols import Vectors

M: Final = 16
EF_CONSTRUCTION: Final = 100
EF_SEARCH: Final = 96
EXACT_AMONG: Final = 10_000
"""Up to this many allowed labels, comparing all of them is faster than searching the graph."""
MAX_DEAD: Final = 0.3
"""Share of dropped vectors from which a graph is worth building anew."""


class HnswIndex:
    """`protocols.VectorIndex` on hnswlib. Memory: about 1.3 kB a vector of 256 dimensions.

    ``capacity`` is room made at once; it grows by itself, at the price of a copy.
    """

    def __init__(
        self, dim: int, *, threads: int = 1, ef: int = EF_SEARCH, capacity: int = 1024
    ) -> None:
        self._dim = dim
        self._threads = threads
        self._ef = ef
        self._lock = threading.RLock()
        self._alive: set[int] = set()
        self._graph: Any = self._empty_graph(max(capacity, 1))

    @classmethod
    def restored(
        cls,
        graph: object,
        dim: int,
        alive: Iterable[ChunkId],
        *,
        ef: int = EF_SEARCH,
        threads: int = 1,
    ) -> "HnswIndex":
        """An index around a loaded graph of which only ``alive`` count."""
        index = cls(dim, ef=ef, threads=threads)
        index._graph = graph
        index._alive = set(alive)
        return index

    def __len__(self) -> int:
        return len(self._alive)

    def ids(self) -> "NDArray[np.int64]":
        """Labels of the living vectors, ascending."""
        with self._lock:
            return np.fromiter(sorted(self._alive), dtype=np.int64, count=len(self._alive))

    def put(self, ids: Sequence[ChunkId], vectors: "Vectors") -> None:
        """Add vectors, replacing those whose label is already there."""
        check_vectors(ids, vectors, self._dim)
        if not len(ids):
            return
        last = {int(label): row for row, label in enumerate(ids)}
        rows = vectors[list(last.values())]
        with self._lock:
            self._make_room(len(last))
            self._graph.add_items(rows, list(last), num_threads=self._threads)
            self._alive.update(last)

    def drop(self, ids: Iterable[ChunkId]) -> None:
        """Remove vectors; unknown labels are ignored."""
        with self._lock:
            for label in {int(chunk) for chunk in ids} & self._alive:
                self._graph.mark_deleted(label)
                self._alive.discard(label)

    def nearest(
        self, vector: "Vectors", k: int, *, among: "NDArray[np.int64] | None" = None
    ) -> list[Scored]:
        """At most ``k`` neighbours by cosine, best first; exact when ``among`` is small."""
        check_vectors([0], vector.reshape(1, -1), self._dim)
        with self._lock:
            if among is None:
                return self._search(vector, min(k, len(self._alive)))
            allowed = np.array([i for i in among.tolist() if i in self._alive], dtype=np.int64)
            if len(allowed) <= EXACT_AMONG:
                return self._compare(vector, k, allowed)
            return self._widen(vector, k, allowed)

    def dead_share(self) -> float:
        """Share of the graph's vectors that were dropped and still take room, 0 to 1."""
        with self._lock:
            total = int(self._graph.get_current_count())
            return 1 - len(self._alive) / total if total else 0.0

    def compact(self) -> None:
        """Build the graph anew from the living vectors."""
        with self._lock:
            ids = self.ids()
            old, self._graph = self._graph, self._empty_graph(max(len(ids), 1024))
            for at in range(0, len(ids), 4096):
                batch = ids[at : at + 4096]
                items = np.asarray(old.get_items(batch), dtype=np.float32)
                self._graph.add_items(items, batch, num_threads=self._threads)

    def write(self, path: str) -> None:
        """Let hnswlib write the graph; `storage.vector_file` sees to safety."""
        with self._lock:
            self._graph.save_index(path)

    def _search(self, vector: "Vectors", k: int) -> list[Scored]:
        if k <= 0:
            return []
        self._graph.set_ef(max(self._ef, k))
        try:
            labels, distances = self._graph.knn_query(vector.reshape(1, -1), k=k, num_threads=1)
        except RuntimeError:
            # The walk met fewer than k living vectors: too many dropped ones in its way.
            return self._compare(vector, k, self.ids())
        return ranked(labels[0].astype(np.int64), 1 - distances[0], k)

    def _compare(self, vector: "Vectors", k: int, ids: "NDArray[np.int64]") -> list[Scored]:
        if not len(ids):
            return []
        items = np.asarray(self._graph.get_items(ids), dtype=np.float32)
        return ranked(ids, items @ vector.astype(np.float32), k)

    def _widen(self, vector: "Vectors", k: int, allowed: "NDArray[np.int64]") -> list[Scored]:
        """Ask for more and more neighbours until enough are allowed, then give up on the graph."""
        wanted, permitted = k, set(allowed.tolist())
        while wanted < len(self._alive) // 4:
            wanted = wanted * 4
            found = [s for s in self._search(vector, wanted) if s.id in permitted]
            if len(found) >= k:
                return found[:k]
        return self._compare(vector, k, allowed)

    def _make_room(self, more: int) -> None:
        needed = int(self._graph.get_current_count()) + more
        capacity = int(self._graph.get_max_elements())
        if needed > capacity:
            self._graph.resize_index(max(needed, capacity + capacity // 4))

    def _empty_graph(self, capacity: int) -> Any:  # noqa: ANN401 - hnswlib has no types
        graph = hnswlib.Index(space="ip", dim=self._dim)
        graph.init_index(max_elements=capacity, M=M, ef_construction=EF_CONSTRUCTION)
        graph.set_num_threads(self._threads)
        return graph

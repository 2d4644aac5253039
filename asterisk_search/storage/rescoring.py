"""Cosines of what an approximate index found, by the vectors that the catalog holds.

A process that stays keeps rounded vectors; one that answers once reads them whole. Both must give
the same scores.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from asterisk_search.answers import Scored
from asterisk_search.protocols import VectorIndex
from asterisk_search.records import ChunkId
from asterisk_search.storage.exact import ranked
from asterisk_search.storage.packing import unpack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from asterisk_search.protocols import Vectors


class PackedVectors(Protocol):
    """Where the vectors lie."""

    def vectors(self, ids: Sequence[ChunkId]) -> Iterator[tuple[list[ChunkId], list[bytes]]]:
        """Packed vectors of these chunks in batches; ids without one are absent."""


class Rescored:
    """`protocols.VectorIndex` over another: its neighbours, scored by the stored vectors."""

    def __init__(self, index: VectorIndex, stored: PackedVectors) -> None:
        self._index = index
        self._stored = stored

    def __len__(self) -> int:
        return len(self._index)

    def ids(self) -> "NDArray[np.int64]":
        """Labels of the living vectors, ascending."""
        return self._index.ids()

    def put(self, ids: Sequence[ChunkId], vectors: "Vectors") -> None:
        """Add vectors to the index below."""
        self._index.put(ids, vectors)

    def drop(self, ids: Iterable[ChunkId]) -> None:
        """Remove vectors from the index below."""
        self._index.drop(ids)

    def nearest(
        self, vector: "Vectors", k: int, *, among: "NDArray[np.int64] | None" = None
    ) -> list[Scored]:
        """At most ``k`` neighbours, best first; those whose vector is gone are absent."""
        return self.scored(vector, self.chosen(vector, k, among), k)

    def chosen(self, vector: "Vectors", k: int, among: "NDArray[np.int64] | None") -> list[ChunkId]:
        """The neighbours that are worth their exact cosines; reads nothing of the catalog."""
        if among is not None and len(among) <= k:
            return [ChunkId(one) for one in among.tolist()]  # there is nothing to choose
        return sorted(hit.id for hit in self._index.nearest(vector, k, among=among))

    def scored(self, vector: "Vectors", found: Sequence[ChunkId], k: int) -> list[Scored]:
        """At most ``k`` of those found, best first."""
        ids: list[ChunkId] = []
        rows: list[Vectors] = []
        for batch, packed in self._stored.vectors(found):
            ids += batch
            rows.append(unpack(packed))
        if not ids:
            return []
        return ranked(np.array(ids, dtype=np.int64), np.concatenate(rows) @ vector, k)

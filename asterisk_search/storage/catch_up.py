"""Making a vector index show what the catalog holds."""

from typing import TYPE_CHECKING, Protocol

import numpy as np

from asterisk_search.protocols import VectorIndex
from asterisk_search.storage.packing import unpack

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator, Sequence

    from asterisk_search.records import ChunkId

BATCH = 2048
"""Vectors held beside the index while it is filled: 2 MB of 256 dimensions."""


class VectorRows(Protocol):
    """The part of a catalog reader that vectors come from."""

    def vector_ids(self) -> "array[int]":
        """Ids of all chunks that have a vector, ascending."""

    def vectors(self, ids: "Sequence[ChunkId]") -> "Iterator[tuple[list[ChunkId], list[bytes]]]":
        """Packed vectors of these chunks in batches."""


def catch_up(index: VectorIndex, rows: VectorRows) -> int:
    """Add to ``index`` what it lacks and drop what is gone; return how many vectors changed.

    Ids are never reused and the vector of an id never changes within one vector space, so
    comparing ids is enough.
    """
    wanted = np.array(rows.vector_ids(), dtype=np.int64)
    held = index.ids()
    gone = np.setdiff1d(held, wanted, assume_unique=True)
    lacking = np.setdiff1d(wanted, held, assume_unique=True)
    index.drop(gone.tolist())
    ids: list[int] = []
    blobs: list[bytes] = []
    for batch_ids, batch in rows.vectors(lacking.tolist()):
        ids += batch_ids
        blobs += batch
        if len(ids) >= BATCH:
            index.put(ids, unpack(blobs))
            ids, blobs = [], []
    if ids:
        index.put(ids, unpack(blobs))
    return len(gone) + len(lacking)

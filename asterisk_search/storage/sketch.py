"""Near-exact nearest neighbours in little memory: signs first, then eight-bit numbers.

Each vector is kept twice: as the signs of its numbers (one bit each) and as eight-bit numbers with
a scale of its own. A search counts differing signs over all vectors, which are few bytes, and
compares only the closest by their numbers. For 256 dimensions that is 0.3 kB a vector where a graph
takes 1.3 and the numbers themselves 1.0: the index of a process that stays.

Source: random hyperplane signs as a sketch of the angle, Charikar (2002), "Similarity estimation
techniques from rounding algorithms"; with the model's own axes as hyperplanes.
"""

import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from asterisk_search.answers import Scored
from asterisk_search.records import ChunkId
from asterisk_search.storage.exact import check_vectors, ranked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from asterisk_search.protocols import Vectors

SHORTLIST: Final = 2000
"""Vectors compared by their numbers, at least; more when many neighbours are wanted."""
SHARE: Final = 0.04
"""And at least this share of all: of 9,000 abstracts of the NPL collection it finds 0.993 of the
ten nearest, half of it 0.986, twice as much all of them."""
TIMES_WANTED: Final = 16
EXACT_AMONG: Final = 10_000
"""Up to this many allowed labels all are compared by their numbers."""
AT_ONCE: Final = 256
SIGNS_AT_ONCE: Final = 16_384
"""Vectors compared at once, in memory that is kept: touching new memory took ten times as long as
the comparing."""
MAX_DEAD: Final = 0.2
"""Share of dropped vectors from which the rest is moved together."""


class SketchIndex:
    """`protocols.VectorIndex` of sketches. Memory: 1.125 · dim + 13 bytes a vector.

    A cosine of 256 numbers differs from the exact one by 0.0005 as a rule, and hardly by 0.002.
    """

    def __init__(self, dim: int, *, capacity: int = 1024) -> None:
        self._dim = dim
        self._lock = threading.RLock()
        self._count = 0
        self._dead = 0
        self._workspace: Vectors = np.empty((AT_ONCE, dim), dtype=np.float32)
        self._gathered: NDArray[np.int8] = np.empty((AT_ONCE, dim), dtype=np.int8)
        self._unlike: NDArray[np.uint64] = np.empty(SIGNS_AT_ONCE, dtype=np.uint64)
        self._counted: NDArray[np.uint8] = np.empty(SIGNS_AT_ONCE, dtype=np.uint8)
        self._make(max(capacity, 1))

    def __len__(self) -> int:
        return self._count - self._dead

    def ids(self) -> "NDArray[np.int64]":
        """Labels of the living vectors, ascending."""
        with self._lock:
            return self._ids[: self._count][self._alive[: self._count]].copy()

    def put(self, ids: Sequence[ChunkId], vectors: "Vectors") -> None:
        """Add vectors, replacing those whose label is already there."""
        check_vectors(ids, vectors, self._dim)
        if not len(ids):
            return
        # The last of several vectors for one label counts, as it would one call at a time.
        new, last = np.unique(np.asarray(ids, dtype=np.int64)[::-1], return_index=True)
        rows = vectors[::-1][last].astype(np.float32)
        with self._lock:
            places, known = self._places(new)
            self._write(places[known], rows[known])
            if not known.all():
                self._add(new[~known], rows[~known])

    def drop(self, ids: Iterable[ChunkId]) -> None:
        """Remove vectors; unknown labels are ignored."""
        gone = np.unique(np.fromiter(ids, dtype=np.int64))
        with self._lock:
            places, known = self._places(gone)
            found = places[known]
            self._dead += int(self._alive[found].sum())
            self._alive[found] = False
            if self._dead > MAX_DEAD * self._count:
                self._arrange(np.flatnonzero(self._alive[: self._count]), self._count - self._dead)

    def nearest(
        self, vector: "Vectors", k: int, *, among: "NDArray[np.int64] | None" = None
    ) -> list[Scored]:
        """At most ``k`` neighbours by cosine, best first."""
        check_vectors([0], vector.reshape(1, -1), self._dim)
        with self._lock:
            if among is None:
                places = None if not self._dead else np.flatnonzero(self._alive[: self._count])
            else:
                found, known = self._places(among)
                places = found[known]
                places = places[self._alive[places]]
            size = self._count if places is None else len(places)
            wanted = max(SHORTLIST, int(SHARE * size), TIMES_WANTED * k)
            if among is not None:
                wanted = max(wanted, EXACT_AMONG)
            if size > wanted:
                places = self._closest(vector, places, wanted)
            if places is None:
                places = np.arange(self._count)
            return ranked(self._ids[places], self._cosines(vector, places), k)

    def _cosines(self, vector: "Vectors", places: "NDArray[np.int64]") -> "Vectors":
        """The cosines of the vectors at these places, a few at a time."""
        asked = vector.astype(np.float32)
        numbers = self._workspace
        cosines: Vectors = np.empty(len(places), dtype=np.float32)
        for first in range(0, len(places), AT_ONCE):
            some = places[first : first + AT_ONCE]
            gathered = self._gathered[: len(some)]
            # What `mode` says of places outside saves a copy; there are none.
            np.take(self._numbers, some, axis=0, out=gathered, mode="clip")
            numbers[: len(some)] = gathered
            cosines[first : first + len(some)] = numbers[: len(some)] @ asked
        cosines *= self._scales[places]
        return cosines

    def _closest(
        self, vector: "Vectors", places: "NDArray[np.int64] | None", wanted: int
    ) -> "NDArray[np.int64]":
        """The places whose signs differ least: so many, and those as close as the last of them."""
        asked = _signs(vector.reshape(1, -1))[0]
        size = self._count if places is None else len(places)
        differing = np.zeros(size, dtype=np.uint16)
        for first in range(0, size, SIGNS_AT_ONCE):
            part = slice(first, first + SIGNS_AT_ONCE)
            held = self._signs[: self._count][part] if places is None else self._signs[places[part]]
            unlike, counted = self._unlike[: len(held)], self._counted[: len(held)]
            for column, word in zip(held.T, asked, strict=True):
                np.bitwise_xor(column, word, out=unlike)
                np.bitwise_count(unlike, out=counted)
                differing[part] += counted
        upto = np.searchsorted(np.cumsum(np.bincount(differing)), wanted)
        chosen = np.flatnonzero(differing <= upto)
        return chosen if places is None else places[chosen]

    def _places(self, ids: "NDArray[np.int64]") -> "tuple[NDArray[np.int64], NDArray[np.bool_]]":
        """Where these labels are, living or not, and which of them are anywhere."""
        held = self._ids[: self._count]
        places = np.searchsorted(held, ids)
        known = places < self._count
        known[known] = held[places[known]] == ids[known]
        return places, known

    def _write(self, places: "NDArray[np.int64]", rows: "Vectors") -> None:
        self._dead -= int((~self._alive[places]).sum())
        scales = np.maximum(np.abs(rows).max(axis=1, initial=0.0), 1e-12) / 127
        self._numbers[places] = np.rint(rows / scales[:, None]).astype(np.int8)
        self._scales[places] = scales
        self._signs[places] = _signs(rows)
        self._alive[places] = True

    def _add(self, ids: "NDArray[np.int64]", rows: "Vectors") -> None:
        """Append labels that are not there yet; older ones than the last are sorted in."""
        first, size = self._count, self._count + len(ids)
        if size > len(self._ids):
            self._arrange(np.arange(first), size + size // 8)
        self._ids[first:size] = ids
        self._alive[first:size] = False
        self._count, self._dead = size, self._dead + len(ids)
        self._write(np.arange(first, size), rows)
        if first and ids[0] < self._ids[first - 1]:
            self._arrange(np.argsort(self._ids[:size]), len(self._ids))

    def _arrange(self, places: "NDArray[np.int64]", capacity: int) -> None:
        """Keep these places alone, in this order, with room for so many."""
        ids, alive, signs = self._ids, self._alive, self._signs
        numbers, scales = self._numbers, self._scales
        size = len(places)
        self._make(max(capacity, size, 1))
        self._ids[:size], self._alive[:size] = ids[places], alive[places]
        self._signs[:size], self._scales[:size] = signs[places], scales[places]
        self._numbers[:size] = numbers[places]
        self._count = len(places)
        self._dead = int((~self._alive[: self._count]).sum())

    def _make(self, capacity: int) -> None:
        self._ids: NDArray[np.int64] = np.zeros(capacity, dtype=np.int64)
        self._alive: NDArray[np.bool_] = np.zeros(capacity, dtype=np.bool_)
        self._signs: NDArray[np.uint64] = np.zeros(
            (capacity, -(-self._dim // 64)), dtype=np.uint64, order="F"
        )  # each word in a row of its own: they are read one after another
        self._numbers: NDArray[np.int8] = np.zeros((capacity, self._dim), dtype=np.int8)
        self._scales: Vectors = np.zeros(capacity, dtype=np.float32)


def _signs(rows: "Vectors") -> "NDArray[np.uint64]":
    """(n, dim) numbers to (n, ceil(dim / 64)) words of their signs."""
    bits = np.packbits(rows > 0, axis=1)
    words = -(-rows.shape[1] // 64)
    padded = np.zeros((len(rows), 8 * words), dtype=np.uint8)
    padded[:, : bits.shape[1]] = bits
    return padded.view(np.uint64)

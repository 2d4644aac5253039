"""Documents that say what a note, or a text, says.

Candidates are the owners of the passages nearest to the note's mean vector and to some of its
passages. Each is then compared passage by passage: how well, on average, is what the note says
said there (the mean over its passages of the best cosine, after "MaxSim" of Khattab and Zaharia,
arXiv:2004.12832). One common paragraph in a long note so counts for little.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from asterisk_search.answers import Filters, Hit, Part
from asterisk_search.protocols import VectorIndex
from asterisk_search.records import ChunkId
from asterisk_search.search.fusion import MEANING
from asterisk_search.search.results import DEMOTION, Group
from asterisk_search.storage.packing import unpack
from asterisk_search.storage.viewing import SqliteViewer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from asterisk_search.protocols import Vectors

PASSAGES: Final = 32
"""Passages of a document that take part; of longer ones an even selection."""
PROBES: Final = 8
"""Passages of the note whose own neighbours are looked for, beside those of their mean."""
NEIGHBOURS: Final = 100
"""Neighbours of each; enough for a page of documents that have several near passages."""
MOST_COMPARED: Final = 200
"""Documents compared passage by passage."""
COSINE_LOW: Final = 0.1
COSINE_HIGH: Final = 0.9
"""Cosines at which a score is 0 and 1: unrelated texts, and hardly altered ones."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What similarity needs: the catalog, its vectors, and what may take part."""

    viewer: SqliteViewer
    index: VectorIndex
    filters: Filters

    def around(self, vectors: "Vectors", but: int | None = None) -> list[Group]:
        """Documents by how much of these passages (n, dim) they say, best first.

        The document ``but`` is left out.
        """
        if not len(vectors):
            return []
        vectors = vectors[evenly(len(vectors), PASSAGES)]
        documents = [owner for owner in self._candidates(vectors) if owner != but]
        held = self.viewer.speaking(documents[:MOST_COMPARED])
        groups = [self._compared(vectors, chunks) for chunks in held.values() if chunks]
        return _ranked(self._hydrated(groups))

    def _candidates(self, vectors: "Vectors") -> list[int]:
        """Owners of near passages, the nearest first."""
        among = None
        if self.filters:
            among = np.array(self.viewer.matching(self.filters), dtype=np.int64)
        probes = [unit(vectors.mean(axis=0)), *vectors[evenly(len(vectors), PROBES)]]
        best: dict[ChunkId, float] = {}
        for probe in probes:
            for hit in self.index.nearest(probe, NEIGHBOURS, among=among):
                best[hit.id] = max(hit.score, best.get(hit.id, -1.0))
        owners = self.viewer.owners(list(best))
        order = sorted(owners, key=lambda chunk: (-best[chunk], chunk))
        return list(dict.fromkeys(owners[chunk] for chunk in order))

    def _compared(self, vectors: "Vectors", chunks: Sequence[ChunkId]) -> tuple[ChunkId, float]:
        """The passage nearest to any of the note's, and how much of the note is said here."""
        taken = [chunks[at] for at in evenly(len(chunks), PASSAGES)]
        ids, theirs = gather(self.viewer, taken)
        cosines = vectors @ theirs.T  # (note's passages, theirs)
        return ids[int(cosines.max(axis=0).argmax())], float(cosines.max(axis=1).mean())

    def _hydrated(self, compared: Iterable[tuple[ChunkId, float]]) -> list[Group]:
        found = dict(compared)
        passages = self.viewer.hydrate(list(found))
        return [
            Group(
                score(found[chunk]) * (DEMOTION if passage.demoted else 1.0),
                Hit(chunk, score(found[chunk]), (Part(MEANING, 0, found[chunk], 0.0),)),
                passage,
                0,
            )
            for chunk, passage in passages.items()
        ]


def gather(viewer: SqliteViewer, chunks: Sequence[ChunkId]) -> tuple[list[ChunkId], "Vectors"]:
    """Ids and vectors (n, dim) of those of the passages that have one, in order of id."""
    ids: list[ChunkId] = []
    blobs: list[bytes] = []
    for batch, packed in viewer.vectors(sorted(chunks)):
        ids += batch
        blobs += packed
    return ids, unpack(blobs)


def evenly(count: int, most: int) -> "NDArray[np.int64]":
    """At most ``most`` positions among ``count``, evenly spread, the first always."""
    if count <= most:
        return np.arange(count)
    return (np.arange(most) * count) // most


def unit(vector: "Vectors") -> "Vectors":
    """``vector`` (dim,) at length 1; one of no length stays as it is."""
    length = float(np.linalg.norm(vector))
    scaled: Vectors = (vector / length if length > 0 else vector).astype(np.float32)
    return scaled


def score(cosine: float) -> float:
    """A cosine as a score from 0 to 1."""
    return min(max((cosine - COSINE_LOW) / (COSINE_HIGH - COSINE_LOW), 0.0), 1.0)


def _ranked(groups: Sequence[Group]) -> list[Group]:
    ordered = sorted(
        groups, key=lambda g: (-g.score, g.passage.source, g.passage.path, g.passage.ref)
    )
    return [
        Group(
            group.score,
            Hit(group.hit.id, group.score, (Part(MEANING, rank, _raw(group), group.score),)),
            group.passage,
            group.others,
        )
        for rank, group in enumerate(ordered, 1)
    ]


def _raw(group: Group) -> float:
    return group.hit.parts[0].raw

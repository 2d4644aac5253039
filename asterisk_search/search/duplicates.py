"""Documents that say the same, word for word or nearly so.

Candidates are documents with equal content, documents whose passages are nearest neighbours, and
notes that cite a saved page. Meaning proposes, words decide: only what shares most of its runs of
four words counts, so that two texts on one subject are no duplicates.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from asterisk_search.protocols import VectorIndex
from asterisk_search.records import ChunkId, Kind
from asterisk_search.search.similar import evenly, gather
from asterisk_search.storage.exact import ExactIndex
from asterisk_search.storage.relations import SqliteRelations
from asterisk_search.text.shingles import containment, resemblance, shingles
from asterisk_search.views import Alike, Card, Duplicate, DuplicateGroup

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors

MOST_DOCUMENTS: Final = 50_000
MOST_PASSAGES: Final = 100_000
NEAR: Final = 0.85
"""Cosine from which two passages make their documents candidates."""
SAME: Final = 0.8
"""Resemblance from which two documents are near-duplicates."""
CLIPPED: Final = 0.6
"""Containment from which a note that cites a page is a clipping of it."""
FEWEST: Final = 12
"""Runs of words; a shorter text is like too many others."""
PROBES: Final = 3
NEIGHBOURS: Final = 8
_BLOCK: Final = 1024
_CACHED: Final = 2000
Pair = tuple[int, int]


@dataclass(slots=True)
class Finder:
    """Finds the duplicates among some documents."""

    net: SqliteRelations
    index: VectorIndex | None
    """``None`` without vectors: then only equal content and citations propose."""
    cards: Mapping[int, Card]
    _runs: dict[int, frozenset[int]] = field(default_factory=dict)

    def find(self) -> list[DuplicateGroup]:
        """The groups, largest first."""
        alike: dict[Pair, Alike] = {}
        for pair in self._equal():
            alike[pair] = Alike("same content", 1.0)
        for one, other in self.net.mentions_page(-1):
            self._judge(one, other, alike, cited=True)
        for one, other in sorted(self._near()):
            self._judge(one, other, alike, cited=False)
        return [*self._groups(alike), *self._copies()]

    def _equal(self) -> Iterator[Pair]:
        by_digest: dict[bytes, list[int]] = defaultdict(list)
        for document, digest in self.net.digests(list(self.cards)):
            if self.cards[document].size and self.cards[document].page is None:
                by_digest[digest].append(document)
        for documents in by_digest.values():
            kept = min(documents, key=self._worth)
            yield from (_pair(kept, other) for other in documents if other != kept)

    def _near(self) -> set[Pair]:
        """Documents of passages that are near each other."""
        if self.index is None:
            return set()
        speaking = self.net.speaking(list(self.cards))
        owner = {chunk: document for document, ids in speaking.items() for chunk in ids}
        probes = [ids[at] for ids in speaking.values() for at in evenly(len(ids), PROBES)]
        pairs: set[Pair] = set()
        for one, other in self._neighbours(sorted(probes), sorted(owner)):
            if owner[one] != owner[other]:
                pairs.add(_pair(owner[one], owner[other]))
        return pairs

    def _neighbours(
        self, probes: Sequence[ChunkId], every: Sequence[ChunkId]
    ) -> Iterator[tuple[ChunkId, ChunkId]]:
        known = set(every)
        if isinstance(self.index, ExactIndex):
            yield from _all_near(*gather(self.net, every), set(probes))
            return
        assert self.index is not None
        for at in range(0, len(probes), _BLOCK):
            ids, vectors = gather(self.net, probes[at : at + _BLOCK])
            for probe, vector in zip(ids, vectors, strict=True):
                for hit in self.index.nearest(vector, NEIGHBOURS):
                    if hit.score >= NEAR and hit.id in known:
                        yield probe, hit.id

    def _judge(self, one: int, other: int, alike: dict[Pair, Alike], *, cited: bool) -> None:
        pair = _pair(one, other)
        if pair in alike or one not in self.cards or other not in self.cards:
            return
        mine, theirs = self._shingles(one), self._shingles(other)
        if min(len(mine), len(theirs)) < FEWEST:
            return
        if (like := resemblance(mine, theirs)) >= SAME:
            alike[pair] = Alike("nearly the same text", like)
        elif self._mixed(pair) and (inside := containment(mine, theirs)) >= CLIPPED:
            how = "clipped from the page it cites" if cited else "clipped from a saved page"
            alike[pair] = Alike(how, inside)

    def _mixed(self, pair: Pair) -> bool:
        """Whether one is a saved page and the other a note."""
        return (self.cards[pair[0]].page is None) != (self.cards[pair[1]].page is None)

    def _shingles(self, document: int) -> frozenset[int]:
        if document not in self._runs:
            if len(self._runs) >= _CACHED:
                self._runs.clear()
            self._runs[document] = shingles(self.net.body(document))
        return self._runs[document]

    def _groups(self, alike: Mapping[Pair, Alike]) -> list[DuplicateGroup]:
        """Each document joins the best one it is like, never a chain of likes."""
        involved = sorted({document for pair in alike for document in pair}, key=self._worth)
        groups: dict[int, list[Duplicate]] = {}
        for document in involved:
            likes = [(alike[_pair(document, kept)], kept) for kept in groups
                     if _pair(document, kept) in alike]  # fmt: skip
            if likes:
                best, kept = max(likes, key=lambda like: (like[0].share, -like[1]))
                groups[kept].append(Duplicate(self.cards[document], best))
            else:
                groups[document] = []
        found = [
            DuplicateGroup(self.cards[kept], tuple(others))
            for kept, others in groups.items()
            if others
        ]
        return sorted(found, key=lambda group: (-len(group.others), group.keep.id))

    def _worth(self, document: int) -> tuple[object, ...]:
        """Sorts first what should be kept: one's own notes, the longest, then the newest."""
        card = self.cards[document]
        newest = -card.mtime_ns
        return (bool(card.demoted), card.kind is not Kind.NOTE, -card.size, newest, card.id)

    def _copies(self) -> list[DuplicateGroup]:
        """Pages of which there is more than one good copy."""
        return [
            DuplicateGroup(card, (), tuple(copy.folder for copy in card.page.copies))
            for card in self.cards.values()
            if card.page and sum(not copy.status for copy in card.page.copies) > 1
        ]


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _all_near(
    ids: Sequence[ChunkId], vectors: "Vectors", probes: Iterable[ChunkId]
) -> Iterator[tuple[ChunkId, ChunkId]]:
    """Pairs of passages at least `NEAR`, the first of them a probe, by blocks of one product."""
    wanted = set(probes)
    rows = np.array([at for at, chunk in enumerate(ids) if chunk in wanted], dtype=np.int64)
    for at in range(0, len(rows), _BLOCK):
        block = rows[at : at + _BLOCK]
        cosines = vectors[block] @ vectors.T  # (probes of the block, passages)
        cosines[np.arange(len(block)), block] = -1
        for row in np.flatnonzero(cosines.max(axis=1, initial=-1) >= NEAR):
            # A passage that hundreds repeat must not propose thousands of pairs.
            for column in np.argsort(-cosines[row], kind="stable")[:NEIGHBOURS]:
                if cosines[row, column] >= NEAR:
                    yield ids[int(block[row])], ids[int(column)]

"""Several ranked lists into one. Pure; the order of the input lists does not matter.

A convex combination of normalised scores rather than reciprocal rank fusion: it keeps how much
better a hit is, not only that it is (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for
Hybrid Retrieval", arXiv:2210.11934). BM25 is divided by what a passage with every word of the
query would get, so that one common word of a long question counts for little; cosines are
stretched between the level of unrelated and of equivalent texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asterisk_search.answers import Hit, Part, Scored
from asterisk_search.records import ChunkId

KEYWORD = "keyword"
MEANING = "meaning"
TITLE = "title"


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights; they were chosen on development queries only (docs/architecture.md)."""

    meaning_weight: float = 0.45
    cosine_low: float = 0.1
    """Cosine at which a passage says nothing about the query."""
    cosine_high: float = 0.8
    """Cosine at which it answers the query."""

    def keyword_only(self, hits: Sequence[Scored], ceiling: float) -> list[Hit]:
        """Hits of a keyword search alone, scores 0 to 1."""
        parts = self._keyword(hits, ceiling, 1.0)
        return _ordered([Hit(hit.id, part.contribution, (part,)) for hit, part in parts])

    def semantic_only(self, hits: Sequence[Scored]) -> list[Hit]:
        """Hits of a semantic search alone, scores 0 to 1."""
        return _ordered([Hit(h.id, p.contribution, (p,)) for h, p in self._meaning(hits, 1.0)])

    def hybrid(
        self, keyword: Sequence[Scored], ceiling: float, semantic: Sequence[Scored]
    ) -> list[Hit]:
        """Both together, scores 0 to 1. A chunk in one list alone gets nothing from the other.

        ``ceiling`` is the BM25 of a passage that says all the words (`CatalogReader`).
        """
        parts: dict[ChunkId, list[Part]] = {}
        for hit, part in self._keyword(keyword, ceiling, 1 - self.meaning_weight):
            parts.setdefault(hit.id, []).append(part)
        for hit, part in self._meaning(semantic, self.meaning_weight):
            parts.setdefault(hit.id, []).append(part)
        return _ordered(
            [
                Hit(chunk, sum(part.contribution for part in shares), tuple(shares))
                for chunk, shares in parts.items()
            ]
        )

    def _keyword(
        self, hits: Sequence[Scored], ceiling: float, weight: float
    ) -> list[tuple[Scored, Part]]:
        best = max((hit.score for hit in hits), default=0.0)
        scale = weight / max(best, ceiling, 1e-9)
        return [
            (hit, Part(KEYWORD, rank, hit.score, max(hit.score, 0.0) * scale))
            for rank, hit in enumerate(_by_score(hits), 1)
        ]

    def _meaning(self, hits: Sequence[Scored], weight: float) -> list[tuple[Scored, Part]]:
        span = self.cosine_high - self.cosine_low
        return [
            (
                hit,
                Part(
                    MEANING,
                    rank,
                    hit.score,
                    weight * min(max((hit.score - self.cosine_low) / span, 0.0), 1.0),
                ),
            )
            for rank, hit in enumerate(_by_score(hits), 1)
        ]


def _by_score(hits: Sequence[Scored]) -> list[Scored]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))


def _ordered(hits: list[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))

"""Several ranked lists into one. Pure; the order of the input lists does not matter.

A convex combination of normalised scores rather than reciprocal rank fusion: it keeps how much
better a hit is, not only that it is (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for
Hybrid Retrieval", arXiv:2210.11934). BM25 is divided by the best BM25 of the query, damped so
that a query that matches nothing well stays low; cosines are stretched between the level of
unrelated and of equivalent texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asterisk_search.records import ChunkId, Hit, Part, Scored

KEYWORD = "keyword"
MEANING = "meaning"
TITLE = "title"


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights; they were chosen on development queries only (docs/architecture.md)."""

    meaning_weight: float = 0.5
    cosine_low: float = 0.1
    """Cosine at which a passage says nothing about the query."""
    cosine_high: float = 0.8
    """Cosine at which it answers the query."""
    bm25_damping: float = 2.0

    def keyword_only(self, hits: Sequence[Scored]) -> list[Hit]:
        """Hits of a keyword search alone, scores 0 to 1."""
        return _ordered([Hit(h.id, p.contribution, (p,)) for h, p in self._keyword(hits, 1.0)])

    def semantic_only(self, hits: Sequence[Scored]) -> list[Hit]:
        """Hits of a semantic search alone, scores 0 to 1."""
        return _ordered([Hit(h.id, p.contribution, (p,)) for h, p in self._meaning(hits, 1.0)])

    def hybrid(self, keyword: Sequence[Scored], semantic: Sequence[Scored]) -> list[Hit]:
        """Both together, scores 0 to 1. A chunk in one list alone gets nothing from the other."""
        parts: dict[ChunkId, list[Part]] = {}
        for hit, part in self._keyword(keyword, 1 - self.meaning_weight):
            parts.setdefault(hit.id, []).append(part)
        for hit, part in self._meaning(semantic, self.meaning_weight):
            parts.setdefault(hit.id, []).append(part)
        return _ordered(
            [
                Hit(chunk, sum(part.contribution for part in shares), tuple(shares))
                for chunk, shares in parts.items()
            ]
        )

    def _keyword(self, hits: Sequence[Scored], weight: float) -> list[tuple[Scored, Part]]:
        best = max((hit.score for hit in hits), default=0.0)
        scale = weight / (best + self.bm25_damping)
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

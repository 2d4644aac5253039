"""Which retrievers answer, and what happens when one cannot: hybrid, else keyword, and say so."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from asterisk_search.answers import Hit, Mode, Query, Scored
from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.protocols import CatalogReader
from asterisk_search.records import ChunkId
from asterisk_search.search.fusion import Fusion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asterisk_search.protocols import Vectors

CANDIDATES = 100
"""Passages each retriever may contribute; enough that grouping by note leaves a full page."""


class Semantic(Protocol):
    """Retrieval by meaning."""

    def encode(self, text: str) -> "Vectors":
        """The query's unit vector; raises EmbedderUnavailable."""

    def nearest(self, vector: "Vectors", query: Query, limit: int) -> list[Scored]:
        """The closest passages that pass the filters."""

    def cosines(self, vector: "Vectors", ids: "Sequence[ChunkId]") -> list[Scored]:
        """The cosines of these passages."""


@dataclass(frozen=True, slots=True)
class Climbed:
    """The hits, the mode they come from, and why that is not the mode asked for."""

    hits: list[Hit]
    mode: Mode
    degraded_reason: str | None = None


def climb(
    query: Query, reader: CatalogReader, semantic: Callable[[], Semantic], fusion: Fusion
) -> Climbed:
    """Answer in the best mode available, from the one asked for downwards.

    ``semantic`` opens retrieval by meaning; it is not called in keyword mode, so that such a
    query pays nothing for the model.

    Raises:
        EmbedderUnavailable: only when meaning alone was asked for.
        CatalogError: the catalog cannot be read.
    """
    limit = max(CANDIDATES, 3 * query.limit)
    keyword = (
        [] if query.mode is Mode.SEMANTIC else reader.keyword(query.text, query.filters, limit)
    )
    ceiling = reader.keyword_ceiling(query.text) if keyword else 0.0
    if query.mode is Mode.KEYWORD:
        return Climbed(fusion.keyword_only(keyword, ceiling), Mode.KEYWORD)
    try:
        meaning = _by_meaning(query, semantic(), keyword, limit)
    except EmbedderUnavailable as error:
        if query.mode is Mode.SEMANTIC:
            raise
        return Climbed(fusion.keyword_only(keyword, ceiling), Mode.KEYWORD, error.message)
    if query.mode is Mode.SEMANTIC:
        return Climbed(fusion.semantic_only(meaning), Mode.SEMANTIC)
    return Climbed(fusion.hybrid(keyword, ceiling, meaning), Mode.HYBRID)


def _by_meaning(
    query: Query, semantic: Semantic, keyword: list[Scored], limit: int
) -> list[Scored]:
    """The nearest passages, and the cosines of those that the words found but meaning did not."""
    if not query.text.strip():
        return []
    vector = semantic.encode(query.text)
    found = semantic.nearest(vector, query, limit)
    known = {hit.id for hit in found}
    missing = [hit.id for hit in keyword if hit.id not in known]
    return found + (semantic.cosines(vector, missing) if missing else [])

"""Which retrievers answer, and what happens when one cannot: hybrid, else keyword, and say so."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from asterisk_search.answers import Mode, Query, Scored, Wording
from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.protocols import CatalogReader
from asterisk_search.records import ChunkId

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

    def sentence_start(self, vector: "Vectors", budget_ms: float) -> Callable[[str], int | None]:
        """A function that finds where the best sentence of a text begins, if it still may."""


@dataclass(frozen=True, slots=True)
class Climbed:
    """What was found, the mode it comes from, and why that is not the mode asked for."""

    mode: Mode
    wanted: Wording
    keyword: list[Scored]
    """By BM25, best first."""
    meaning: list[Scored]
    """By cosine, best first; all passages that have a vector, those of ``keyword`` too."""
    degraded_reason: str | None = None
    semantic: Semantic | None = None
    vector: "Vectors | None" = None
    """The question's, shape (dim,), when meaning took part."""


def climb(
    query: Query, wanted: Wording, reader: CatalogReader, semantic: Callable[[], Semantic]
) -> Climbed:
    """Answer in the best mode available, from the one asked for downwards.

    ``semantic`` opens retrieval by meaning; it is not called in keyword mode, so that such a
    query pays nothing for the model.

    Raises:
        EmbedderUnavailable: only when meaning alone was asked for.
        CatalogError: the catalog cannot be read.
    """
    limit = max(CANDIDATES, 3 * query.limit)
    by_words = Climbed(Mode.KEYWORD, wanted, [], [])
    if query.mode is not Mode.SEMANTIC:
        by_words = replace(by_words, keyword=reader.keyword(wanted, query.filters, limit))
    if query.mode is Mode.KEYWORD:
        return by_words
    try:
        opened = semantic()
        vector = opened.encode(query.text)
        meaning = _by_meaning(query, opened, vector, by_words.keyword, limit)
    except EmbedderUnavailable as error:
        if query.mode is Mode.SEMANTIC:
            raise
        return replace(by_words, degraded_reason=error.message)
    return replace(by_words, mode=query.mode, meaning=meaning, semantic=opened, vector=vector)


def _by_meaning(
    query: Query, semantic: Semantic, vector: "Vectors", keyword: list[Scored], limit: int
) -> list[Scored]:
    """The nearest passages, and the cosines of those that the words found but meaning did not."""
    found = semantic.nearest(vector, query, limit)
    known = {hit.id for hit in found}
    missing = [hit.id for hit in keyword if hit.id not in known]
    return found + (semantic.cosines(vector, missing) if missing else [])

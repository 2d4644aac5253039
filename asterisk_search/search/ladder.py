"""Which retrievers answer, and what happens when one cannot: hybrid, else keyword, and say so."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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

    def begin(self, query: Query, limit: int) -> "Callable[[], tuple[Vectors, list[Scored]]]":
        """Have the query read, and what is near it looked for, while the caller does other things.

        The function returned waits for the query's unit vector and for the closest passages that
        pass its filters, best first; it raises EmbedderUnavailable.
        """

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
    look = partial(reader.keyword, wanted, query.filters, limit)
    if query.mode is Mode.KEYWORD:
        return Climbed(Mode.KEYWORD, wanted, look(), [])
    keyword: list[Scored] | None = None
    try:
        opened = semantic()
        reading = opened.begin(query, limit)
        keyword = [] if query.mode is Mode.SEMANTIC else look()
        vector, near = reading()
        meaning = near + _missed(opened, vector, near, keyword)
    except EmbedderUnavailable as error:
        if query.mode is Mode.SEMANTIC:
            raise
        found = look() if keyword is None else keyword
        return Climbed(Mode.KEYWORD, wanted, found, [], error.message)
    return Climbed(query.mode, wanted, keyword, meaning, None, opened, vector)


def _missed(
    semantic: Semantic, vector: "Vectors", near: list[Scored], keyword: list[Scored]
) -> list[Scored]:
    """The cosines of those that the words found but meaning did not."""
    known = {hit.id for hit in near}
    missing = [hit.id for hit in keyword if hit.id not in known]
    return semantic.cosines(vector, missing) if missing else []

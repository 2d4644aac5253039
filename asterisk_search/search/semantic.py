"""Retrieval by meaning: the query's vector against the passages' vectors."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from asterisk_search.answers import Query, Scored
from asterisk_search.errors import VectorFileInvalid
from asterisk_search.protocols import CatalogReader, Embedder, VectorIndex
from asterisk_search.records import ChunkId
from asterisk_search.search.sentences import BestSentence, SentenceVectors
from asterisk_search.storage.catch_up import catch_up
from asterisk_search.storage.exact import ExactIndex
from asterisk_search.storage.folder import VectorFiles
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.storage.rescoring import Rescored
from asterisk_search.storage.vector_file import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from asterisk_search.protocols import Vectors

_LOOKING: Final = ThreadPoolExecutor(thread_name_prefix="question")
"""Threads in which questions are read; as many as there are questions at a time."""


@dataclass(frozen=True, slots=True)
class SemanticRetriever:
    """`search.ladder.Semantic` on an embedder and a vector index."""

    reader: CatalogReader
    embedder: Embedder
    index: VectorIndex
    sentences: SentenceVectors = field(default_factory=SentenceVectors)

    def encode(self, text: str) -> "Vectors":
        """The query's unit vector, shape (dim,).

        Raises:
            EmbedderUnavailable: the model cannot be used now.
        """
        vector: Vectors = self.embedder.embed([text], "query")[0]
        return vector

    def begin(self, query: Query, limit: int) -> "Callable[[], tuple[Vectors, list[Scored]]]":
        """Look for the closest passages that pass the query's filters, in a thread of its own.

        Returns a function that waits for the query's vector, shape (dim,), and for the passages,
        best first; it raises as `encode`. SQLite, the model and the comparing all compute without
        the interpreter's lock: side by side, where there are two cores. The catalog is read by the
        calling thread alone.
        """
        among = None
        if query.filters:
            among = np.array(self.reader.matching(query.filters), dtype=np.int64)
        looking = _LOOKING.submit(self._look, query.text, limit, among)

        def found() -> "tuple[Vectors, list[Scored]]":
            vector, near = looking.result()
            return vector, near()

        return found

    def _look(
        self, text: str, limit: int, among: "NDArray[np.int64] | None"
    ) -> "tuple[Vectors, Callable[[], list[Scored]]]":
        """The question's vector, and what reads from the catalog whatever is still needed."""
        vector, index = self.encode(text), self.index
        if isinstance(index, Rescored):
            return vector, partial(index.scored, vector, index.chosen(vector, limit, among), limit)
        near = index.nearest(vector, limit, among=among)
        return vector, lambda: near

    def cosines(self, vector: "Vectors", ids: "Sequence[ChunkId]") -> list[Scored]:
        """The cosines of these passages; those without a vector are absent."""
        among = np.array(sorted(ids), dtype=np.int64)
        return self.index.nearest(vector, len(ids), among=among)

    def sentence_start(self, vector: "Vectors", budget_ms: float) -> Callable[[str], int | None]:
        """Where the best sentence of a text begins, until the budget is spent."""
        return BestSentence(vector, self.embedder, self.sentences, budget_ms).start


class WarmIndex:
    """The vector index of the last query, kept for the next one."""

    def __init__(self) -> None:
        self._index: VectorIndex | None = None
        self._shows: tuple[str, int] = ("", -1)

    def shown(
        self, reader: SqliteReader, files: VectorFiles, dim: int, exact_up_to: int
    ) -> VectorIndex:
        """An index that shows the catalog as ``reader`` sees it; opened only when it must be."""
        shows = (reader.space(), reader.generation())
        if self._index is None or shows[0] != self._shows[0]:
            self._index = open_index(reader, files, dim, exact_up_to)
        elif shows != self._shows:
            catch_up(self._index, reader)
        self._shows = shows
        return self._index


def open_index(reader: SqliteReader, files: VectorFiles, dim: int, exact_up_to: int) -> VectorIndex:
    """An index that shows the catalog exactly as it is now.

    Small catalogs are compared exactly. For large ones the saved graph is loaded, and what has
    changed since it was saved is applied in memory; when it cannot be trusted, exact comparison
    answers correctly, only slower.
    """
    index: VectorIndex = ExactIndex(dim)
    if reader.vector_count() > exact_up_to:
        try:
            index, _ = load(files, dim, reader.space(), reader.generation())
        except VectorFileInvalid:
            index = ExactIndex(dim)
    catch_up(index, reader)
    return index

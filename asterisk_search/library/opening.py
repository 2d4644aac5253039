"""What every operation needs opened: catalog, source, model, vectors; each when it is needed."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, ClassVar, Final

from asterisk_search.config import Settings
from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.records import SourceSpec
from asterisk_search.storage.folder import DataFolder, expanded
from asterisk_search.storage.registry import choose

if TYPE_CHECKING:
    from asterisk_search.embedding.onnx import OnnxEmbedder
    from asterisk_search.protocols import Embedder, Source, VectorIndex
    from asterisk_search.search.semantic import SemanticRetriever, WarmIndex
    from asterisk_search.search.sentences import SentenceVectors
    from asterisk_search.storage.reader import SqliteReader
    from asterisk_search.storage.writer import SqliteWriter

CONFIGURED: Final = (
    "correct `[model] path` in the configuration (or ASTERISK_SEARCH_MODEL_PATH), restore the "
    "bundle there, or leave the setting out for the program's own model"
)
MOST_THREADS: Final = 4
"""More threads than that take the machine away from its user for little gain."""


class Opened:
    """The parts of a library, opened on demand."""

    PATIENCE_S: ClassVar = 5.0
    """A daemon that indexes what was just saved is waited for, a whole run is not."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = DataFolder(settings.data_path)
        self._model: OnnxEmbedder | None = None
        self._embedder: Embedder | None = None
        self._former: OnnxEmbedder | None = None
        self._warm: WarmIndex | None = None
        self._sentences: SentenceVectors | None = None

    def close(self) -> None:
        """Give the memory of model and vectors back; they are loaded again when needed."""
        if self._model is not None:
            self._model.close()
        if self._former is not None:
            self._former.close()
        self._model = self._embedder = self._former = self._warm = self._sentences = None

    def _release_model(self) -> None:
        """Give memory back between two phases that each need much."""
        self.close()

    @contextmanager
    def _reading(self) -> "Iterator[SqliteReader]":
        from asterisk_search.storage.reader import SqliteReader

        with closing(SqliteReader(self._folder.catalog)) as reader:
            yield reader

    @contextmanager
    def _writing(self) -> "Iterator[SqliteWriter]":
        from asterisk_search.storage.connection import up_to_date
        from asterisk_search.storage.writer import SqliteWriter

        with self._folder.locked(self.PATIENCE_S):
            if not up_to_date(self._folder.catalog):
                from asterisk_search.storage.migrate import migrate

                migrate(self._folder.catalog)
            with closing(SqliteWriter(self._folder.catalog)) as writer:
                yield writer

    def _open_source(self, spec: SourceSpec) -> "Source":
        from asterisk_search.sources.opening import open_source

        limit = self._settings.index.max_file_mb * 1_000_000
        return open_source(spec, limit, self._settings.archive.prefer)

    def _open_embedder(self) -> "Embedder":
        from asterisk_search.embedding.breaker import Breaker
        from asterisk_search.embedding.load import load_embedder

        if self._embedder is None:
            path = self._settings.model.path
            folder = expanded(path) if path else None
            self._model = load_embedder(folder, self._threads(), mend=CONFIGURED)
            self._embedder = Breaker(self._model)
        return self._embedder

    def _open_former(self, fingerprint: str, bundle: str) -> "Embedder":
        """The model that made the vectors there are, while another one's are being made.

        Raises:
            EmbedderUnavailable: it is no longer to be had.
        """
        from asterisk_search.embedding.load import load_embedder

        if self._former is None or self._former.fingerprint != fingerprint:
            try:
                found = load_embedder(expanded(bundle) if bundle else None, self._threads())
            except EmbedderUnavailable:
                found = None
            if found is None or found.fingerprint != fingerprint:
                raise EmbedderUnavailable(
                    "the vectors were made by another model, which is no longer there",
                    hint="run `asterisk-search index` to make new ones",
                )
            self._former = found
        return self._former

    def _bundle_path(self) -> str:
        """The folder of the configured bundle, absolute; empty for the program's own."""
        path = self._settings.model.path
        return str(expanded(path).absolute()) if path else ""

    def _embedder_or_reason(self) -> "tuple[Embedder | None, str | None]":
        try:
            embedder = self._open_embedder()
            embedder.count_tokens("the tokenizer is loaded and verified now")
            return embedder, None
        except EmbedderUnavailable as error:
            return None, error.message

    def _semantic(self, reader: "SqliteReader") -> "SemanticRetriever":
        from asterisk_search.search.semantic import SemanticRetriever
        from asterisk_search.search.sentences import SentenceVectors

        embedder, stored = self._open_embedder(), reader.fingerprint()
        if stored is None:
            raise EmbedderUnavailable(
                "no passage has a vector yet", hint="run `asterisk-search index`"
            )
        if stored != embedder.fingerprint:
            embedder = self._open_former(stored, reader.bundle())
        self._sentences = self._sentences or SentenceVectors()
        index = self._vector_index(reader, embedder.dim)
        return SemanticRetriever(reader, embedder, index, self._sentences)

    def _another_configured(self, reader: "SqliteReader") -> bool:
        """Whether the model that was opened is to make new vectors, and has not begun."""
        if self._embedder is None or reader.coming():
            return False
        return reader.fingerprint() not in (None, self._embedder.fingerprint)

    def _vector_index(self, reader: "SqliteReader", dim: int) -> "VectorIndex":
        from asterisk_search.search.semantic import WarmIndex

        limit = self._settings.search.exact_up_to
        self._warm = self._warm or WarmIndex()
        return self._warm.shown(reader, self._folder.vectors, dim, limit)

    def _threads(self) -> int:
        return self._settings.index.threads or min(os.cpu_count() or 1, MOST_THREADS)

    def require_source(self, name: str) -> SourceSpec:
        """The source of that name; raises NothingIndexed when there is none."""
        with self._reading() as reader:
            return choose(reader.specs(), [name])[0]

"""The composition root: settings in, a library that indexes and answers out.

The only place that knows which implementation serves which protocol. Imports that cost time are
made where they are needed, so that a command pays only for what it uses.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asterisk_search.answers import Answer, Query
from asterisk_search.config import Settings
from asterisk_search.errors import (
    EmbedderUnavailable,
    NothingIndexed,
    SourceError,
    UsageError,
)
from asterisk_search.indexing.reports import Check, SourceReport, Status, UpdateReport
from asterisk_search.records import SourceInfo, SourceSpec
from asterisk_search.storage.folder import DataFolder, expanded
from asterisk_search.storage.registry import choose

if TYPE_CHECKING:
    from asterisk_search.embedding.onnx import OnnxEmbedder
    from asterisk_search.indexing.progress import Progress
    from asterisk_search.protocols import Embedder, Source
    from asterisk_search.search.semantic import SemanticRetriever, WarmIndex
    from asterisk_search.storage.reader import SqliteReader
    from asterisk_search.storage.writer import SqliteWriter

MOST_THREADS: Final = 4
"""More threads than that take the machine away from its user for little gain."""


class Library:
    """Everything the shells can ask for. Not thread-safe: one per thread or one lock."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = DataFolder(settings.data_path)
        self._model: OnnxEmbedder | None = None
        self._embedder: Embedder | None = None
        self._warm: WarmIndex | None = None

    def register(
        self,
        paths: Sequence[str],
        *,
        name: str | None = None,
        exclude: Sequence[str] | None = None,
    ) -> list[SourceSpec]:
        """Register the folders at ``paths``; return the sources they mean, old or new.

        Raises:
            UsageError, SourceMissing: see `indexing.registration.resolve`.
            CatalogBusy: another process is indexing.
        """
        from asterisk_search.indexing.registration import refuse_inside, resolve_all

        refuse_inside(self._folder.root, paths)
        with self._writing() as writer:
            known = writer.specs()
            specs = resolve_all(paths, known, name=name, exclude=exclude)
            for spec in specs:
                if spec not in known:
                    writer.register(spec)
        return specs

    def register_configured(self) -> list[str]:
        """Register the ``[sources]`` of the configuration; return what cannot be had at present."""
        problems: list[str] = []
        for name, source in self._settings.sources.items():
            try:
                self.register([source.path], name=name, exclude=source.exclude)
            except (SourceError, UsageError) as error:
                problems.append(f"source {name}: {error.message}; {error.hint}")
        return problems

    def update(
        self, names: Sequence[str] | None, progress: "Progress", *, prune: bool = False
    ) -> UpdateReport:
        """Bring the catalog up to date with these sources, or with all of them.

        Raises:
            NothingIndexed: no source is registered, or none of that name.
            CatalogBusy: another process is indexing.
            CatalogError: the catalog cannot be written.
        """
        from asterisk_search.indexing.embed import embed_pending
        from asterisk_search.indexing.memory import give_back, peak_memory
        from asterisk_search.indexing.repair import GraphFile, look_after

        started = time.monotonic()
        with self._writing() as writer, self._reading() as reader:
            specs = choose(reader.specs(), names)
            embedder, reason = self._embedder_or_reason()
            if embedder is not None:
                writer.adopt(embedder.fingerprint)
            reports = tuple(self._sync(spec, writer, embedder, progress, prune) for spec in specs)
            give_back()
            embedded = 0
            if embedder is not None:
                try:
                    embedded = embed_pending(writer, embedder, reader.totals()[2], progress)
                except EmbedderUnavailable as error:
                    reason = error.message
                # The graph takes memory of its own: the model's is given back first.
                self.close()
                give_back()
            changed = bool(embedded) or any(report.touched for report in reports)
            limit, dim = self._settings.search.exact_up_to, embedder.dim if embedder else None
            files, today = self._folder.vectors, datetime.now(UTC).date()
            graph = GraphFile(files, dim, limit, self._threads())
            problem = look_after(reader, writer, graph, today if changed else None)
            documents, chunks, pending = reader.totals()
        return UpdateReport(
            sources=reports,
            documents=documents,
            chunks=chunks,
            embedded=embedded,
            pending=pending,
            index_bytes=self._folder.size(),
            seconds=time.monotonic() - started,
            peak_bytes=peak_memory(),
            degraded_reason=reason,
            problem=problem,
        )

    def rebuild(self, paths: Sequence[str] = ()) -> Path | None:
        """Start with an empty catalog of the same sources; return where the old one lies.

        Raises:
            CatalogBusy, CatalogError, UsageError, SourceMissing: see `indexing.rebuilding`.
        """
        from asterisk_search.indexing.rebuilding import start_anew

        with self._folder.locked():
            return start_anew(self._folder, paths, datetime.now())

    def remove(self, name: str) -> None:
        """Forget a source and what was indexed from it, at once and to the last byte.

        The folder itself is not touched.

        Raises:
            NothingIndexed: no source has that name.
            CatalogBusy: another process is indexing.
        """
        spec = self.require_source(name)
        with self._writing() as writer:
            writer.forget(spec.name)
            writer.compact()
        self._folder.vectors.remove()

    def require_source(self, name: str) -> SourceSpec:
        """The source of that name; raises NothingIndexed when there is none."""
        with self._reading() as reader:
            return choose(reader.specs(), [name])[0]

    def search(self, query: Query) -> Answer:
        """Answer a query.

        Raises:
            NothingIndexed: there is no index, no source, or none of the name asked for.
            UsageError: neither words nor filters were given.
            EmbedderUnavailable: meaning alone was asked for, and the model cannot be used.
        """
        from asterisk_search.search.answering import answer
        from asterisk_search.search.query import cleaned

        query = cleaned(query)
        started = time.monotonic()
        if not query.text.strip() and not query.filters:
            raise UsageError("there is nothing to search for", hint="give some words or a filter")
        with self._reading() as reader, reader.snapshot():
            specs = choose(reader.specs(), query.filters.sources or None)
            query = query.in_sources(specs)
            found = answer(query, reader, lambda: self._semantic(reader))
        return found.timed(time.monotonic() - started)

    def status(self) -> Status:
        """The state of the index.

        Raises:
            NothingIndexed: there is none.
        """
        from asterisk_search.indexing.state import status_of
        from asterisk_search.storage.inspection import SqliteInspector

        with closing(SqliteInspector(self._folder.catalog)) as reader:
            return status_of(reader, self._folder)

    def sources(self) -> list[SourceInfo]:
        """The registered sources; none when there is no index."""
        try:
            with self._reading() as reader:
                return reader.sources()
        except NothingIndexed:
            return []

    def diagnose(self) -> Iterator[Check]:
        """Check every part of the installation."""
        from asterisk_search.indexing.checks import diagnose

        return diagnose(self._folder, self._open_embedder, self._settings.search.exact_up_to)

    def close(self) -> None:
        """Give the memory of model and vectors back; they are loaded again when needed."""
        if self._model is not None:
            self._model.close()
        self._model = self._embedder = self._warm = None

    @contextmanager
    def _reading(self) -> "Iterator[SqliteReader]":
        from asterisk_search.storage.reader import SqliteReader

        with closing(SqliteReader(self._folder.catalog)) as reader:
            yield reader

    @contextmanager
    def _writing(self) -> "Iterator[SqliteWriter]":
        from asterisk_search.storage.connection import up_to_date
        from asterisk_search.storage.writer import SqliteWriter

        with self._folder.locked():
            if not up_to_date(self._folder.catalog):
                from asterisk_search.storage.migrate import migrate

                migrate(self._folder.catalog)
            with closing(SqliteWriter(self._folder.catalog)) as writer:
                yield writer

    def _sync(
        self,
        spec: SourceSpec,
        writer: "SqliteWriter",
        embedder: "Embedder | None",
        progress: "Progress",
        prune: bool,
    ) -> SourceReport:
        from asterisk_search.indexing.preparation import preparation
        from asterisk_search.indexing.run import Sync

        source, now = self._open_source(spec), time.time_ns()
        moment = datetime.fromtimestamp(now / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            prepared = preparation(source, embedder, self._settings.index.passage_tokens)
            sync = Sync(source, writer, prepared.chunk, prepared.version, prune)
            return sync.run(now, moment, progress)
        except SourceError as error:
            return SourceReport(spec.name, error=error.message, hint=error.hint)

    def _open_source(self, spec: SourceSpec) -> "Source":
        from asterisk_search.sources.obsidian import ObsidianSource

        limit = self._settings.index.max_file_mb * 1_000_000
        return ObsidianSource(spec.name, Path(spec.root), exclude=spec.exclude, max_bytes=limit)

    def _open_embedder(self) -> "Embedder":
        from asterisk_search.embedding.breaker import Breaker
        from asterisk_search.embedding.load import load_embedder

        if self._embedder is None:
            path = self._settings.model.path
            folder = expanded(path) if path else None
            self._model = load_embedder(folder, self._threads())
            self._embedder = Breaker(self._model)
        return self._embedder

    def _embedder_or_reason(self) -> "tuple[Embedder | None, str | None]":
        try:
            embedder = self._open_embedder()
            embedder.count_tokens("the tokenizer is loaded and verified now")
            return embedder, None
        except EmbedderUnavailable as error:
            return None, error.message

    def _semantic(self, reader: "SqliteReader") -> "SemanticRetriever":
        from asterisk_search.search.semantic import SemanticRetriever, WarmIndex

        embedder, stored = self._open_embedder(), reader.fingerprint()
        if stored != embedder.fingerprint:
            why = "the vectors were made by another model"
            raise EmbedderUnavailable(
                why if stored else "no passage has a vector yet",
                hint="run `asterisk-search index`",
            )
        limit = self._settings.search.exact_up_to
        self._warm = self._warm or WarmIndex()
        index = self._warm.shown(reader, self._folder.vectors, embedder.dim, limit)
        return SemanticRetriever(reader, embedder, index)

    def _threads(self) -> int:
        return self._settings.index.threads or min(os.cpu_count() or 1, MOST_THREADS)

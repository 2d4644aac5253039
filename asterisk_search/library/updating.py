"""Operations that change the catalog; each holds the lock of the data folder."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from asterisk_search.errors import EmbedderUnavailable, SourceError, UsageError
from asterisk_search.indexing.reports import SourceReport, UpdateReport
from asterisk_search.library.opening import Opened
from asterisk_search.records import SourceSpec
from asterisk_search.storage.registry import choose

if TYPE_CHECKING:
    from asterisk_search.indexing.progress import Progress
    from asterisk_search.indexing.run import Sync
    from asterisk_search.protocols import Embedder, Source
    from asterisk_search.storage.reader import SqliteReader
    from asterisk_search.storage.writer import SqliteWriter


def iso_moment(ns: int) -> str:
    """Nanoseconds since 1970 as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(ns / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Updating(Opened):
    """Register, update, rebuild, remove."""

    def register(
        self,
        paths: Sequence[str],
        *,
        name: str | None = None,
        exclude: Sequence[str] | None = None,
        as_type: str | None = None,
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
            specs = resolve_all(paths, known, name=name, exclude=exclude, as_type=as_type)
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
            embedder, reason = self._adopted(writer, reader)
            reports = tuple(self._sync(spec, writer, embedder, progress, prune) for spec in specs)
            give_back()
            embedded = 0
            if embedder is not None:
                try:
                    embedded = embed_pending(writer, embedder, reader.totals()[2], progress)
                    # What the new model was not given to read now is not to be had: let it answer.
                    writer.settle(force=names is None and not any(r.error for r in reports))
                except EmbedderUnavailable as error:
                    reason = error.message
                # The graph takes memory of its own: the model's is given back first.
                self._release_model()
                give_back()
            changed = bool(embedded) or any(report.touched for report in reports)
            limit, dim = self._settings.search.exact_up_to, reader.dim() if embedder else None
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

    def rebuild(self, paths: Sequence[str] = (), *, as_type: str | None = None) -> Path | None:
        """Start with an empty catalog of the same sources; return where the old one lies.

        ``as_type`` says what a new source among ``paths`` is.

        Raises:
            CatalogBusy, CatalogError, UsageError, SourceMissing: see `indexing.rebuilding`.
        """
        from asterisk_search.indexing.rebuilding import start_anew

        with self._folder.locked(self.PATIENCE_S):
            return start_anew(self._folder, paths, datetime.now(), as_type)

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

    def _adopted(
        self, writer: "SqliteWriter", reader: "SqliteReader"
    ) -> "tuple[Embedder | None, str | None]":
        """The model that new vectors are of from now on, or why there is none.

        One that did not make the vectors there are is tried first: if it fails, they stay.
        """
        embedder, reason = self._embedder_or_reason()
        if embedder is None:
            return None, reason
        if reader.fingerprint() not in (None, embedder.fingerprint):
            try:
                embedder.embed(["another model shows that it works"])
            except EmbedderUnavailable as error:
                return None, error.message
        writer.adopt(embedder.fingerprint, self._bundle_path())
        return embedder, None

    def _sync(
        self,
        spec: SourceSpec,
        writer: "SqliteWriter",
        embedder: "Embedder | None",
        progress: "Progress",
        prune: bool,
    ) -> SourceReport:
        source, now = self._open_source(spec), time.time_ns()
        try:
            sync = self._syncing(source, writer, embedder, prune)
            return sync.run(now, iso_moment(now), progress)
        except SourceError as error:
            return SourceReport(spec.name, error=error.message, hint=error.hint)

    def _syncing(
        self,
        source: "Source",
        writer: "SqliteWriter",
        embedder: "Embedder | None",
        prune: bool = False,
    ) -> "Sync":
        """What brings a source's entries up to date, all or some, cut for this model."""
        from asterisk_search.indexing.preparation import preparation
        from asterisk_search.indexing.run import Sync

        prepared = preparation(source, embedder, self._settings.index.passage_tokens)
        return Sync(
            source, writer, prepared.chunk, prepared.version, prune, frozen=prepared.approximate
        )

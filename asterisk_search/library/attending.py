"""Letting a few small changes go first while much is being indexed."""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from asterisk_search.config import Settings
from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.indexing.progress import Silent
from asterisk_search.library.facade import Library
from asterisk_search.library.updating import iso_moment
from asterisk_search.protocols import Watchable

if TYPE_CHECKING:
    from asterisk_search.indexing.reports import SourceReport
    from asterisk_search.storage.writer import SqliteWriter


class Attending(Library):
    """A library whose `update` may be interrupted, between two of its steps, by `attend`.

    Both are of one thread and write through one connection, so nobody else comes in between. What
    the update had found out before may be older than what was attended to: it can undo that for
    a while, by its last look at a file. So whoever calls `attend` does so again in the end, or
    follows the same paths; the stamps tell then what has to be mended.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._writer: SqliteWriter | None = None

    def attend(self, name: str, refs: Collection[bytes]) -> "SourceReport | None":
        """Bring these entries of a source up to date, and embed what they say and nothing else.

        ``None``: no update is under way, or only a look at the whole source can tell.

        Raises:
            NothingIndexed, SourceError, CatalogError: as `follow`.
        """
        from asterisk_search.indexing.embed import embed_all

        writer, source = self._writer, self._open_source(self.require_source(name))
        if writer is None or not isinstance(source, Watchable):
            return None
        embedder, _ = self._embedder_or_reason()
        sync = self._syncing(source, writer, embedder)
        now = time.time_ns()
        report = sync.some(source, refs, now, iso_moment(now), Silent())
        if report is not None and embedder is not None:
            try:
                embed_all(writer, embedder, writer.pending_below(name, refs))
            except EmbedderUnavailable:
                return report  # the update will meet that too, and say so
        return report

    @contextmanager
    def _writing(self) -> "Iterator[SqliteWriter]":
        with super()._writing() as writer:
            self._writer = writer
            try:
                yield writer
            finally:
                self._writer = None

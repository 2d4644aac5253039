"""The library of a process that stays: one model, warm vectors, many threads."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asterisk_search.config import Settings
from asterisk_search.errors import AsteriskError, CatalogBusy, NothingIndexed
from asterisk_search.library.facade import Library
from asterisk_search.records import SourceSpec
from asterisk_search.storage.vocabulary import Vocabulary

if TYPE_CHECKING:
    from asterisk_search.answers import Answer, Query
    from asterisk_search.protocols import Embedder, Source, VectorIndex
    from asterisk_search.storage.reader import SqliteReader

AT_ONCE: Final = 2
"""Queries that are answered at the same time: one computes while the other waits for SQLite or the
model. More of them hand the interpreter's lock around, at each row that is read, and get less done.
"""
SPARE_READERS: Final = 2
"""Connections kept open between queries; each has a page cache of its own."""
NOTHING: Final = ("", -1, float("-inf"))
"""What the index in memory shows: its vector space, the generation, and since when."""
STALE_S: Final = 1.0
"""While another process indexes, every query would find new vectors to load first. For this long
a query goes without the newest; what the process itself indexes is shown at once (`catch_up`)."""
STALE_WORDS_S: Final = 5.0
"""While notes are being saved, a mistyped word is taken for one that was there up to twice this
long ago."""


class Resident(Library):
    """A thread-safe `Library` that keeps open what the next query needs."""

    PATIENCE_S = 0.0
    """It has other things to do, and tries again by itself."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._loading = threading.Lock()
        self._lending = threading.Lock()
        self._spare: list[SqliteReader] = []
        self._vocabulary = Vocabulary(STALE_WORDS_S)
        self._file: tuple[int, int] | None = None
        self._vectors: VectorIndex | None = None
        self._shown = NOTHING

    def search(self, query: "Query") -> "Answer":
        """Answer a query, when it is its turn; raises as `Asking.search`."""
        started = time.monotonic()
        with self._turns:
            found = super().search(query)
        return found.timed(time.monotonic() - started)

    def close(self) -> None:
        """Close the catalog and give the memory of model and vectors back."""
        self._forget_readers()
        with self._loading:
            super().close()
            self._vectors, self._shown = None, NOTHING

    def prepare(self) -> Path:
        """Make the data folder if there is none, bring an older catalog up to date; return it.

        Raises:
            CatalogError: that cannot be done.
        """
        from asterisk_search.storage.connection import up_to_date

        self._folder.create()
        path = self._folder.catalog
        if path.exists() and not up_to_date(path):
            with suppress(CatalogBusy), self._writing():
                pass
        return self._folder.root

    def specs(self) -> list[SourceSpec]:
        """The registered sources without their counts; none when there is no index."""
        try:
            with self._reading() as reader:
                return reader.specs()
        except NothingIndexed:
            return []

    def open_source(self, spec: SourceSpec) -> "Source":
        """The source that a registration means."""
        return self._open_source(spec)

    def warm_up(self) -> str | None:
        """Load model and vectors before they are asked for; return why that cannot be done."""
        try:
            with self._reading() as reader, reader.snapshot():
                self._semantic(reader).encode("a first text opens the session")
        except AsteriskError as error:
            return error.message
        return None

    def catch_up(self) -> None:
        """Show in the next query every vector that is in the catalog now."""
        with self._loading:
            self._shown = (self._shown[0], *NOTHING[1:])
        if self._vectors is not None:
            with self._reading() as reader, reader.snapshot():
                self._semantic(reader)

    def _release_model(self) -> None:
        """Queries need it: it stays."""

    @contextmanager
    def _reading(self) -> "Iterator[SqliteReader]":
        reader = self._borrow()
        try:
            yield reader
        except BaseException:
            reader.close()
            raise
        self._give_back(reader)

    def _borrow(self) -> "SqliteReader":
        from asterisk_search.storage.reader import SqliteReader

        identity = self._identity()
        with self._lending:
            stale = self._spare if identity != self._file else []
            if stale:
                self._spare = []
            if identity != self._file:
                self._vocabulary = Vocabulary(STALE_WORDS_S)
            self._file, vocabulary = identity, self._vocabulary
            found = self._spare.pop() if self._spare else None
        for reader in stale:
            reader.close()
        return found or SqliteReader(self._folder.catalog, vocabulary)

    def _give_back(self, reader: "SqliteReader") -> None:
        with self._lending:
            if len(self._spare) < SPARE_READERS and self._identity() == self._file:
                self._spare.append(reader)
                return
        reader.close()

    def _forget_readers(self) -> None:
        with self._lending:
            readers, self._spare = self._spare, []
        for reader in readers:
            reader.close()

    def _identity(self) -> tuple[int, int] | None:
        """Which file the catalog is: `index --rebuild` puts another in its place."""
        try:
            status = os.stat(self._folder.catalog)  # noqa: PTH116 - asked before every query
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _open_embedder(self) -> "Embedder":
        with self._loading:
            return super()._open_embedder()

    def _open_former(self, fingerprint: str, bundle: str) -> "Embedder":
        with self._loading:
            return super()._open_former(fingerprint, bundle)

    def _vector_index(self, reader: "SqliteReader", dim: int) -> "VectorIndex":
        from asterisk_search.storage.catch_up import catch_up
        from asterisk_search.storage.rescoring import Rescored
        from asterisk_search.storage.sketch import SketchIndex

        with self._loading:
            space = reader.space()
            shown, generation, moment = self._shown
            old = shown != space or (
                generation != reader.generation() and time.monotonic() - moment >= STALE_S
            )
            if self._vectors is None or space != self._shown[0]:
                self._vectors = SketchIndex(dim, capacity=reader.vector_count() * 11 // 10)
            if old:
                catch_up(self._vectors, reader)
                self._shown = (space, reader.generation(), time.monotonic())
            return Rescored(self._vectors, reader)

"""What the shells ask of the program; a library behind one lock is the simplest that answers."""

from collections.abc import Sequence
from threading import Lock
from typing import Protocol

from asterisk_search.answers import Answer, Query
from asterisk_search.indexing.progress import Silent
from asterisk_search.indexing.reports import Status
from asterisk_search.library import Library
from asterisk_search.records import SourceInfo


class Asked(Protocol):
    """Answers questions. All methods are thread-safe; each may raise an AsteriskError."""

    def search(self, query: Query) -> Answer:
        """Answer a query."""

    def status(self) -> Status:
        """The state of the index."""

    def sources(self) -> list[SourceInfo]:
        """The registered sources."""

    def reindex(self, names: Sequence[str] | None) -> None:
        """Bring these sources, or all, up to date."""


class LockedLibrary:
    """`Asked` on a library in this process, one question at a time."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = Lock()

    def search(self, query: Query) -> Answer:
        """Answer a query."""
        with self._lock:
            return self._library.search(query)

    def status(self) -> Status:
        """The state of the index."""
        with self._lock:
            return self._library.status()

    def sources(self) -> list[SourceInfo]:
        """The registered sources."""
        with self._lock:
            return self._library.sources()

    def reindex(self, names: Sequence[str] | None) -> None:
        """Bring these sources, or all, up to date."""
        with self._lock:
            self._library.update(names, Silent())

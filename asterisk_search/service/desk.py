"""One library for all who ask in a long-lived process, whatever way they come."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version

from asterisk_search.answers import Answer, Filters, Query
from asterisk_search.config import Settings
from asterisk_search.errors import UsageError
from asterisk_search.indexing.memory import resident_memory
from asterisk_search.indexing.reports import Status
from asterisk_search.library.resident import Resident
from asterisk_search.records import SourceInfo
from asterisk_search.service.standing import Standing, Vitals
from asterisk_search.views import Reading, Similar


class Desk:
    """Thread-safe; holds the only model of its process. Close it at the end."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.library = Resident(settings)
        self._lock = threading.Lock()
        self._standing = Standing()
        self._started = time.monotonic()
        self._reindex: Callable[[Sequence[str] | None], None] | None = None

    def search(self, query: Query) -> Answer:
        """Answer a query.

        Raises:
            NothingIndexed, UsageError, EmbedderUnavailable, CatalogError: see `Library.search`.
        """
        return self.library.search(query)

    def similar(
        self,
        note: str | None = None,
        *,
        text: str = "",
        filters: Filters | None = None,
        limit: int = 10,
    ) -> Similar:
        """Documents like a note or a text; raises as `Library.similar`."""
        return self.library.similar(note, text=text, filters=filters, limit=limit)

    def document(self, note: str, line: int | None = None, count: int | None = None) -> Reading:
        """The text of a document; raises as `Library.document`."""
        return self.library.document(note, line, count)

    def status(self) -> Status:
        """The state of the index; raises NothingIndexed when there is none."""
        return self.library.status()

    def sources(self) -> list[SourceInfo]:
        """The registered sources."""
        return self.library.sources()

    def standing(self) -> Standing:
        """What is being done at this moment."""
        with self._lock:
            return self._standing

    def vitals(self) -> Vitals | None:
        """How the daemon is: this process, unless a `Front` says otherwise; ``None``: none is."""
        return Vitals(
            pid=os.getpid(),
            version=version("asterisk-search"),
            uptime_s=round(time.monotonic() - self._started, 1),
            memory_bytes=resident_memory(),
            standing=self.standing(),
        )

    def tell(self, **changes: object) -> None:
        """Change fields of the standing."""
        with self._lock:
            self._standing = replace(self._standing, **changes)  # type: ignore[arg-type]

    def on_reindex(self, action: Callable[[Sequence[str] | None], None]) -> None:
        """Name who brings sources up to date when `reindex` asks for it."""
        self._reindex = action

    @property
    def served_by(self) -> str:
        """What answers: ``daemon``, which also indexes, or any other ``process``."""
        return "process" if self._reindex is None else "daemon"

    def reindex(self, names: Sequence[str] | None = None) -> None:
        """Have these sources, or all of them, looked through soon; returns at once.

        Raises:
            NothingIndexed: no source has one of these names.
            UsageError: nobody indexes in this process.
        """
        if self._reindex is None:
            raise UsageError(
                "nothing is indexed by this process", hint="run `asterisk-search index`"
            )
        for name in names or ():
            self.library.require_source(name)
        self._reindex(names)

    def close(self) -> None:
        """Give everything back."""
        self.library.close()

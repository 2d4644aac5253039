"""Noticing changes by looking, where the system does not tell of them."""

import time
from collections.abc import Callable

from asterisk_search.errors import SourceError
from asterisk_search.protocols import Source
from asterisk_search.records import Entry, Stamp
from asterisk_search.service.changes import Changes

AT_MOST = 50
"""A look is followed by a rest of that many times its duration: two hundredths of a processor."""


class Poll:
    """Compares the stamps of one source with those of the last look."""

    def __init__(
        self, source: Source, every: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``every`` so many seconds, or less often if looking takes long."""
        self._source = source
        self._every = every
        self._clock = clock
        self._due = clock()
        self._seen: dict[bytes, Stamp] | None = None

    @property
    def source(self) -> Source:
        """What is looked at."""
        return self._source

    def look(self, changes: Changes) -> None:
        """Note what has changed since the last look, if it is time for another."""
        started = self._clock()
        if started < self._due:
            return
        try:
            now = {i.ref: i.stamp for i in self._source.scan() if isinstance(i, Entry)}
        except SourceError:
            now = self._seen or {}  # a missing folder changes nothing
        if self._seen is not None:
            for ref, _ in self._seen.items() ^ now.items():
                changes.add(self._source.name, ref)
        self._seen = now
        ended = self._clock()
        self._due = ended + max(self._every, AT_MOST * (ended - started))

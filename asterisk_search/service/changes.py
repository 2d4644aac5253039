"""What has changed and waits to be looked at; a file is let rest before it is."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MOST = 128
"""More changed files of one source than this are not looked at one by one: a scan of the whole
source, which takes a second for 10,000 notes, is cheaper and cannot miss any."""

Due = Mapping[str, frozenset[bytes] | None]
"""Source to the refs that are due; ``None`` means all of the source."""


@dataclass(slots=True)
class _Times:
    first: float
    last: float


def _due(refs: set[bytes | None]) -> frozenset[bytes] | None:
    return None if None in refs else frozenset(ref for ref in refs if ref is not None)


class Changes:
    """Filled by whoever notices, emptied by one who works; thread-safe.

    A change is due when nothing more has happened to its file for ``quiet`` seconds, or when
    something keeps happening for ``longest``.
    """

    def __init__(
        self, quiet: float, longest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._quiet = quiet
        self._longest = longest
        self._clock = clock
        self._changed = threading.Condition()
        self._noted: dict[str, dict[bytes | None, _Times]] = {}
        self._closed = False

    def add(self, source: str, ref: bytes) -> None:
        """Something happened to the file or folder at ``ref``."""
        with self._changed:
            noted = self._noted.setdefault(source, {})
            self._note(noted, None if None in noted else ref)
            if len(noted) > MOST:
                first = min(times.first for times in noted.values())
                self._noted[source] = {None: _Times(first, self._clock())}
            self._changed.notify()

    def add_all(self, source: str, *, at_once: bool = False) -> None:
        """Something happened that may concern the whole source; it need not rest if ``at_once``."""
        with self._changed:
            noted = self._noted.setdefault(source, {})
            self._note(noted, None)
            whole = noted[None]
            if at_once:
                whole.first = self._clock() - self._longest
            self._noted[source] = {None: whole}
            self._changed.notify()

    def waiting(self) -> int:
        """How many files wait; a whole source counts as one."""
        with self._changed:
            return sum(map(len, self._noted.values()))

    def take(self, patience: float) -> Due:
        """What is due, by source; waits for it, but at most ``patience`` seconds."""
        until = self._clock() + patience
        with self._changed:
            while not self._closed:
                now = self._clock()
                due = {source: refs for source in self._noted if (refs := self._ripe(source, now))}
                if due or now >= until:
                    return {source: _due(refs) for source, refs in due.items()}
                self._changed.wait(min(until, self._next(until)) - now)
        return {}

    def close(self) -> None:
        """Let `take` return at once, now and ever after."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _note(self, noted: dict[bytes | None, _Times], ref: bytes | None) -> None:
        now = self._clock()
        noted.setdefault(ref, _Times(now, now)).last = now

    def _at(self, times: _Times) -> float:
        """When it is due."""
        return min(times.last + self._quiet, times.first + self._longest)

    def _next(self, until: float) -> float:
        waiting = [self._at(times) for noted in self._noted.values() for times in noted.values()]
        return min(waiting, default=until)

    def _ripe(self, source: str, now: float) -> set[bytes | None]:
        """What of a source is due; it waits no longer."""
        noted = self._noted[source]
        ripe = {ref for ref, times in noted.items() if self._at(times) <= now}
        for ref in ripe:
            del noted[ref]
        return ripe

"""From file-system events to changes: what is watched, and what happens when it cannot be."""

import errno
import logging
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from asterisk_search.errors import SourceError
from asterisk_search.protocols import Concern, Place, Source, Watchable
from asterisk_search.service.changes import Changes
from asterisk_search.service.standing import Followed

EVENTS: Final[list[type[FileSystemEvent]]] = [
    DirCreatedEvent, DirDeletedEvent, DirMovedEvent, FileClosedEvent, FileCreatedEvent,
    FileDeletedEvent, FileModifiedEvent, FileMovedEvent,
]  # fmt: skip
"""Opening and reading are left out: indexing itself would be noticed."""

LIMITS: Final = {
    errno.ENOSPC: "the system watches no more folders: "
    "sudo sysctl fs.inotify.max_user_watches=524288",
    errno.EMFILE: "the system has no more watchers: sudo sysctl fs.inotify.max_user_instances=1024",
}
OVERFLOW: Final = (
    "more changes than the system keeps for a watcher; everything is looked through. "
    "To keep more: sudo sysctl fs.inotify.max_queued_events=131072"
)

log = logging.getLogger(__name__)


class Handler(FileSystemEventHandler):
    """Hands what happens below one place of a source on as changes."""

    def __init__(self, source: Source, place: Place, path: bytes, changes: Changes) -> None:
        """``path`` is where the place is; what is told of it begins with that."""
        self._source = source
        self._place = place
        self._path = path
        self._changes = changes

    def dispatch(self, event: FileSystemEvent) -> None:
        """Note the path of an event, or both of a move."""
        for path in filter(None, (os.fsencode(event.src_path), os.fsencode(event.dest_path))):
            below = os.path.relpath(path, self._path)
            if below == b".":
                self._changes.add_all(self._source.name)
            elif not below.startswith(b".."):
                self._note(os.path.join(self._place.ref, below))  # noqa: PTH118 - bytes

    def _note(self, ref: bytes) -> None:
        """Note a change at ``ref`` if it is any of the source's concern."""
        source = self._source
        concern = source.concerns(ref) if isinstance(source, Watchable) else Concern.EVERYTHING
        if concern is Concern.ENTRY:
            self._changes.add(self._source.name, ref)
        elif concern is Concern.EVERYTHING:
            self._changes.add_all(self._source.name)


@dataclass(slots=True)
class _Kept:
    """A source that is being followed."""

    source: Source
    identity: tuple[int, int] | None
    watches: dict[Place, ObservedWatch] = field(default_factory=dict)
    detail: str = ""
    """Why it cannot be watched."""


class Watcher:
    """Watches sources; those that cannot be watched are left to be polled."""

    def __init__(
        self,
        changes: Changes,
        probe: Path,
        observer: Callable[[], BaseObserver] = Observer,
        *,
        idle: str = "",
    ) -> None:
        """``probe`` is a folder of ours, by which it is seen whether one more can be watched.

        ``idle`` says why nothing is to be watched at all; then everything is left to be polled.
        """
        self._idle = idle
        self._changes = changes
        self._probe = probe
        self._kept: dict[str, _Kept] = {}
        self._observer: BaseObserver | None = None
        self._make = observer
        self._overflow = _Overflow(self._lost_events)
        logging.getLogger("watchdog").addHandler(self._overflow)

    def close(self) -> None:
        """Watch nothing any more."""
        logging.getLogger("watchdog").removeHandler(self._overflow)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def follow(self, sources: Sequence[Source]) -> None:
        """Follow these sources from now on, and no others; all of each new one is a change."""
        for name in self._kept.keys() - {source.name for source in sources}:
            self._forget(name)
        for source in sources:
            self._begin(source)

    def check(self) -> None:
        """See whether folders have gone, or have come back and must be watched anew."""
        for kept in list(self._kept.values()):
            if identity(kept.source.root) != kept.identity:
                log.info(
                    "%s: %s is another folder now, or gone", kept.source.name, kept.source.root
                )
                self._begin(kept.source)

    def renew(self, name: str) -> None:
        """Watch what has to be watched now: links to folders may have come or gone."""
        kept = self._kept.get(name)
        if kept is not None and not kept.detail and kept.identity is not None:
            self._watch(kept)

    def standing(self) -> tuple[Followed, ...]:
        """How each source is followed."""
        return tuple(map(_followed, self._kept.values()))

    def polled(self) -> list[Source]:
        """The sources that are there and cannot be watched."""
        return [k.source for k in self._kept.values() if k.detail and k.identity is not None]

    def _begin(self, source: Source) -> None:
        self._forget(source.name)
        kept = self._kept[source.name] = _Kept(source, identity(source.root), detail=self._idle)
        if kept.identity is not None:
            if not kept.detail:
                self._watch(kept)
            self._changes.add_all(source.name, at_once=True)

    def _watch(self, kept: _Kept) -> None:
        try:
            wanted = _places(kept.source)
            for place in kept.watches.keys() - set(wanted):
                self._unwatch(kept.watches.pop(place))
            for place in wanted:
                if place not in kept.watches:
                    kept.watches[place] = self._schedule(kept.source, place)
            self._try_one_more()
        except SourceError as error:
            kept.identity = None  # gone again; `check` will see it return
            log.info("%s: %s", kept.source.name, error.message)
        except OSError as error:
            kept.detail = LIMITS.get(error.errno or 0, error.strerror or str(error))
            log.warning("%s is polled: %s", kept.source.name, kept.detail)
            self._unwatch_all(kept)

    def _schedule(self, source: Source, place: Place) -> ObservedWatch:
        path = os.path.join(os.fsencode(source.root), place.ref)  # noqa: PTH118 - bytes
        # A link at the top of a place is followed; those below it are places of their own.
        path = os.path.realpath(path)
        handler = Handler(source, place, path, self._changes)
        return self._running().schedule(
            handler, os.fsdecode(path), recursive=place.recursive, event_filter=EVENTS
        )

    def _running(self) -> BaseObserver:
        if self._observer is None:
            self._observer = self._make()
            self._observer.start()
        return self._observer

    def _try_one_more(self) -> None:
        """Raise what a reached limit raises: below the top of a place watchdog keeps it quiet."""
        handler = FileSystemEventHandler()
        probe = self._running().schedule(handler, str(self._probe), event_filter=[DirMovedEvent])
        self._unwatch(probe)

    def _unwatch(self, watch: ObservedWatch) -> None:
        with suppress(KeyError, OSError):  # the folder, and its watch, may be gone already
            self._running().unschedule(watch)

    def _unwatch_all(self, kept: _Kept) -> None:
        while kept.watches:
            self._unwatch(kept.watches.popitem()[1])

    def _forget(self, name: str) -> None:
        kept = self._kept.pop(name, None)
        if kept is not None:
            self._unwatch_all(kept)

    def _lost_events(self) -> None:
        log.warning(OVERFLOW)
        for name in list(self._kept):
            self._changes.add_all(name)


class _Overflow(logging.Handler):
    """Hears of lost events, which watchdog tells nobody but its log."""

    def __init__(self, action: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._action = action

    def emit(self, record: logging.LogRecord) -> None:
        """Act on the one message that matters."""
        if "filesystem events were lost" in record.getMessage():
            self._action()


def identity(root: Path) -> tuple[int, int] | None:
    """Which folder is at a path; ``None`` when there is none, or an empty one.

    An empty folder is what is left where a disk was mounted.
    """
    try:
        status = root.stat()
        with os.scandir(root) as entries:
            empty = next(entries, None) is None
    except OSError:
        return None
    return None if empty else (status.st_dev, status.st_ino)


def _places(source: Source) -> list[Place]:
    return source.places() if isinstance(source, Watchable) else [Place(b"", True)]


def _followed(kept: _Kept) -> Followed:
    how = "away" if kept.identity is None else "polling" if kept.detail else "watching"
    return Followed(kept.source.name, how, kept.detail)

"""The part of the daemon that keeps the catalog up to date."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import partial
from typing import Any, Final

from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from asterisk_search.config import Settings
from asterisk_search.errors import AsteriskError, CatalogBusy, SourceError
from asterisk_search.indexing.memory import give_back
from asterisk_search.indexing.progress import Silent
from asterisk_search.indexing.reports import SourceReport
from asterisk_search.records import SkipReason, SourceSpec
from asterisk_search.service import bulk
from asterisk_search.service.changes import Changes
from asterisk_search.service.desk import Desk
from asterisk_search.service.meanwhile import Meanwhile
from asterisk_search.service.polling import Poll
from asterisk_search.service.priority import lower_thread
from asterisk_search.service.watching import Watcher

LOOK_S: Final = 2.0
"""Seconds between two looks at what no event tells: new sources, and folders that went or came."""
LONGEST_S: Final = 5.0
"""A file that is written to all the time is read that often nevertheless."""
UNFINISHED_S: Final = 150.0
"""Wait before another look at what was still being written; longer than an archive lets rest."""
BUSY_S: Final = 2.0
"""Rest before another try when somebody else is indexing, or something broke."""
LONGEST_REST_S: Final = 300.0
"""What breaks again and again is tried less and less often, down to this."""

log = logging.getLogger(__name__)


def serve(desk: Desk, settings: Settings, stop: threading.Event) -> None:
    """Keep everything up to date until ``stop`` is set."""
    lower_thread()
    with closing(Updater(desk, settings, stop)) as updater:
        ender = threading.Thread(target=updater.end_with, args=(stop,), daemon=True)
        ender.start()
        while not stop.is_set():
            updater.step()


class Updater:
    """Small changes are indexed here and at once, many of them in a process of their own."""

    def __init__(
        self,
        desk: Desk,
        settings: Settings,
        stop: threading.Event,
        *,
        clock: Callable[[], float] = time.monotonic,
        observer: Callable[[], BaseObserver] = Observer,
    ) -> None:
        self._clock = clock
        self._desk = desk
        self._settings = settings
        self._stop = stop
        self._rest = BUSY_S
        quiet = settings.daemon.settle_ms / 1000
        self.changes = Changes(quiet, max(LONGEST_S, 2 * quiet))
        self._new_watcher = partial(
            Watcher,
            self.changes,
            desk.library.prepare(),
            observer,
            idle="" if settings.daemon.watch else "daemon.watch is false",
        )
        self._watcher = self._new_watcher()
        self._specs: list[SourceSpec] = []
        self._polls: dict[str, Poll] = {}
        self._unfinished: dict[str, float] = {}
        self._looked = float("-inf")
        self._reconciled = clock()
        desk.on_reindex(self.reindex)

    def close(self) -> None:
        """Watch nothing any more."""
        self._watcher.close()

    def end_with(self, stop: threading.Event) -> None:
        """Wake the loop when it is to stop."""
        stop.wait()
        self.changes.close()

    def reindex(self, names: Sequence[str] | None) -> None:
        """Have these sources, or all of them, looked through soon."""
        for name in [spec.name for spec in self._specs] if names is None else names:
            self.changes.add_all(name, at_once=True)

    def step(self) -> None:
        """Do what is due, or wait for it a while."""
        try:
            self._look_around()
            due = self.changes.take(LOOK_S)
            # What is due waits until it has been done.
            due_now = sum(1 if refs is None else len(refs) for refs in due.values())
            waiting = self.changes.waiting() + due_now
            self._desk.tell(waiting=waiting, followed=self._watcher.standing())
            if due:
                self._work({name: refs for name, refs in due.items() if self._known(name)})
                self._rest = BUSY_S
        except AsteriskError as error:
            self._failed(error.message, error.hint)
            self._stop.wait(BUSY_S)
        except Exception:
            # The last line of defence of a thread that must go on: the log says where it broke.
            log.exception("updating broke; it begins anew in %.0f s", self._rest)
            self._desk.tell(error="keeping up to date broke and begins anew; see the log")
            self._stop.wait(self._rest)
            self._begin_anew()

    def _begin_anew(self) -> None:
        """As after a restart: watch everything anew and look it through, whatever was due."""
        self._rest = min(2 * self._rest, LONGEST_REST_S)
        with suppress(RuntimeError, OSError):  # its thread may be what broke
            self._watcher.close()
        self._watcher = self._new_watcher()
        self._specs, self._looked = [], float("-inf")

    def _known(self, name: str) -> bool:
        return any(spec.name.casefold() == name.casefold() for spec in self._specs)

    def _look_around(self) -> None:
        """See to what no event tells, if the last look was some time ago."""
        now = self._clock()
        if now - self._looked < LOOK_S:
            return
        self._looked = now
        specs = self._desk.library.specs()
        if specs != self._specs:
            self._specs = specs
            self._watcher.follow([self._desk.library.open_source(spec) for spec in specs])
        self._watcher.check()
        self._poll()
        for name in [name for name, due in self._unfinished.items() if now >= due]:
            del self._unfinished[name]
            self.changes.add_all(name)
        every = self._settings.daemon.reconcile_minutes * 60
        if every and now - self._reconciled >= every:
            self._reconciled = now
            self.reindex(None)

    def _poll(self) -> None:
        polled = self._watcher.polled()
        names = {source.name for source in polled}
        self._polls = {name: poll for name, poll in self._polls.items() if name in names}
        for source in polled:
            every = self._settings.daemon.poll_seconds
            self._polls.setdefault(source.name, Poll(source, every)).look(self.changes)

    def _work(self, due: dict[str, frozenset[bytes] | None]) -> None:
        whole = [name for name, refs in due.items() if refs is None]
        for name, refs in due.items():
            if refs is not None and not self._follow(name, refs):
                whole.append(name)
        if whole and not self._stop.is_set():
            self._update(whole)
        self._desk.tell(waiting=self.changes.waiting())

    def _follow(self, name: str, refs: frozenset[bytes]) -> bool:
        """Index some paths of a source; whether they alone told what to do."""
        try:
            report = self._desk.library.follow(name, refs, Silent())
        except CatalogBusy:
            self._again(name, refs)
            return True
        except SourceError as error:
            self._failed(f"{name}: {error.message}", error.hint)
            return True
        if report is None:
            return False
        if report.source.touched:
            self._desk.library.catch_up()
            give_back()
            log.info("%s: %s", name, _counts(report.source))
        self._desk.tell(degraded=report.degraded_reason or "", error="")
        return True

    def _update(self, names: list[str]) -> None:
        """Bring whole sources up to date in another process."""
        started = time.monotonic()
        self._desk.tell(phase="scan", done=0, total=0, unit="files")
        meanwhile = Meanwhile(self.changes)
        try:
            small = meanwhile.requests
            outcome = bulk.update(self._settings, names, self._told, self._stop, small)
        finally:
            meanwhile.give_back()
            waiting = self.changes.waiting()
            self._desk.tell(phase="", done=0, total=0, unit="", paused="", waiting=waiting)
        if self._stop.is_set():
            return
        if outcome.busy:
            self._again_all(names)
        elif outcome.report is None:
            self._failed(outcome.error, outcome.hint)
        else:
            self._desk.library.catch_up()
            give_back()
            self._updated(outcome.report, time.monotonic() - started)
        for name in names:
            self._watcher.renew(name)

    def _updated(self, report: dict[str, Any], seconds: float) -> None:
        problems = [
            f"{part['source']}: {part['error']}" for part in report["sources"] if part["error"]
        ]
        problems += [report["problem"]] if report["problem"] else []
        self._desk.tell(degraded=report["degraded_reason"] or "", error="; ".join(problems))
        for problem in problems:
            log.warning("%s", problem)
        for part in report["sources"]:
            keys = ("new", "changed", "moved", "removed", "withheld")
            said = ", ".join(f"{part[key]} {key}" for key in keys if part[key])
            log.info("%s: %s in %.1f s", part["source"], said or "nothing to do", seconds)
            if any(skip["reason"] == SkipReason.UNFINISHED for skip in part["skipped"]):
                self._unfinished[part["source"]] = self._clock() + UNFINISHED_S

    def _told(self, message: dict[str, Any]) -> None:
        if "paused" in message:
            log.info("paused: %s", message["paused"] or "no longer")
        self._desk.tell(**message)

    def _again(self, name: str, refs: frozenset[bytes]) -> None:
        """Somebody else is indexing: try these again later."""
        for ref in refs:
            self.changes.add(name, ref)
        self._stop.wait(BUSY_S)

    def _again_all(self, names: Sequence[str]) -> None:
        for name in names:
            self.changes.add_all(name)
        self._stop.wait(BUSY_S)

    def _failed(self, message: str, hint: str) -> None:
        log.warning("%s; %s", message, hint)
        self._desk.tell(error=message)


def _counts(report: SourceReport) -> str:
    counts = {
        "new": report.new, "changed": report.changed, "moved": report.moved,
        "removed": report.removed,
    }  # fmt: skip
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)

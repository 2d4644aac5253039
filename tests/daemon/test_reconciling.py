"""What no event tells is found by looking through everything now and then."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from asterisk_search.answers import Mode, Query
from asterisk_search.config import DaemonSettings, Settings
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library
from asterisk_search.service.desk import Desk
from asterisk_search.service.updating import Updater
from tests.fakes import FakeClock

ANYTHING_GOES = DaemonSettings(pause_on_battery=False, max_load=0, max_celsius=0)
DAY_S = 24 * 3600.0


class Deaf(Observer):  # type: ignore[valid-type,misc]  # watchdog picks the class at run time
    """An observer that is told nothing, as of a folder that another machine writes to."""

    def schedule(
        self, event_handler: FileSystemEventHandler, path: str, **options: object
    ) -> ObservedWatch:
        return ObservedWatch(path, recursive=False)


@contextmanager
def followed(notes: Path, clock: FakeClock, every: int) -> Iterator[tuple[Desk, Updater]]:
    """A desk whose vault was looked through once, and will be again after so many minutes."""
    settings = Settings(
        data_dir=str(notes.with_name("data")),
        daemon=replace(ANYTHING_GOES, reconcile_minutes=every),
    )
    library = Library(settings)
    library.register([str(notes)])
    library.update(None, Silent())
    library.close()
    with (
        closing(Desk(settings)) as desk,
        closing(Updater(desk, settings, threading.Event(), clock=clock, observer=Deaf)) as updater,
    ):
        updater.step()
        yield desk, updater


def found(desk: Desk) -> list[str]:
    answer = desk.search(Query("zeppelin", mode=Mode.KEYWORD))
    return [result.passage.path for result in answer.results]


def test_a_change_of_which_nothing_was_heard_is_found_in_time(notes: Path) -> None:
    clock = FakeClock()
    with followed(notes, clock, every=60) as (desk, updater):
        (notes / "Late.md").write_text("The zeppelin is moored at midnight.")
        clock.advance(59 * 60)
        updater._look_around()
        assert not updater.changes.waiting() and not found(desk)
        clock.advance(60)
        updater.step()
        assert found(desk) == ["Late.md"]
        (notes / "Late.md").unlink()
        clock.advance(60 * 60)
        updater.step()
        assert not found(desk)


def test_it_is_never_looked_for_where_nobody_wants_that(notes: Path) -> None:
    clock = FakeClock()
    with followed(notes, clock, every=0) as (_, updater):
        clock.advance(DAY_S)
        updater._look_around()
        assert not updater.changes.waiting()

"""What nobody foresaw does not end the watching."""

import threading
from contextlib import closing
from pathlib import Path

import pytest
from watchdog.observers.api import BaseObserver

from asterisk_search.answers import Mode, Query
from asterisk_search.config import Settings
from asterisk_search.library import Library
from asterisk_search.service.desk import Desk
from asterisk_search.service.updating import LONGEST_REST_S, Updater
from tests.daemon.test_reconciling import ANYTHING_GOES, Deaf


class Hurried(threading.Event):
    """Does not wait, but tells how long it should have."""

    def __init__(self) -> None:
        super().__init__()
        self.rests: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.rests.append(timeout or 0.0)
        return self.is_set()


class Frail:
    """Makes observers, but only after it has failed so often."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    def __call__(self) -> BaseObserver:
        self.failures -= 1
        if self.failures >= 0:
            raise ArithmeticError("nobody thought of this")
        return Deaf()


def desk_of(notes: Path) -> Desk:
    settings = Settings(data_dir=str(notes.with_name("data")), daemon=ANYTHING_GOES)
    library = Library(settings)
    library.register([str(notes)])
    library.close()
    return Desk(settings)


def test_after_a_failure_everything_is_watched_anew_and_nothing_is_lost(
    notes: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stop, frail = Hurried(), Frail(failures=2)
    with (
        closing(desk_of(notes)) as desk,
        closing(Updater(desk, desk.settings, stop, observer=frail)) as updater,
    ):
        updater.step()
        assert "begins anew" in desk.standing().error
        assert "nobody thought of this" in caplog.text
        updater.step()
        assert stop.rests == [2, 4], "each rest is twice as long as the one before"
        updater.step()
        found = desk.search(Query("dough", mode=Mode.KEYWORD)).results
        assert [result.passage.path for result in found] == ["Bread.md"]
        assert desk.standing().error == ""
        assert [followed.how for followed in desk.standing().followed] == ["watching"]


def test_what_breaks_again_and_again_is_tried_now_and_then(notes: Path) -> None:
    stop, frail = Hurried(), Frail(failures=100)
    with (
        closing(desk_of(notes)) as desk,
        closing(Updater(desk, desk.settings, stop, observer=frail)) as updater,
    ):
        for _ in range(12):
            updater.step()
    assert stop.rests[-1] == LONGEST_REST_S

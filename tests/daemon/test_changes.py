"""When a change is due."""

import threading

import pytest

from asterisk_search.service.changes import MOST, Changes
from tests.fakes import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def changes(clock: FakeClock) -> Changes:
    return Changes(0.5, 5.0, clock)


def test_a_change_is_due_when_its_file_has_rested(changes: Changes, clock: FakeClock) -> None:
    changes.add("v", b"a.md")
    clock.advance(0.4)
    changes.add("v", b"a.md")
    changes.add("v", b"b.md")
    clock.advance(0.4)
    assert changes.take(0) == {}
    clock.advance(0.2)
    assert changes.take(0) == {"v": frozenset([b"a.md", b"b.md"])}
    assert changes.take(0) == {} and changes.waiting() == 0


def test_each_file_rests_for_itself(changes: Changes, clock: FakeClock) -> None:
    changes.add("v", b"a.md")
    clock.advance(0.3)
    changes.add("v", b"b.md")
    clock.advance(0.3)
    assert changes.take(0) == {"v": frozenset([b"a.md"])}
    assert changes.waiting() == 1


def test_a_file_that_never_rests_is_due_all_the_same(changes: Changes, clock: FakeClock) -> None:
    for _ in range(13):
        changes.add("v", b"log.md")
        clock.advance(0.4)
    assert changes.take(0) == {"v": frozenset([b"log.md"])}


def test_many_changes_become_one_of_the_whole_source(changes: Changes, clock: FakeClock) -> None:
    for number in range(10 * MOST):
        changes.add("v", b"%d.md" % number)
    changes.add("w", b"a.md")
    assert changes.waiting() == 2
    clock.advance(0.6)
    assert changes.take(0) == {"v": None, "w": frozenset([b"a.md"])}


def test_the_whole_source_takes_its_files_in(changes: Changes, clock: FakeClock) -> None:
    changes.add("v", b"a.md")
    changes.add_all("v")
    changes.add("v", b"b.md")
    assert changes.waiting() == 1
    clock.advance(0.6)
    assert changes.take(0) == {"v": None}


def test_what_is_asked_for_at_once_need_not_rest(changes: Changes) -> None:
    changes.add_all("v", at_once=True)
    assert changes.take(0) == {"v": None}


def test_taking_waits_for_what_is_due_and_no_longer() -> None:
    changes = Changes(0.05, 1.0)
    threading.Timer(0.1, changes.add, ["v", b"a.md"]).start()
    assert changes.take(30) == {"v": frozenset([b"a.md"])}


def test_closing_ends_the_wait() -> None:
    changes = Changes(0.05, 1.0)
    threading.Timer(0.1, changes.close).start()
    assert changes.take(30) == {}

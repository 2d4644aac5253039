"""What has to be done, decided from stamps alone."""

from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.indexing.plan import is_mass_removal, make_plan
from asterisk_search.records import Entry, Kind, Skip, SkipReason, Stamp, Stored

OLD = Stamp(1, 2, 3, 4)


def entry(path: str, stamp: Stamp = OLD) -> Entry:
    return Entry(path.encode(), path, Kind.NOTE, stamp)


def stored(*paths: str, prepared: str = "1", stamp: Stamp = OLD) -> dict[bytes, Stored]:
    return {path.encode(): Stored(b"digest", prepared, stamp, path) for path in paths}


def test_an_equal_stamp_means_unchanged() -> None:
    plan = make_plan(stored("a"), [entry("a")], [], "1")
    assert (plan.read, plan.unchanged, plan.gone) == ((), 1, ())


def test_any_difference_of_the_stamp_means_reading() -> None:
    for stamp in (Stamp(9, 2, 3, 4), Stamp(1, 9, 3, 4), Stamp(1, 2, 9, 4), Stamp(1, 2, 3, 9)):
        assert make_plan(stored("a"), [entry("a", stamp)], [], "1").read == (entry("a", stamp),)


def test_an_unsettled_stamp_equals_nothing_not_even_itself() -> None:
    unsettled = OLD.unsettled()
    plan = make_plan(stored("a", stamp=unsettled), [entry("a", unsettled)], [], "1")
    assert len(plan.read) == 1


def test_another_preparation_means_reading() -> None:
    assert len(make_plan(stored("a"), [entry("a")], [], "2").read) == 1


def test_without_a_model_only_what_changed_is_read_and_what_a_move_left_half_done() -> None:
    def read(prepared: str, stamp: Stamp = OLD) -> int:
        known = stored("a", prepared=prepared)
        return len(make_plan(known, [entry("a", stamp)], [], "2", frozen=True).read)

    assert (read("1"), read("2"), read("")) == (0, 0, 1)
    assert read("1", Stamp(9, 2, 3, 4)) == 1


def test_the_newest_is_read_first() -> None:
    entries = [entry("old", Stamp(1, 10, 1, 1)), entry("new", Stamp(1, 20, 1, 1))]
    assert [e.path for e in make_plan({}, entries, [], "1").read] == ["new", "old"]


def test_what_was_not_met_is_gone_unless_it_could_not_be_seen() -> None:
    skips = [
        Skip(b"shut", "shut", SkipReason.UNREADABLE),
        Skip(b"cloud.md", "cloud.md", SkipReason.EVICTED),
        Skip(b"broken.canvas", "broken.canvas", SkipReason.MALFORMED),
    ]
    known = stored("shut/a", "shut/deep/b", "shutter/c", "cloud.md", "broken.canvas", "d")
    plan = make_plan(known, [], skips, "1")
    assert plan.gone == (b"broken.canvas", b"d", b"shutter/c")
    assert plan.kept == 3


def test_more_than_half_of_many_is_a_mass_removal() -> None:
    assert not is_mass_removal(50, 100)
    assert is_mass_removal(51, 100)
    assert not is_mass_removal(19, 19)
    assert is_mass_removal(20, 20)


@given(st.sets(st.text(max_size=3), max_size=9), st.sets(st.text(max_size=3), max_size=9))
def test_every_stored_and_every_found_entry_is_accounted_for(
    known: set[str], found: set[str]
) -> None:
    plan = make_plan(stored(*known), map(entry, found), [], "1")
    assert plan.unchanged == len(known & found)
    assert {e.path for e in plan.read} == found - known
    assert {ref.decode() for ref in plan.gone} == known - found

"""Whatever happened to the notes, one sync makes the catalog what indexing from nothing makes."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asterisk_search.errors import SourceMissing
from asterisk_search.records import SkipReason
from tests.catalogs import Workbench, contents
from tests.fake_source import FakeSource
from tests.fakes import FakeEmbedder
from tests.indexing.conftest import source_of

if TYPE_CHECKING:
    pass

NAMES = [f"{folder}{name}.md" for folder in ("", "a/", "a/b/") for name in ("one", "two", "three")]
TEXTS = st.lists(
    st.sampled_from(["raft elects", "a #leader by", "votes of most", "servers\n\nand", "logs"]),
    max_size=12,
).map(" ".join)
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(NAMES), TEXTS),
        st.tuples(st.just("delete"), st.sampled_from(NAMES), st.none()),
        st.tuples(st.just("move"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
        st.tuples(st.just("swap"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
        st.tuples(st.just("spoil"), st.sampled_from(NAMES), st.none()),
        st.tuples(st.just("sync"), st.none(), st.none()),
        st.tuples(st.just("embed"), st.none(), st.none()),
    ),
    max_size=25,
)


def test_the_first_sync_reads_everything_and_the_second_nothing(bench: Workbench) -> None:
    source = source_of(bench)
    source.write("a.md", "raft elects a leader")
    source.write("b.md", "bread needs time")
    report = bench.update()
    assert (report.new, report.unchanged) == (2, 0)
    source.reads.clear()
    embedder = bench.embedder
    assert isinstance(embedder, FakeEmbedder)
    embedder.embedded.clear()
    report = bench.update()
    assert (report.new, report.changed, report.unchanged, report.removed) == (0, 0, 2, 0)
    assert source.reads == []
    assert embedder.embedded == []


def test_a_touched_file_is_read_but_not_parsed_again(bench: Workbench) -> None:
    source = source_of(bench)
    source.write("a.md", "raft")
    bench.update()
    source.parsed.clear()
    source.write("a.md", "raft")
    report = bench.update()
    assert report.unchanged == 1
    assert source.parsed == []
    source.reads.clear()
    bench.update()
    assert source.reads == []


def test_an_mtime_that_went_backwards_is_noticed(bench: Workbench) -> None:
    source = source_of(bench)
    source.write("a.md", "new text")
    bench.update()
    source.files["a.md"].text = "old text"
    source.files["a.md"].mtime_ns -= 10**12
    assert bench.update().changed == 1


def test_a_file_changed_just_now_is_read_again_though_its_stamp_did_not_move(
    bench: Workbench,
) -> None:
    source = source_of(bench)
    source.write("a.md", "first")
    source.files["a.md"].mtime_ns = 2_000_000_000_000_000_000 - 1_000_000
    bench.update()
    source.files["a.md"].text = "other"
    assert bench.update().changed == 1
    source.files["a.md"].text = "third"
    assert bench.update().changed == 1


def test_moving_a_note_embeds_nothing_again(bench: Workbench) -> None:
    source, embedder = source_of(bench), bench.embedder
    assert isinstance(embedder, FakeEmbedder)
    source.write("a.md", "raft elects a leader")
    bench.update()
    ids = list(bench.reader().vector_ids())
    embedder.embedded.clear()
    source.move("a.md", "deep/folder/a.md")
    report = bench.update()
    assert (report.moved, report.new, report.removed) == (1, 0, 0)
    assert embedder.embedded == []
    assert list(bench.reader().vector_ids()) == ids


def test_restoring_yesterdays_text_embeds_nothing_again(bench: Workbench) -> None:
    source, embedder = source_of(bench), bench.embedder
    assert isinstance(embedder, FakeEmbedder)
    for text in ("yesterday", "today"):
        source.write("a.md", text)
        bench.update()
    embedder.embedded.clear()
    source.write("a.md", "yesterday")
    assert bench.update().changed == 1
    assert embedder.embedded == []


def test_equal_texts_in_two_places_are_embedded_once(bench: Workbench) -> None:
    source, embedder = source_of(bench), bench.embedder
    assert isinstance(embedder, FakeEmbedder)
    source.write("x/a.md", "the same")
    source.write("y/a.md", "the same")
    bench.update()
    assert len(embedder.embedded) == 1
    assert len(bench.reader().vector_ids()) == 2


def test_a_source_that_is_missing_loses_nothing(bench: Workbench) -> None:
    source = source_of(bench)
    source.write("a.md", "raft")
    bench.update()
    before = contents(bench.path)
    source.missing = True
    with pytest.raises(SourceMissing):
        bench.sync()
    assert contents(bench.path) == before


def test_removing_more_than_half_waits_for_consent(bench: Workbench) -> None:
    source = source_of(bench)
    for number in range(40):
        source.write(f"{number}.md", f"text {number}")
    bench.update()
    for number in range(25):
        del source.files[f"{number}.md"]
    report = bench.sync(prune=False)
    assert (report.removed, report.withheld, report.indexed) == (0, 25, 40)
    report = bench.sync(prune=True)
    assert (report.removed, report.withheld, report.indexed) == (25, 0, 15)


def test_moving_most_notes_is_no_mass_removal(bench: Workbench) -> None:
    source = source_of(bench)
    for number in range(40):
        source.write(f"old/{number}.md", f"text {number}")
    bench.update()
    for number in range(39):
        source.move(f"old/{number}.md", f"new/{number}.md")
    del source.files["old/39.md"]
    report = bench.sync(prune=False)
    assert (report.moved, report.removed, report.withheld) == (39, 1, 0)


def test_what_a_rule_leaves_out_goes_at_once_however_much_it_is(bench: Workbench) -> None:
    """The files are still there: no disk is missing, somebody wants them out."""
    source = source_of(bench)
    for number in range(40):
        source.write(f"{number}.md", f"text {number}")
    bench.update()
    source.left_out = {f"{number}.md" for number in range(35)}
    report = bench.sync(prune=False)
    assert (report.removed, report.withheld, report.indexed) == (35, 0, 5)


def test_notes_below_an_unreadable_folder_are_kept(bench: Workbench) -> None:
    source = source_of(bench)
    source.write("open/a.md", "raft")
    source.write("shut/b.md", "bread")
    bench.update()
    source.blind = ("shut",)
    report = bench.sync()
    assert (report.removed, report.kept, report.unchanged) == (0, 1, 1)
    assert [skip.reason for skip in report.skips] == [SkipReason.UNREADABLE]


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        (SkipReason.UNREADABLE, 1),
        (SkipReason.EVICTED, 1),
        (SkipReason.BINARY, 0),
        (SkipReason.TOO_LARGE, 0),
        (SkipReason.MALFORMED, 0),
    ],
)
def test_a_note_that_cannot_be_read_any_more(
    bench: Workbench, reason: SkipReason, kept: int
) -> None:
    """What says nothing about the content keeps the note searchable; what does drops it."""
    source = source_of(bench)
    source.write("a.md", "raft")
    bench.update()
    source.write("a.md", "raft!")
    source.files["a.md"].unreadable = reason
    report = bench.sync()
    assert (report.kept, report.removed, report.indexed) == (kept, 1 - kept, kept)
    assert bench.reader().totals()[0] == kept
    assert [skip.reason for _, skip in bench.reader().skips()] == [reason]
    source.files["a.md"].unreadable = ""
    bench.sync()
    assert bench.reader().skips() == []
    assert bench.reader().totals()[0] == 1


def test_another_version_of_reading_reads_everything_again(bench: Workbench) -> None:
    source = source_of(bench)
    source.write("a.md", "raft")
    bench.update()
    source.parsed.clear()
    report = bench.sync(prepared="2")
    assert source.parsed == ["a.md"]
    assert (report.changed, report.unchanged) == (0, 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS)
def test_any_interleaving_of_changes_equals_indexing_from_nothing(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str | None, str | None]]
) -> None:
    folder = tmp_path_factory.mktemp("interleaving")
    source = FakeSource()
    bench = Workbench(folder / "lived.sqlite3", source, FakeEmbedder())
    for edit in edits:
        _apply(edit, source, bench)
    bench.update()
    once = contents(bench.path)
    bench.update()
    assert contents(bench.path) == once, "syncing twice is syncing once"
    fresh = Workbench(folder / "fresh.sqlite3", source, FakeEmbedder())
    fresh.update()
    assert once == contents(fresh.path)
    bench.close()
    fresh.close()


def _apply(edit: tuple[str, str | None, str | None], source: FakeSource, bench: Workbench) -> None:
    what, first, second = edit
    files = source.files
    actions: dict[str, Callable[[], object]] = {
        "write": lambda: source.write(first or "", second or ""),
        "delete": lambda: files.pop(first or "", None),
        "move": lambda: source.move(first or "", second or "") if first in files else None,
        "swap": lambda: _swap(source, first or "", second or ""),
        "spoil": lambda: _spoil(source, first or ""),
        "sync": bench.sync,
        "embed": bench.embed,
    }
    actions[what]()


def _swap(source: FakeSource, first: str, second: str) -> None:
    if first in source.files and second in source.files:
        source.files[first], source.files[second] = source.files[second], source.files[first]


def _spoil(source: FakeSource, path: str) -> None:
    if path in source.files:
        source.write(path, source.files[path].text + "!")
        source.files[path].unreadable = SkipReason.MALFORMED

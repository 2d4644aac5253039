"""The last list of results and the counts of openings."""

import stat
from pathlib import Path

import pytest

from asterisk_search.storage import history
from asterisk_search.storage.history import History
from asterisk_search.views import Found


def found(rank: int) -> Found:
    return Found(
        rank, "vault", f"note {rank}.md".encode() + b"\xff", rank * 10, f"obsidian://{rank}"
    )


def test_the_last_list_replaces_the_one_before(tmp_path: Path) -> None:
    assert History(tmp_path).remember([found(1), found(2)])
    assert History(tmp_path).found(2) == found(2)
    assert History(tmp_path).remember([found(1)])
    assert History(tmp_path).found(2) is None


def test_openings_are_counted_by_document(tmp_path: Path) -> None:
    kept = History(tmp_path)
    for ref in (b"a", b"b", b"a"):
        assert kept.count("vault", ref)
    assert kept.opened_counts() == {("vault", b"a"): 2, ("vault", b"b"): 1}


def test_what_was_opened_longest_ago_is_forgotten_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_OPENED", 2)
    kept = History(tmp_path)
    for ref in (b"a", b"b", b"a", b"c"):
        kept.count("vault", ref)
    assert set(kept.opened_counts()) == {("vault", b"a"), ("vault", b"c")}


def test_a_list_is_remembered_up_to_a_bound(tmp_path: Path) -> None:
    History(tmp_path).remember([found(rank) for rank in range(1, 1102)])
    assert History(tmp_path).found(1000) is not None
    assert History(tmp_path).found(1001) is None


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    History(tmp_path).remember([found(1)])
    assert stat.S_IMODE(History(tmp_path).path.stat().st_mode) == 0o600


def test_nothing_remembered_is_no_error(tmp_path: Path) -> None:
    assert History(tmp_path).found(1) is None
    assert History(tmp_path / "nowhere").opened_counts() == {}


def test_where_nothing_can_be_written_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not History(tmp_path / "file").remember([found(1)])
    assert not History(tmp_path / "nowhere").count("vault", b"a")


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    kept = History(tmp_path)
    kept.path.write_bytes(b"this is no database, however long it is " * 50)
    assert kept.found(1) is None
    kept.remember([found(1)])
    assert kept.remember([found(1)])
    assert kept.found(1) == found(1)

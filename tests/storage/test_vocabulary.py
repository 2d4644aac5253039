"""Lists of words that are kept between queries."""

import pytest

from asterisk_search.storage import vocabulary
from asterisk_search.storage.vocabulary import Vocabulary


class Index:
    """An index whose words are all that was asked for, and a clock."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.now = 0.0

    def read(self, start: str) -> list[tuple[str, int]]:
        self.asked.append(start)
        return [(f"{start}{number}", number) for number in range(3)]

    def clock(self) -> float:
        return self.now


@pytest.fixture
def index() -> Index:
    return Index()


def test_a_list_is_read_once_while_nothing_changes(index: Index) -> None:
    kept = Vocabulary()
    for _ in range(3):
        assert list(kept.beginning("co", 7, index.read)) == [("co0", 0), ("co1", 1), ("co2", 2)]
    assert index.asked == ["co"]


def test_no_words_begin_so(index: Index) -> None:
    kept = Vocabulary()
    assert [list(kept.beginning("co", 7, lambda _: [])) for _ in range(2)] == [[], []]


def test_after_a_change_a_list_is_read_again(index: Index) -> None:
    kept = Vocabulary()
    for generation in (7, 8):
        kept.beginning("co", generation, index.read)
    assert index.asked == ["co", "co"]


def test_a_list_may_lag_behind_for_as_long_as_it_was_said(index: Index) -> None:
    kept = Vocabulary(10.0, clock=index.clock)
    for generation, index.now in ((7, 0.0), (8, 9.9), (9, 10.1), (9, 30.0)):
        kept.beginning("co", generation, index.read)
    assert index.asked == ["co", "co"]


def test_the_list_that_was_asked_for_longest_ago_goes_first(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "MOST", 1_000)  # room for two
    kept = Vocabulary()
    for start in ("aa", "bb", "aa", "cc", "aa", "bb"):
        kept.beginning(start, 7, index.read)
    assert index.asked == ["aa", "bb", "cc", "bb"]


def test_a_word_is_counted_once_while_nothing_changes(index: Index) -> None:
    kept = Vocabulary(10.0, clock=index.clock)

    def count(word: str) -> int:
        index.asked.append(word)
        return len(index.asked)

    counted = [kept.found(word, generation, count) for word, generation in (
        ("raft", 7), ("raft", 7), ("paxos", 7), ("raft", 8), ("paxos", 8), ("raft", 7)
    )]  # fmt: skip
    assert counted == [1, 1, 2, 3, 4, 5]
    endless = "x" * 100
    assert [kept.found(endless, 7, count) for _ in range(2)] == [6, 7]


def test_what_a_word_was_taken_for_may_lag_behind_too(index: Index) -> None:
    kept = Vocabulary(10.0, clock=index.clock)

    def find(word: str) -> str | None:
        index.asked.append(word)
        return None if word == "xyzzy" else "consensu"

    for generation, index.now in ((7, 0.0), (8, 9.9), (9, 10.1), (9, 30.0)):
        assert kept.meant("consesus", generation, find) == "consensu"
        assert kept.meant("xyzzy", generation, find) is None
    assert index.asked == ["consesus", "xyzzy"] * 2

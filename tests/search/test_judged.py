"""A user's own queries: what a file may hold, and how rankings are scored."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.errors import UsageError
from asterisk_search.search.judged import Tally, mean, read_judged, score
from tests.conftest import ROOT


def test_the_shipped_file_is_read() -> None:
    judged = read_judged(ROOT / "examples" / "vault.eval.toml")
    assert len(judged) == 10
    assert dict(judged[0].expected) == {"Raft consensus": 3, "Quorums": 1}
    assert (judged[1].category, judged[1].line) == ("keyword", 13)


def test_json_lines_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"query": "a", "expected": "X"}\n\n{"text": "b", "expected": {"Y": 2}}\n')
    assert [(j.text, j.expected, j.line) for j in read_judged(path)] == [
        ("a", (("X", 1),), 1),
        ("b", (("Y", 2),), 3),
    ]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("a.toml", "[[query]\n", "not TOML.*line 1"),
        ("a.toml", "", "holds 0 queries"),
        ("a.toml", "[other]\nx = 1\n", "unknown"),
        ("a.toml", '\n[[query]]\ntext = "x"\n', "line 2: expected"),
        ("a.toml", '[[query]]\ntext = " "\nexpected = ["a"]\n', "line 1: it has no text"),
        ("a.toml", '[[query]]\ntext = "x"\nexpect = ["a"]\n', "unknown key 'expect'"),
        ("a.toml", '[[query]]\ntext = "x"\nexpected = { a = 0 }\n', "grades above 0"),
        ("a.jsonl", '{"query": "a", "expected": ["X"]}\n{oops\n', "line 2: not JSON"),
        ("a.jsonl", "[1]\n", "line 1: not a query"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(
    tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=complaint):
        read_judged(tmp_path / name)
    with pytest.raises(UsageError, match="cannot be read"):
        read_judged(tmp_path / "nowhere.toml")


def test_scores_by_hand() -> None:
    found = score([9, 1, 8, 2], {1: 2.0, 2: 1.0, 3: 1.0})
    gained = 3 / math.log2(3) + 1 / math.log2(5)
    ideal = 3 + 1 / math.log2(3) + 1 / 2
    assert found.ndcg_5 == found.ndcg_10 == pytest.approx(gained / ideal)
    assert [found.mrr, found.recall_10, found.hit_1] == pytest.approx([0.5, 2 / 3, 0.0])
    assert score([], {1: 1.0}).ndcg_10 == score([], {1: 1.0}).mrr == 0
    assert score([1], {1: 1.0}).hit_1 == 1


def test_means_are_taken_by_mode_and_category() -> None:
    good, bad = score([1], {1: 1.0}), score([2], {1: 1.0})
    table = Tally([("a", "x", good), ("a", "y", bad), ("b", "", good)]).table()
    assert [(mode, category) for mode, category, _ in table] == [
        ("a", ""), ("a", "x"), ("a", "y"), ("b", ""),
    ]  # fmt: skip
    assert table[0][2] == mean([good, bad])
    assert table[0][2].hit_1 == 0.5


@given(
    st.lists(st.integers(0, 20), unique=True, max_size=15),
    st.dictionaries(st.integers(0, 20), st.floats(0.1, 5), min_size=1, max_size=15),
)
def test_every_score_lies_between_0_and_1(ranked: list[int], grades: dict[int, float]) -> None:
    found = score(ranked, grades)
    for value in (found.ndcg_5, found.ndcg_10, found.mrr, found.recall_10, found.hit_1):
        assert 0 <= value <= 1 + 1e-9
    best = sorted(grades, key=lambda document: -grades[document])
    assert score(best, grades).ndcg_10 == pytest.approx(1)

"""The scorer against cases worked out by hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer import score, words
from trainer.tasks import Duplicates, Retrieval, Similarity

ANGLES = {"a": 0, "b": 10, "c": 30, "d": 80, "e": 90}


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Texts as directions in the plane, of length 2: the scorer normalises."""
    angles = np.radians([ANGLES[text] for text in texts])
    return (2 * np.stack([np.cos(angles), np.sin(angles)], axis=1)).astype(np.float32)


def test_ranks_share_ties() -> None:
    assert score.ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]


def test_similarity_of_a_perfect_order() -> None:
    task = Similarity(("a", "a", "a"), ("b", "c", "e"), (5.0, 2.0, 1.0))
    assert score.score(encode, task)["spearman"] == pytest.approx(1.0)


def test_similarity_with_one_swap() -> None:
    # Ranks 4 3 2 1 against 4 2 3 1: 1 − 6·(1 + 1)/(4·15) = 0.8.
    task = Similarity(("a",) * 4, ("b", "c", "d", "e"), (9.0, 2.0, 3.0, 1.0))
    assert score.score(encode, task)["spearman"] == pytest.approx(0.8)


def test_pearson_by_hand() -> None:
    # Deviations −1 0 1 and −1 −1 2: 3 / √(2·6).
    found = score.pearson(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 4.0]))
    assert found == pytest.approx(3 / math.sqrt(12))


def test_average_precision_of_duplicates() -> None:
    # Ranked by cosine: yes, no, yes, no: (1/1 + 2/3) / 2.
    task = Duplicates(("a",) * 4, ("e", "b", "c", "d"), (False, True, False, True))
    assert score.score(encode, task)["average_precision"] == pytest.approx(5 / 6)


def test_ndcg_and_recall() -> None:
    # From "a" the passages rank c, d, e. Grades: d 2, e 1.
    task = Retrieval(("a",), ("e", "c", "d"), ({2: 2.0, 0: 1.0},))
    found = score.score(encode, task)
    gained = 2 / math.log2(3) + 1 / math.log2(4)
    assert found["ndcg@10"] == pytest.approx(gained / (2 / 1 + 1 / math.log2(3)))
    assert found["recall@100"] == 1.0


def test_ndcg_looks_no_further_than_the_ranking() -> None:
    assert score.ndcg(np.array([5, 6]), {7: 1.0, 8: 1.0}) == 0.0
    assert score.ndcg(np.array([7, 8]), {7: 1.0, 8: 1.0, 9: 1.0}) == 1.0


def test_bm25_by_hand() -> None:
    # "cats" in one of two passages of two words: ln(1 + 1.5/1.5) · 1 / (1 + 0.9).
    found = words.bm25(["a cat"], ["Cats sleep", "dogs sleep"])
    assert found.tolist() == [[pytest.approx(math.log(2) / 1.9), 0.0]]


@pytest.mark.parametrize(
    ("word", "stem"), [("notes", "note"), ("cities", "city"), ("glass", "glass"), ("gas", "gas")]
)
def test_plural_endings_come_off(word: str, stem: str) -> None:
    assert words.singular(word) == stem


def test_fusion_adds_both_on_one_scale() -> None:
    found = words.fused(np.array([[0.2, 0.4, 0.3]]), np.array([[8.0, 0.0, 4.0]]))
    assert found[0] == pytest.approx([1.0, 1.0, 1.0])


def test_a_retrieval_beside_words() -> None:
    task = Retrieval(("a",), ("e", "c", "d"), ({2: 2.0},))
    found = score.score(encode, task, beside=True)
    assert set(found) >= {"ndcg@10", "bm25 ndcg@10", "hybrid ndcg@10", "hybrid recall@100"}

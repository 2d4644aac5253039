"""Fusing ranked lists."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.answers import Scored
from asterisk_search.search.fusion import KEYWORD, MEANING, Fusion

HITS = st.dictionaries(st.integers(1, 30), st.floats(-1, 1, allow_nan=False), max_size=12)
WORDS = st.dictionaries(st.integers(1, 30), st.floats(0, 80, allow_nan=False), max_size=12)


def scored(hits: dict[int, float]) -> list[Scored]:
    return [Scored(chunk, score) for chunk, score in hits.items()]


@given(WORDS, HITS, st.randoms())
def test_the_order_of_the_inputs_does_not_matter(
    words: dict[int, float], meaning: dict[int, float], chance: random.Random
) -> None:
    first, second = scored(words), scored(meaning)
    expected = Fusion().hybrid(first, 9.0, second)
    chance.shuffle(first)
    chance.shuffle(second)
    assert Fusion().hybrid(first, 9.0, second) == expected


@given(WORDS, HITS)
def test_scores_are_from_0_to_1_and_the_sum_of_their_parts(
    words: dict[int, float], meaning: dict[int, float]
) -> None:
    hits = Fusion().hybrid(scored(words), 9.0, scored(meaning))
    assert [hit.id for hit in hits] == [
        hit.id for hit in sorted(hits, key=lambda hit: (-hit.score, hit.id))
    ]
    for hit in hits:
        assert 0 <= hit.score <= 1 + 1e-9
        assert hit.score == pytest.approx(sum(part.contribution for part in hit.parts))
    assert {hit.id for hit in hits} == set(words) | set(meaning)


def test_a_hit_of_both_lists_comes_before_a_hit_of_one() -> None:
    hits = Fusion().hybrid([Scored(1, 5.0), Scored(2, 5.0)], 5.0, [Scored(2, 0.5), Scored(3, 0.5)])
    assert hits[0].id == 2
    assert [part.retriever for part in hits[0].parts] == [KEYWORD, MEANING]


def test_the_numbers_of_a_hand_computed_case() -> None:
    fusion = Fusion(meaning_weight=0.5, cosine_low=0.1, cosine_high=0.8)
    hits = fusion.hybrid([Scored(1, 8.0), Scored(2, 4.0)], 10.0, [Scored(2, 0.45), Scored(3, 0.05)])
    assert {hit.id: round(hit.score, 4) for hit in hits} == {1: 0.4, 2: 0.45, 3: 0.0}


def test_one_common_word_of_a_long_question_counts_for_little() -> None:
    """The best of a bad lot is not 1."""
    assert Fusion().keyword_only([Scored(1, 2.0)], ceiling=16.0)[0].score == 0.125
    assert Fusion().keyword_only([Scored(1, 30.0)], ceiling=16.0)[0].score == 1.0


def test_empty_lists_fuse_to_nothing() -> None:
    assert Fusion().hybrid([], 0.0, []) == []

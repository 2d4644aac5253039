"""Adding up the evidence for a passage."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.answers import Hit, Mode, Part, Scored, Term, Wording
from asterisk_search.records import ChunkId
from asterisk_search.search.closeness import Closeness, Looker
from asterisk_search.search.fusion import (
    KEYWORD,
    MEANING,
    doubtful,
    fused,
    score,
    trust,
    weights_of,
)
from asterisk_search.search.weights import Weights

HITS = st.dictionaries(st.integers(1, 30), st.floats(-1, 1, allow_nan=False), max_size=12)
WORDS = st.dictionaries(st.integers(1, 30), st.floats(0, 80, allow_nan=False), max_size=12)
WEIGHTS = Weights(bias=-4.0, keyword=2.0, meaning=5.0, coverage=1.0, nearness=1.0, unseen=0.2)


def scored(hits: dict[int, float]) -> list[Scored]:
    return [Scored(chunk, score) for chunk, score in hits.items()]


@given(WORDS, HITS, st.randoms())
def test_the_order_of_the_inputs_does_not_matter(
    words: dict[int, float], meaning: dict[int, float], chance: random.Random
) -> None:
    first, second = scored(words), scored(meaning)
    expected = fused(first, 9.0, second, WEIGHTS)
    chance.shuffle(first)
    chance.shuffle(second)
    assert fused(first, 9.0, second, WEIGHTS) == expected


@given(WORDS, HITS, st.floats(0, 1), st.floats(0, 1))
def test_a_score_is_the_sum_of_its_parts(
    words: dict[int, float], meaning: dict[int, float], coverage: float, nearness: float
) -> None:
    found = fused(scored(words), 9.0, scored(meaning), WEIGHTS)
    assert {one.id for one in found} == set(words) | set(meaning)
    for one in found:
        hit = one.hit(WEIGHTS, Closeness(coverage, nearness))
        unseen = 0.0 if one.meaning else WEIGHTS.meaning * WEIGHTS.unseen
        expected = WEIGHTS.bias + unseen + sum(part.contribution for part in hit.parts)
        assert hit.score == pytest.approx(expected)
        assert 0 <= score(hit.score) <= 1


def test_a_hit_of_both_lists_comes_before_a_hit_of_one() -> None:
    found = fused([Scored(1, 5.0), Scored(2, 5.0)], 5.0, [Scored(2, 0.5), Scored(3, 0.5)], WEIGHTS)
    assert [one.id for one in found] == [2, 1, 3]
    parts = found[0].hit(WEIGHTS, None).parts
    assert [part.retriever for part in parts] == [KEYWORD, MEANING]


def test_one_common_word_of_a_long_question_counts_for_little() -> None:
    """The best of a bad lot is not 1."""
    (found,) = fused([Scored(1, 2.0)], 16.0, [], WEIGHTS)
    (part,) = found.hit(WEIGHTS, None).parts
    assert part.contribution == pytest.approx(WEIGHTS.keyword * math.sqrt(2.0 / 16.0))


def test_meaning_that_speaks_against_lowers_the_score() -> None:
    near, far = fused([], 0.0, [Scored(1, 0.6), Scored(2, -0.1)], WEIGHTS)
    assert near.log_odds > far.log_odds


def test_words_count_less_where_no_passage_says_much_of_the_question() -> None:
    (found,) = fused([Scored(1, 2.0)], 16.0, [], WEIGHTS)
    sure, unsure = (found.hit(WEIGHTS, None, trust(best)).score for best in (0.9, 0.1))
    assert unsure < sure
    assert trust(0.0) > 0


def test_more_evidence_never_lowers_a_score() -> None:
    for mode in Mode:
        weights = weights_of(mode)
        values = (weights.keyword, weights.meaning, weights.coverage, weights.nearness)
        assert min(values) >= 0
        assert weights.bias < 0


def looker(*groups: tuple[str, ...]) -> Looker:
    return Looker.of(Wording(tuple(tuple(Term(w, 1, 2.0) for w in group) for group in groups)))


@pytest.mark.parametrize(
    ("text", "coverage", "nearness"),
    [
        ("The city's backups were restored.", 1.0, 1.0),
        ("Backup. " + "Something else entirely. " * 9 + "Cities restore.", 1.0, 2 / 3),
        ("Nothing of it.", 0.0, 0.0),
        ("restores, restoring, restored", 1 / 3, 1 / 3),
        ("", 0.0, 0.0),
    ],
)
def test_how_much_of_a_question_a_passage_says_and_how_close(
    text: str, coverage: float, nearness: float
) -> None:
    said = looker(("city",), ("backup",), ("restore",)).look(text)
    assert (said.coverage, said.nearness) == pytest.approx((coverage, nearness))


def test_one_of_several_alternatives_is_enough() -> None:
    assert looker(("raft", "paxos"), ("log",)).look("the paxos log").coverage == 1.0


def test_words_of_scripts_without_spaces_are_seen() -> None:
    assert looker(("選 挙",)).look("次の選挙は").coverage == 1.0


@given(st.text(max_size=30), st.text(max_size=200))
def test_closeness_is_a_share_whatever_the_text(words: str, text: str) -> None:
    said = looker(*[(word,) for word in words.split()]).look(text)
    assert 0 <= said.nearness <= said.coverage + 1e-9 <= 1 + 1e-8


def test_words_are_doubted_where_they_neither_match_well_nor_mean_what_is_asked() -> None:
    def hit(number: int, log_odds: float, cosine: float | None) -> Hit:
        parts = () if cosine is None else (Part(MEANING, 1, cosine, cosine),)
        return Hit(ChunkId(number), log_odds, parts)

    by_words, by_meaning = hit(1, -4.0, 0.1), hit(2, -4.5, 0.4)
    assert doubtful([by_words, by_meaning], WEIGHTS, 0.4)
    assert not doubtful([by_words, by_meaning], WEIGHTS, 0.6)  # most of the question is said
    assert not doubtful([by_words, hit(2, -4.5, 0.15)], WEIGHTS, 0.4)  # as near as the other
    assert not doubtful([hit(1, 2.0, 0.1), by_meaning], WEIGHTS, 0.4)  # it matches well
    assert not doubtful([by_words, hit(2, -3.0, 0.4)], WEIGHTS, 0.4)  # meaning is first by itself
    assert doubtful([hit(1, -4.0, None), by_meaning], WEIGHTS, 0.4) is (0.4 - WEIGHTS.unseen > 0.1)
    assert not doubtful([], WEIGHTS, 0.4)

"""Changed sentences: each stands beside the one it was made of."""

import random

from hypothesis import given
from hypothesis import strategies as st

from trainer import edits

NEWS = "The court in Oslo, which met on Monday, fined 3 banks for hiding losses"
WORDS = st.lists(st.text("abAB1,", min_size=1, max_size=6), min_size=4, max_size=20)


def test_variants_stand_beside_their_text_and_repeat_by_seed() -> None:
    other = "Rain fell on Bergen for 20 days"
    made = edits.variants([NEWS, "too short", other, "word " * 80], 2, seed=1)
    assert made == edits.variants([NEWS, "too short", other, "word " * 80], 2, seed=1)
    assert made[0] == NEWS
    assert made[3] == other
    assert len(set(made)) == len(made) == 6


def test_names_and_numbers_are_details() -> None:
    assert [word for word in NEWS.split()[1:] if edits.is_detail(word)] == ["Oslo,", "Monday,", "3"]


def test_a_detail_is_exchanged_and_nothing_else() -> None:
    changed = edits.other_detail(NEWS.split(), ["Rome"], random.Random(1))
    apart = [pair for pair in zip(NEWS.split(), changed, strict=True) if pair[0] != pair[1]]
    assert len(apart) == 1
    assert apart[0][1] == "Rome"


def test_clauses_keep_their_words() -> None:
    turned = edits.clauses_turned(NEWS.split(), [], random.Random(1))
    assert turned != NEWS.split()
    assert sorted(turned) == sorted(NEWS.split())


@given(WORDS, st.integers())
def test_any_words_can_be_changed(words: list[str], seed: int) -> None:
    details = [word for word in words[1:] if edits.is_detail(word)]
    made = edits.edited(words, details, random.Random(seed)).split()
    assert 2 <= len(made) <= len(words)

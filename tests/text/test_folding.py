"""Comparing names the way people do, and counting without a model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.text.approximate import ApproximateCounter
from asterisk_search.text.folding import fold, folder_key, plain, printable, tag_key


def test_case_and_form_do_not_matter() -> None:
    assert fold("CAFÉ") == fold("cafe\u0301")
    assert fold("Straße") == fold("STRASSE")


def test_tags_and_folders_have_one_key_each() -> None:
    assert tag_key("#Area/Work/") == tag_key(" area/work ") == "area/work"
    assert folder_key("./Projects/Raft/") == folder_key("projects\\raft") == "projects/raft"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert plain(plain(text)) == plain(text) == plain(fold(text))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Café CRÈME", "cafe creme"),
        ("Straße, WEIẞ", "strasse, weiss"),
        ("Łódź, Øresund, Œuvre, Þór", "lodz, oresund, oeuvre, thor"),
        ("İstanbul ılık", "istanbul ilik"),
        ("Ёлка", "елка"),
        ("Ἀθῆναι", "αθηναι"),
        ("שָׁלוֹם", "שלום"),
        ("كِتَابٌ", "كتاب"),
        ("Über\tuns", "uber\tuns"),
    ],
)
def test_accents_need_not_be_typed(text: str, typed: str) -> None:
    assert plain(text) == plain(typed) == typed


@pytest.mark.parametrize("text", ["が", "각", "हिन्दी", "東京", "a-b_c/d"])
def test_what_makes_another_letter_stays(text: str) -> None:
    assert plain(text) == text


def test_any_path_can_be_printed() -> None:
    assert printable("caf\udce9.md") == "caf?.md"
    printable("\ud800").encode()


def test_the_estimate_of_tokens_is_a_little_generous() -> None:
    counter = ApproximateCounter()
    assert counter.count_tokens("") == 0
    assert counter.count_tokens("A candidate wins when a majority votes for it.") == 12

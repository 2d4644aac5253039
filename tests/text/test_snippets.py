import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.text.graphemes import is_boundary
from asterisk_search.text.snippets import Snippet, snippet, stem, without_headings
from tests import strategies

FILLER = "Nothing of interest is said in this sentence, however long it may be. "
words = st.lists(st.one_of(strategies.words, st.text(max_size=6)), max_size=6)
widths = st.integers(16, 300)


def marked(shown: Snippet) -> list[str]:
    return [shown.text[start:end] for start, end in shown.highlights]


@given(st.one_of(strategies.paragraphs, st.text()), words, widths)
def test_a_snippet_is_a_collapsed_part_of_the_text(text: str, query: list[str], width: int) -> None:
    shown = snippet(text, query, width)
    line = " ".join(text.split())
    assert len(shown.text) <= width
    kept = shown.text if shown.text in line else shown.text.removesuffix("…")
    assert kept in line or kept.removeprefix("…") in line
    assert shown.text == line if len(line) <= width else "…" in shown.text


@given(st.one_of(strategies.paragraphs, st.text()), words, widths)
def test_highlights_are_ordered_and_apart(text: str, query: list[str], width: int) -> None:
    shown = snippet(text, query, width)
    assert all(0 <= start < end <= len(shown.text) for start, end in shown.highlights)
    assert all(a[1] < b[0] for a, b in pairwise(shown.highlights))


@given(strategies.paragraphs, widths, st.data())
def test_a_word_that_occurs_is_shown(text: str, width: int, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(strategies.WORDS))
    shown = snippet(f"{text} {word}", [word], max(width, 40))
    assert word in [found.casefold() for found in marked(shown)]


@pytest.mark.parametrize("cluster", strategies.CLUSTERS)
@pytest.mark.parametrize("width", range(16, 24))
def test_no_cut_breaks_a_grapheme(cluster: str, width: int) -> None:
    text = cluster * 60
    shown = snippet(text, ["x"], width).text.removesuffix("…")
    assert is_boundary(text, len(shown))


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("An der Hauptstraße.", "hauptstrasse", "Hauptstraße"),
        ("In Łódź.", "lodz", "Łódź"),
        ("Une œuvre.", "oeuvre", "œuvre"),
        ("هٰذَا كِتَابٌ جديد", "كتاب", "كِتَابٌ"),
        ("هذا كتاب جديد", "كِتَابٌ", "كتاب"),
        ("שָׁלוֹם עולם", "שלום", "שָׁלוֹם"),
    ],
)
def test_a_word_is_marked_whole_however_it_is_typed(text: str, word: str, found: str) -> None:
    assert marked(snippet(text, [word])) == [found]


def test_the_densest_place_is_chosen() -> None:
    text = (
        FILLER * 5
        + "A leader was needed. "
        + FILLER * 5
        + "The election of a leader takes one round of votes. "
        + FILLER * 5
    )
    shown = snippet(text, ["leader", "election"])
    assert shown.text.startswith("…The election of a leader takes one round")
    assert shown.text.endswith("…")
    assert marked(shown) == ["election", "leader"]


def test_different_words_outweigh_one_repeated() -> None:
    text = f"{'Sync sync sync sync. '}{FILLER * 6}Backup and sync differ. {FILLER * 6}"
    assert snippet(text, ["sync", "backup"]).text.startswith("…Backup and sync")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("election", "elections"),
        ("planning", "planned"),
        ("berries", "berry"),
        ("studied", "studying"),
        ("replication", "replicates"),
        ("glass", "glasses"),
        ("days", "day"),
        ("café", "CAFE"),
        ("cafe", "cafe\u0301s"),
        ("straße", "STRASSE"),
        ("servers", "server"),
    ],
)
def test_case_accents_and_endings_do_not_matter(query: str, text: str) -> None:
    assert marked(snippet(f"see the {text}, there", [query])) == [text]


@pytest.mark.parametrize(
    ("query", "text"),
    [("car", "carry"), ("state", "station"), ("か", "がく"), ("rest", "restaurant")],
)
def test_other_words_are_not_marked(query: str, text: str) -> None:
    assert marked(snippet(text, [query])) == []


def test_words_are_found_inside_scripts_without_spaces() -> None:
    assert marked(snippet("私は東京都に住んでいます", ["東京"])) == ["東京"]
    assert snippet("晴れ。雨！ はい", []).text == "晴れ。雨！ はい"
    assert marked(snippet("か\u3099くせい", ["がく"])) == ["か\u3099く"]


def test_common_words_are_marked_only_if_there_are_no_others() -> None:
    assert marked(snippet("the leader of the cluster", ["the", "leader"])) == ["leader"]
    assert marked(snippet("to be or not", ["to", "be"])) == ["to", "be"]


def test_without_a_match_it_is_the_beginning() -> None:
    shown = snippet("First things first. " + FILLER * 9, ["absent"])
    assert shown.text.startswith("First things first.")
    assert shown.highlights == ()


def test_words_are_not_cut() -> None:
    shown = snippet("abcdefgh " * 60, [], 100)
    assert set(shown.text.removesuffix("…").split()) == {"abcdefgh"}


def test_a_match_near_the_end_shows_what_leads_up_to_it() -> None:
    shown = snippet(FILLER * 6 + "The key is under the pot.", ["pot"])
    assert shown.text.startswith("…Nothing")
    assert shown.text.endswith("under the pot.")


def test_a_match_far_into_a_long_sentence_is_shown() -> None:
    shown = snippet("word " * 300 + "needle " + "word " * 300, ["needle"])
    assert marked(shown) == ["needle"]
    assert shown.text.startswith("…word")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Raft\n\nElection\n\nRaft keeps a log.", "Raft keeps a log."),
        ("raft\nOther\nRaft", "Other\nRaft"),
        ("No heading. Raft", "No heading. Raft"),
        ("Raft\n\nElection\n", "Raft\n\nElection\n"),
        ("", ""),
    ],
)
def test_headings_that_are_shown_above_are_left_out(text: str, rest: str) -> None:
    assert without_headings(text, ["Raft", "Election"]) == rest


def test_white_space_is_collapsed_and_empty_is_empty() -> None:
    assert snippet("a\n\n  b\tc", []) == Snippet("a b c", ())
    assert snippet("", ["a"]) == Snippet("", ())
    assert snippet(" \n ", ["a"], 0) == Snippet("", ())


@pytest.mark.parametrize("unit", ["a ", "a. ", "x", "東京", "e\u0301", "a\n", "\u0301"])
def test_long_texts_take_linear_time(unit: str) -> None:
    began = time.process_time()
    snippet(unit * 100_000, ["a", "東京", "x"])
    assert time.process_time() - began < 15


@given(st.lists(st.sampled_from(("raft", "rafts", "Rafting", "city", "cities", "ion", "a", "ax"))))
def test_every_word_of_a_stem_is_marked_and_no_other(said: list[str]) -> None:
    for asked in ("raft", "city", "a", "ions"):
        expected = [word for word in said if stem(word.lower()) == stem(asked)]
        assert marked(snippet(" ".join(said), [asked], 10_000)) == expected

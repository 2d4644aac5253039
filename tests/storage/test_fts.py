"""No text becomes an expression that FTS5 refuses, and what people type is found."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asterisk_search.storage import fts
from asterisk_search.storage.schema import FIRST


@contextmanager
def word_index(*bodies: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(next(sql for sql in FIRST if "fts5" in sql))
    for number, body in enumerate(bodies, 1):
        row = fts.WordRow("", "", "", "", body).columns()
        connection.execute(
            "INSERT INTO words (rowid, title, aliases, headings, tags, body) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [number, *row],
        )
    try:
        yield connection
    finally:
        connection.close()


def found(connection: sqlite3.Connection, query: str) -> list[int]:
    words = fts.terms(query)
    if not words:
        return []
    rows = connection.execute(
        "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", [fts.match_all(words)]
    )
    return [row[0] for row in rows]


@given(st.text(max_size=80))
@example('"')
@example('""')
@example("'; DROP TABLE words; --")
@example("a AND OR NOT b")
@example("NEAR(a b, 3)")
@example("title: ^foo* -bar {x}")
@example("2026.4.10 C++ foo-bar_baz #tag @me 50% [x] (y)")
@example("\0null\0")
@example("😀 emoji 🇩🇪")
@example("*" * 200)
def test_no_query_string_is_refused(query: str) -> None:
    words = fts.terms(query)
    if not words:
        return
    with word_index("some words") as connection:
        for expression in (
            fts.match_all(words),
            fts.match_any(fts.content_terms(words)),
            fts.match_title_prefix(words),
        ):
            connection.execute("SELECT rowid FROM words WHERE words MATCH ?", [expression])


@given(
    st.lists(
        st.text(st.characters(categories=["L", "N"], max_codepoint=0x24F), min_size=1, max_size=8),
        min_size=1,
    )
)
def test_a_text_is_found_by_its_own_words(words: list[str]) -> None:
    text = " ".join(words)
    with word_index(text) as connection:
        assert not fts.terms(text) or found(connection, text) == [1]


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ("Version 2026.4.10 is out", "2026.4.10"),
        ("a well-known fact", "well-known"),
        ("a well-known fact", "well known"),
        ("snake_case_name", "snake_case_name"),
        ("The election of leaders", "elections"),
        ("Café crème", "cafe creme"),
        ("Cafe\u0301", "café"),
        ("ＦＵＬＬ width", "full"),
        ("Hauptstraße", "hauptstrasse"),
        ("HAUPTSTRASSE", "Hauptstraße"),
        ("Łódź, Øresund", "lodz oresund"),
        ("lodz, oresund", "ŁÓDŹ Øresund"),
        ("œuvre, Æsir, þing", "oeuvre aesir thing"),
        ("שָׁלוֹם עולם", "שלום"),
        ("שלום עולם", "שָׁלוֹם"),
        ("هٰذَا كِتَابٌ", "كتاب"),
        ("كتاب", "كِتَابٌ"),
        ("كـتـاب", "كتاب"),
        ("分散システムの合意アルゴリズム", "合意"),
        ("分散システムの合意アルゴリズム", "アルゴ"),
        ("삼각형의 넓이", "각형"),
        ("ภาษาไทยง่ายมาก", "ไทย"),
        ("שלום עולם", "שלום"),
        ("the quick brown fox", '"quick brown"'),
        ("AT&T and R&D", "AT&T"),
        ("user@example.org", "user@example.org"),
    ],
)
def test_what_people_type_is_found(body: str, query: str) -> None:
    with word_index("something else entirely", body) as connection:
        assert found(connection, query) == [2]


def test_plain_text_goes_to_the_tokenizer_as_it_is() -> None:
    text = "Nothing to do here, \n not even [[this]]."
    assert fts.searchable(text) is text


def test_a_quoted_phrase_keeps_the_order_of_its_words() -> None:
    with word_index("brown quick", "quick brown") as connection:
        assert found(connection, '"quick brown"') == [2]


def test_characters_in_the_wrong_order_are_no_substring() -> None:
    with word_index("合意") as connection:
        assert found(connection, "意合") == []


def test_common_words_are_left_out_unless_there_are_no_others() -> None:
    assert fts.content_terms(["how", "do", "servers", "agree"]) == ["servers", "agree"]
    assert fts.content_terms(["to", "be"]) == ["to", "be"]


def test_a_pasted_page_is_cut_to_a_bounded_number_of_terms() -> None:
    text = " ".join(f"word{number}" for number in range(5000))
    assert len(fts.terms(text)) == fts.MAX_TERMS
    with word_index("word3") as connection:
        connection.execute(
            "SELECT rowid FROM words WHERE words MATCH ?", [fts.match_any(fts.terms(text))]
        )

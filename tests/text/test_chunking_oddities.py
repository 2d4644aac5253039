"""Chunks of documents of little or odd content."""

import pytest

from asterisk_search.records import BlockKind, Chunk
from asterisk_search.text.chunking import Budget, chunk_document
from tests.fakes import WordCounter
from tests.strategies import Part, document
from tests.text.chunked import BUDGET, LetterCounter, chunks_of, heading, prose


def test_an_empty_body_gives_one_chunk_of_title_and_aliases() -> None:
    source = document(title="Anna", aliases=("Aunt Anna",))
    assert chunk_document(source, WordCounter(), BUDGET) == [
        Chunk(0, 0, 0, 1, 1, (), "", "Anna\nAunt Anna")
    ]


def test_a_body_of_code_only_is_embedded_by_its_name_and_beginning() -> None:
    (chunk,) = chunks_of(Part("services: jellyfin", BlockKind.CODE), title="compose")
    assert chunk.embed_text == "compose\nservices: jellyfin"


def test_a_body_of_hidden_text_only_is_embedded_by_its_name() -> None:
    (chunk,) = chunks_of(Part("TABLE file.mtime", BlockKind.HIDDEN), title="Dashboard")
    assert chunk.embed_text == "Dashboard"
    assert chunk.text == "TABLE file.mtime"


def test_hidden_text_does_not_borrow_the_headings_around_it() -> None:
    source = document(Part("status: active", BlockKind.HIDDEN), heading("Plan"), prose(20))
    chunks = chunk_document(source, WordCounter(), BUDGET)
    assert [chunk.headings for chunk in chunks] == [(), ("Plan",)]
    assert [bool(chunk.embed_text) for chunk in chunks] == [False, True]


def test_a_body_of_links_only_is_embedded_as_what_it_says() -> None:
    (chunk,) = chunks_of(Part("Raft\nPaxos\nGossip", BlockKind.LIST), title="Map")
    assert chunk.embed_text == "Map\nRaft Paxos Gossip"


def test_an_outline_is_embedded_heading_by_heading() -> None:
    chunks = chunks_of(heading("Plan"), heading("Rent a van", 2), heading("Pack books", 2))
    assert " ".join(" ".join(c.embed_text for c in chunks).split()) == (
        "Note Plan Rent a van Pack books"
    )


def test_an_empty_heading_is_in_a_chunk_but_not_embedded_alone() -> None:
    chunks = chunks_of(heading("Log"), prose(39), heading("Gratitude"))
    assert [chunk.text for chunk in chunks][-1] == "Gratitude"
    assert [chunk.embed_text for chunk in chunks][-1] == ""


def test_a_heading_goes_with_the_long_text_beneath_it() -> None:
    chunks = chunks_of(heading("Top"), heading("Part", 2), prose(100))
    assert chunks[0].text.startswith("Top\n\nPart\n\nword0")
    assert {chunk.headings for chunk in chunks} == {("Top", "Part")}


@pytest.mark.parametrize("counter", [WordCounter(), LetterCounter()])
def test_a_long_title_leaves_half_to_the_passage(counter: WordCounter | LetterCounter) -> None:
    title = "A very long title " * 40
    path = [heading("Outer heading " * 12), heading("Inner heading " * 12, 2)]
    source = document(*path, prose(60), title=title)
    embedded = [c.embed_text for c in chunk_document(source, counter, BUDGET) if c.embed_text]
    assert embedded
    for text in embedded:
        prefix = text[: text.index("word")]
        assert prefix.startswith("A very long")
        assert "Inner heading" in prefix
        assert counter.count_tokens(prefix.strip()) <= BUDGET.half


def test_repeated_headings_begin_sections_of_their_own() -> None:
    chunks = chunks_of(heading("Log"), prose(20, "a"), heading("Log"), prose(20, "b"))
    assert [chunk.headings for chunk in chunks] == [("Log",), ("Log",)]


@pytest.mark.parametrize("tokens", [(4, 0), (40, 30), (40, -1)])
def test_a_senseless_budget_is_refused(tokens: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="budget"):
        Budget(*tokens)

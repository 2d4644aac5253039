import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.records import BlockKind, Chunk, Document
from asterisk_search.text.chunking import chunk_document
from asterisk_search.text.graphemes import is_boundary
from tests.fakes import WordCounter
from tests.strategies import CLUSTERS, Part, document, documents, parts
from tests.text.chunked import BUDGET, LetterCounter, chunks_of, heading, prose


def without_space(text: str) -> str:
    return "".join(text.split())


# Properties


@given(documents, st.sampled_from([WordCounter(), LetterCounter()]))
def test_chunks_are_ordered_slices_that_cover_the_body(
    source: Document, counter: WordCounter | LetterCounter
) -> None:
    chunks = chunk_document(source, counter, BUDGET)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert all(chunk.text == source.body[chunk.start : chunk.end] for chunk in chunks)
    assert all(a.end <= b.start for a, b in pairwise(chunks))
    covered = "".join(without_space(chunk.text) for chunk in chunks)
    assert covered == without_space(source.body)


@given(documents, st.sampled_from([WordCounter(), LetterCounter()]))
def test_embedded_texts_keep_to_the_budget_and_chunks_to_their_length(
    source: Document, counter: WordCounter | LetterCounter
) -> None:
    chunks = chunk_document(source, counter, BUDGET)
    assert all(counter.count_tokens(chunk.embed_text) <= BUDGET.max_tokens for chunk in chunks)
    assert all(len(chunk.text) <= BUDGET.longest for chunk in chunks)
    assert any(chunk.embed_text for chunk in chunks)


@given(documents)
def test_no_cut_breaks_a_grapheme(source: Document) -> None:
    body = source.body
    for chunk in chunk_document(source, LetterCounter(), BUDGET):
        # A mark behind a blank belongs to the blank, which no passage begins with.
        assert is_boundary(body, chunk.start) or body[chunk.start - 1].isspace()
        assert is_boundary(body, chunk.end)


@given(parts, st.integers(1, 9))
def test_lines_are_those_of_the_file(contents: list[Part], first_line: int) -> None:
    source = document(*contents, first_line=first_line)
    for chunk in chunk_document(source, WordCounter(), BUDGET):
        if not chunk.text:
            continue
        assert chunk.line == first_line + source.body.count("\n", 0, chunk.start)
        assert chunk.end_line == first_line + source.body.count("\n", 0, chunk.end)


@given(documents)
def test_lines_lie_in_the_blocks_even_where_they_cannot_be_counted(source: Document) -> None:
    for chunk in chunk_document(source, WordCounter(), BUDGET):
        touched = [b for b in source.blocks if b.start < chunk.end and b.end > chunk.start]
        if touched:
            assert touched[0].line <= chunk.line <= chunk.end_line <= touched[-1].end_line


@given(documents)
def test_the_same_document_gives_the_same_chunks(source: Document) -> None:
    first = chunk_document(source, WordCounter(), BUDGET)
    assert chunk_document(source, WordCounter(), BUDGET) == first


@given(documents)
def test_hidden_text_is_alone_and_never_embedded(source: Document) -> None:
    for chunk in chunk_document(source, WordCounter(), BUDGET):
        kinds = {b.kind for b in source.blocks if b.start < chunk.end and b.end > chunk.start}
        assert kinds == {BlockKind.HIDDEN} or BlockKind.HIDDEN not in kinds


@given(parts, parts, parts)
def test_an_edit_changes_only_the_chunks_of_its_section(
    before: list[Part], edited: list[Part], after: list[Part]
) -> None:
    def sections(*middle: Part) -> list[Chunk]:
        contents = [heading("One"), prose(30), *_below(before)]
        contents += [heading("Two"), prose(30), *_below(middle)]
        contents += [heading("Three"), prose(30), *_below(after)]
        return chunks_of(*contents)

    def outside(chunks: list[Chunk]) -> list[tuple[str, str]]:
        return [(c.text, c.embed_text) for c in chunks if c.headings[0] != "Two"]

    assert outside(sections(*edited)) == outside(sections(Part("Something else.")))


def _below(contents: list[Part] | tuple[Part, ...]) -> list[Part]:
    return [Part(p.text, p.kind, p.level + 1) if p.level else p for p in contents]


# What goes into a chunk


def test_small_sections_under_one_parent_share_a_chunk() -> None:
    chunks = chunks_of(
        heading("Shed"),
        heading("Paint", 2),
        Part("Two coats."),
        heading("Roof", 2),
        Part("New felt before autumn."),
        heading("Floor", 2),
        prose(30),
    )
    assert [chunk.headings for chunk in chunks] == [("Shed",), ("Shed", "Floor")]
    assert chunks[0].embed_text == "Note\nShed\nPaint\nTwo coats.\nRoof\nNew felt before autumn."


def test_small_sections_under_different_parents_do_not() -> None:
    chunks = chunks_of(
        heading("Shed"),
        heading("Paint", 2),
        prose(30),
        heading("Roof", 2),
        Part("Felt."),
        heading("Car"),
        heading("Tyres", 2),
        prose(12),
    )
    assert [chunk.headings for chunk in chunks] == [
        ("Shed", "Paint"),
        ("Shed", "Roof"),
        ("Car", "Tyres"),
    ]


def test_a_small_last_section_joins_the_one_before_it() -> None:
    chunks = chunks_of(heading("One"), prose(12), heading("Two"), Part("Short."))
    assert len(chunks) == 1
    assert chunks[0].headings == ()
    assert chunks[0].embed_text.endswith("Two\nShort.")


def test_headings_on_the_path_are_said_once_and_the_title_too() -> None:
    (chunk,) = chunks_of(heading("note"), heading("Part", 2), prose(20))
    assert chunk.embed_text.splitlines()[:2] == ["Note", "Part"]
    assert chunk.embed_text.count("Part") == 1
    assert chunk.headings == ("note", "Part")
    assert chunk.text.startswith("note\n\nPart\n\n")


def test_the_folder_is_never_embedded() -> None:
    source = document(prose(90))
    assert "Folder" in source.entry.path
    assert all("Folder" not in c.embed_text for c in chunk_document(source, WordCounter(), BUDGET))


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentences = [f"Sentence {n} has exactly seven words here." for n in range(20)]
    chunks = chunks_of(Part(" ".join(sentences)))
    assert len(chunks) > 2
    assert all(chunk.text.endswith("here.") for chunk in chunks)
    assert all(chunk.text.startswith("Sentence") for chunk in chunks)


def test_blocks_stay_whole_where_they_can() -> None:
    chunks = chunks_of(prose(20, "a"), prose(25, "b"), prose(25, "c"))
    assert [chunk.text[0] for chunk in chunks] == ["a", "b", "c"]


def test_a_line_that_introduces_a_list_stays_with_its_beginning() -> None:
    items = Part("\n".join(f"item {n} of a long list, told at some length" for n in range(9)))
    chunks = chunks_of(Part("You need:"), Part(items.text, BlockKind.LIST))
    assert chunks[0].text.startswith("You need:\n\nitem 0")


def test_a_rest_is_evened_out_with_the_chunk_before_it() -> None:
    sentences = " ".join(
        f"Considerably longish sentence number {n} continues interminably." for n in range(6)
    )
    sizes = [len(chunk.text.split()) for chunk in chunks_of(Part(sentences))]
    assert sizes == [21, 21]


def test_a_long_word_without_spaces_is_cut_and_not_embedded() -> None:
    blob = "QUJDRA" * 500
    chunks = chunks_of(Part("Key:"), Part(blob), budget=BUDGET)
    assert max(len(chunk.text) for chunk in chunks) <= BUDGET.longest
    assert [chunk.embed_text for chunk in chunks if "Key" in chunk.text] == ["Note\nKey:"]


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_a_run_of_graphemes_is_cut_between_them(cluster: str) -> None:
    for chunk in chunks_of(Part(cluster * 700)):
        assert chunk.text == cluster * (len(chunk.text) // len(cluster))


def test_short_code_is_embedded_whole_and_long_code_by_its_beginning() -> None:
    command = Part("zpool scrub tank", BlockKind.CODE)
    script = Part("# nightly backup\n" + "\n".join(f"step {n}" for n in range(30)), BlockKind.CODE)
    (chunk,) = chunks_of(Part("Check the disks."), command, script)
    assert "zpool scrub tank\n# nightly backup step 0" in chunk.embed_text
    assert "step 20" not in chunk.embed_text
    assert "step 20" in chunk.text


def test_long_formulas_are_found_by_keywords_only() -> None:
    formula = Part(" + ".join(f"x_{n}" for n in range(40)), BlockKind.MATH)
    (chunk,) = chunks_of(Part("The sum is"), formula)
    assert chunk.embed_text == "Note\nThe sum is"
    assert "x_39" in chunk.text


# Cost


@pytest.mark.parametrize(
    "contents",
    [
        [prose(40_000)],
        [Part("A sentence of some seven words here. " * 7_000)],
        [Part("a\n" * 150_000, BlockKind.LIST)],
        [Part("x" * 300_000)],
        [Part("." * 300_000)],
        [Part("本日は晴天なり" * 40_000)],
        [part for n in range(2_000) for part in (heading(f"Day {n}"), Part("Little happened."))],
        [Part("a.b." * 75_000, BlockKind.CODE)],
    ],
    ids=["words", "sentences", "lines", "run", "dots", "cjk", "sections", "code"],
)
def test_each_letter_is_counted_only_a_few_times(contents: list[Part]) -> None:
    source = document(*contents)
    counter = WordCounter()
    began = time.process_time()
    chunk_document(source, counter)
    assert counter.characters <= 5 * len(source.body)
    assert counter.calls <= len(source.body) / 10 + 100
    assert time.process_time() - began < 20

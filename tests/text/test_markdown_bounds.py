"""Time and memory grow with the length of a note, whatever is in it.

Seconds depend on the machine, so work is counted: the calls of Python functions.
"""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from asterisk_search.records import BlockKind
from asterisk_search.text import walking
from asterisk_search.text.markdown import MAX_LINES, MAX_PARSED, paragraphs, read_markdown

SOURCES: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "[" * n,
    "double brackets": lambda n: "[[" * n,
    "image brackets": lambda n: "![" * n,
    "nested links": lambda n: "[" * n + "a" + "](b)" * n,
    "nested images": lambda n: "![" * n + "a" + "](b)" * n,
    "stars": lambda n: "*a **b " * n,
    "underscores": lambda n: "a_" * n,
    "ticks": lambda n: "".join("`" * (i % 50) + " " for i in range(n)),
    "angles": lambda n: "<a " * n,
    "open comments": lambda n: "<!--\n\n" * n,
    "percent signs": lambda n: "a %%\n" * n,
    "templater": lambda n: "<% a\n" * n,
    "dollars": lambda n: "$$a $b " * n,
    "open formulas": lambda n: "$$a\n" * n,
    "quoted formulas": lambda n: "> $$a\n" * n + "\nb$$",
    "highlights": lambda n: "==a " * n,
    "footnotes": lambda n: "^[" * n,
    "fields": lambda n: "(a:: " * n,
    "addresses": lambda n: "https://a " * n,
    "tags": lambda n: "#a " * n,
    "quotes": lambda n: "> " * n + "a",
    "lists": lambda n: "- " * n + "a",
    "staircase": lambda n: "\n".join("  " * (i % 90) + "- a" for i in range(n)),
    "fences": lambda n: "```\n" * n,
    "admonitions": lambda n: "```ad-x\n" * n,
    "table": lambda n: "|a|b|\n|-|-|\n" + "|[[c|d]]|e|\n" * n,
    "wide table": lambda n: "|a" * n + "\n" + "|-" * n,
    "definitions": lambda n: "\n".join(f"[a{i}]: b" for i in range(n)),
    "scripts": lambda n: "<script>" * n,
    "one line": lambda n: "word " * n,
    "blank lines": lambda n: "\n" * n,
}


def calls(source: str) -> int:
    count = 0

    def profile(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        read_markdown(source)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("make", SOURCES.values(), ids=SOURCES)
def test_twice_the_text_is_twice_the_work(make: Callable[[int], str]) -> None:
    read_markdown("warm **up**")
    once, twice = calls(make(1_000)), calls(make(2_000))
    assert twice <= 2.3 * once + 500


@pytest.mark.parametrize("sign", "[*_`<&$#:=(^~\\!")
def test_a_wall_of_signs_is_read_as_plain_text(sign: str) -> None:
    read = read_markdown(sign * 300_000)
    assert len(read.body) >= 200_000 or not read.body
    assert calls(sign * 300_000) < 500


def test_a_note_too_long_is_parsed_in_part_and_kept_whole() -> None:
    paragraph = "Some words of a note with a [[Link]] in it. " * 20 + "\n\n"
    source = paragraph * (10_000_000 // len(paragraph)) + "The very last words."
    read = read_markdown(source)
    hidden = [block for block in read.blocks if block.kind is BlockKind.HIDDEN]
    assert read.body.endswith("The very last words.")
    parsed = (hidden[0].line - 1) // 2 * len(paragraph)
    assert MAX_PARSED - len(paragraph) < parsed <= MAX_PARSED
    assert hidden[-1].end_line == source.count("\n") + 1
    assert read.warnings[-1].startswith("too_long")


def test_a_note_of_too_many_lines_is_parsed_in_part_and_kept_whole() -> None:
    read = read_markdown("- a\n" * MAX_LINES + "- b **c**\n- d")
    assert read.body.endswith("a\na\n\n- b **c**\n- d")
    assert [(b.kind, b.line, b.end_line) for b in read.blocks[-2:]] == [
        (BlockKind.LIST, MAX_LINES, MAX_LINES),
        (BlockKind.HIDDEN, MAX_LINES + 1, MAX_LINES + 2),
    ]


def test_text_that_is_not_parsed_comes_in_pieces_of_some_paragraphs() -> None:
    pieces = paragraphs("\n\n".join(["", *(f"{n} " + "x" * 900 for n in range(7)), "", "end"]), 5)
    assert [(p.line, p.end_line, p.text.count("x") // 900) for p in pieces] == [
        (7, 11, 3),
        (13, 17, 3),
        (19, 23, 1),
    ]
    assert paragraphs("\n \n", 1) == []


def test_one_line_of_five_million_characters() -> None:
    read = read_markdown("word " * 1_000_000)
    assert [block.kind for block in read.blocks] == [BlockKind.PROSE, BlockKind.HIDDEN]
    assert {block.line for block in read.blocks} == {1}


def test_many_marks_spread_over_a_note_end_the_parsing_of_marks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walking, "_MAX_SIGNS", 10)
    read = read_markdown("**a** [[b]]\n\n**c** [[d]]")
    assert read.body == "a b\n\n**c** [[d]]"
    assert read.warnings == ("markup_limit: part of the note was read as plain text",)

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.text.sentences import lines, sentences

adversarial = st.text(st.sampled_from(list(".!?…。\n \t\"')]*abIDr3-é一\u0301")), max_size=200)


def split(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentences(text)]


@given(st.one_of(st.text(), adversarial))
def test_spans_follow_each_other_and_cover_the_text(text: str) -> None:
    for spans in (sentences(text), lines(text)):
        assert all(start < end for start, end in spans)
        assert "".join(text[start:end] for start, end in spans) == text


@pytest.mark.parametrize(
    "expected",
    [
        ["One sentence.", "Another one!", "A third?", "The rest"],
        ["Dr. Weber called Mrs. Lee at St. Mary's.", "She was out."],
        ["J. R. R. Tolkien wrote it.", "We read it."],
        ["Use a mild acid, e.g. Vinegar or i.e. lemon.", "Rinse."],
        ["It costs 3.50 in v2.0.1 of example.org today.", "Fine."],
        ["See fig. 3 and no. 5 of vol. 2.", "They differ."],
        ["I asked twice and he said no.", "Then he left."],
        ["Bring pens, paper, etc. and a lamp.", "Leave the rest, etc.", "Then go."],
        ["Well... perhaps not.", "So it goes…", "Next."],
        ['"Is it done?" she asked.', '"Yes."', "He nodded."],
        ["It was (almost) over.)", "Then rain."],
        ["What?!", "Really."],
        ["So do I.", "And you?"],
        ["Yahoo! is a name.", "Jeopardy! too."],
    ],
)
def test_english(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected


def test_chinese_and_japanese_need_no_spaces() -> None:
    assert split("今日は晴れ。明日は雨！本当？はい") == [
        "今日は晴れ。",
        "明日は雨！",
        "本当？",
        "はい",
    ]
    assert split("「行こう。」と言った。") == ["「行こう。」", "と言った。"]


def test_list_items_and_short_lines_are_sentences() -> None:
    text = "Buy\n- milk\n- a loaf of bread\n1. First\n2. Second\n| a | b |"
    assert split(text) == [
        "Buy",
        "- milk",
        "- a loaf of bread",
        "1. First",
        "2. Second",
        "| a | b |",
    ]


def test_a_wrapped_line_goes_on() -> None:
    text = (
        "The committee met on Tuesday and decided, after a long talk with\n"
        "Anna Weber, to move\nthe fair. It moves to June."
    )
    assert split(text) == [text[: text.index(" It")], "It moves to June."]


def test_a_blank_line_ends_everything() -> None:
    assert split("as Dr.\n\nweber said") == ["as Dr.", "weber said"]


def test_an_empty_text_has_no_sentences() -> None:
    assert sentences("") == []
    assert lines("") == []


@pytest.mark.parametrize(
    "unit",
    [".", "\n", " ", "a. ", ". ", '."', "?\n", "1. ", "\n1. ", "Dr. ", "。", ".\n ", "A.", "…\t"],
)
def test_long_texts_take_linear_time(unit: str) -> None:
    began = time.process_time()
    assert sentences(unit * (200_000 // len(unit)))
    assert time.process_time() - began < 15

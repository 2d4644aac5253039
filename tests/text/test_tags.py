"""Tags, character by character."""

import pytest

from asterisk_search.text.markdown import read_markdown
from asterisk_search.text.tags import tag_name, unique_tags


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("#word", "word"),
        ("#camelCase", "camelCase"),
        ("#snake_case-and-kebab", "snake_case-and-kebab"),
        ("#inbox/to-read", "inbox/to-read"),
        ("#trailing/", "trailing"),
        ("#y1984", "y1984"),
        ("#2024/01", ""),
        ("#1984", ""),
        ("#1/2/", ""),
        ("#日本語", "日本語"),
        ("#✅done", "✅done"),
        ("#a.b", "a"),
        ("#a,b", "a"),
        ("#a'b", "a"),
        ("#a—b", "a"),
        ("#a\u200bb", "a"),
        ("#ffffff", "ffffff"),
        ("#", ""),
        ("##a", ""),
    ],
)
def test_which_characters_make_a_tag(written: str, tag: str) -> None:
    assert read_markdown(f"x {written} y").tags == ((tag,) if tag else ())


@pytest.mark.parametrize("before", ["a", "(", "[", '"', "/", "\\", "**", "`"])
def test_a_tag_stands_at_the_start_or_behind_white_space(before: str) -> None:
    assert read_markdown(f"{before}#tag").tags == ()


def test_a_tag_at_the_start_of_a_line_is_no_heading() -> None:
    read = read_markdown("#tag")
    assert (read.tags, read.first_heading) == (("tag",), "")


def test_names_lose_sign_and_slashes() -> None:
    assert [tag_name(raw) for raw in ("#a", " b/ ", "12", "#", "/", "two words")] == [
        "a", "b", "", "", "", "two words",
    ]  # fmt: skip


def test_each_tag_once_in_its_first_spelling() -> None:
    assert unique_tags(["Work", "work", "WORK/x", "", "cafe\u0301", "Café"]) == (
        "Work", "WORK/x", "cafe\u0301",
    )  # fmt: skip

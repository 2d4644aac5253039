"""Readable text of HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.text.html import html_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>a</p><p>b &amp; c</p>", "a\nb & c"),
        ("<div\n  class='x'>a</div>", "a"),
        ("a <!-- b --> c <!-- d", "a  c"),
        ("<img alt='a &lt; b' title=\"c\">", "a < b  c"),
        ("<a href='x' title=t>u</a>", "t u"),
        ("<script>a < b</script>c<STYLE>d</STYLE>", "c"),
        ("<script>no end", "no end"),
        ("a < b > c", "a < b > c"),
        ("<!DOCTYPE html><?php ?>a", "a"),
        ("<td>a</td>\n\n<td>b</td>", "a\nb"),
        ("", ""),
        ("<b>a&#" + "1" * 5_000 + ";b</b>", "a\N{REPLACEMENT CHARACTER}b"),
    ],
)
def test_words_of_a_fragment(source: str, text: str) -> None:
    assert html_text(source)[0] == text


def test_addresses_of_a_fragment() -> None:
    assert html_text('<a href="https://e.org/?a=1&amp;b=2">x</a><a href=y>')[1] == (
        "https://e.org/?a=1&b=2",
        "y",
    )


@given(st.lists(st.sampled_from(["<", ">", "</", "a", "b ", "'", '"', "=", "!--", "--", "script"])))
def test_any_fragment_at_all(parts: list[str]) -> None:
    html_text("".join(parts))

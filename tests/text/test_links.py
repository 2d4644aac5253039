"""Link syntax taken apart."""

import pytest

from asterisk_search.records import Link, LinkKind
from asterisk_search.text.links import markdown_link, trim_url, wikilink, without_links


@pytest.mark.parametrize(
    ("inner", "target", "subpath", "text"),
    [
        ("Note", "Note", "", "Note"),
        (" Note ", "Note", "", "Note"),
        ("Note.md", "Note.md", "", "Note"),
        ("A/B/Note", "A/B/Note", "", "Note"),
        ("Note#Head", "Note", "Head", "Note Head"),
        ("Note#H1#H2", "Note", "H1#H2", "Note H1 H2"),
        ("Note#^id", "Note", "^id", "Note"),
        ("#Head", "", "Head", "Head"),
        ("Note|", "Note", "", "Note"),
        ("Note|a|b", "Note", "", "a|b"),
        ("Note\\|shown", "Note", "", "shown"),
    ],
)
def test_wikilinks(inner: str, target: str, subpath: str, text: str) -> None:
    assert wikilink(inner) == Link(LinkKind.WIKILINK, target, subpath, text)


@pytest.mark.parametrize(
    ("inner", "text"),
    [("a.png", ""), ("a.png|200", ""), ("a.png|2x3", ""), ("a.png|Left", ""), ("a.png|x|20", "x")],
)
def test_an_embed_says_only_its_alternative_text(inner: str, text: str) -> None:
    assert wikilink(inner, embed=True) == Link(LinkKind.EMBED, "a.png", "", text)


def test_pdf_pages_are_a_subpath() -> None:
    assert wikilink("a.pdf#page=3", embed=True).subpath == "page=3"


@pytest.mark.parametrize(
    ("href", "link"),
    [
        ("a.md", Link(LinkKind.MARKDOWN, "a.md", "", "t")),
        ("../b%20c.md#d%C3%A9", Link(LinkKind.MARKDOWN, "../b c.md", "dé", "t")),
        ("%ff", Link(LinkKind.MARKDOWN, "\ufffd", "", "t")),
        ("#a", Link(LinkKind.MARKDOWN, "", "a", "t")),
        ("https://e.org/#a", Link(LinkKind.URL, "https://e.org/#a", "", "t")),
        ("mailto:a@e.org", Link(LinkKind.URL, "mailto:a@e.org", "", "t")),
        ("//e.org", Link(LinkKind.URL, "//e.org", "", "t")),
    ],
)
def test_markdown_destinations(href: str, link: Link) -> None:
    assert markdown_link(href, "t") == link


@pytest.mark.parametrize(
    ("url", "trimmed"),
    [
        ("https://e.org/a.", "https://e.org/a"),
        ("https://e.org/a).", "https://e.org/a"),
        ("https://e.org/a_(b)", "https://e.org/a_(b)"),
        ("https://e.org/a?!", "https://e.org/a"),
    ],
)
def test_the_punctuation_of_the_sentence_is_not_the_address(url: str, trimmed: str) -> None:
    assert trim_url(url) == trimmed


def test_links_are_reduced_to_words() -> None:
    assert without_links("by [[Ann Lee|Ann]] and [[B/C]]") == "by Ann and C"

"""Web pages as blocks of text: what is read, what is left out, and that anything is survived."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.records import BlockKind
from asterisk_search.text.encodings import decode_original, decode_written, repaired
from asterisk_search.text.markup import Tag, tokens, unescape
from asterisk_search.text.page_reading import read_page
from asterisk_search.text.pages import count_words, without_data, word_count

SENTENCE = "The keepers lived for weeks in the tower, cut off by the sea. "


def texts(source: str) -> list[str]:
    return [block.text for block in read_page(source).article()]


def test_blocks_are_apart_and_keep_their_kind_and_headings() -> None:
    page = read_page(
        "<title>A &amp; B</title><h1>One</h1><p>first <b>bold</b>\nline</p>second<h2>Two</h2>"
        "<ul><li>x<li>y</ul><pre>a\n  b</pre><blockquote>said</blockquote>"
        "<table><tr><th>k<th>v<tr><td>1<td><p>2</p></table><h1>Three</h1>end<br>of it"
    )
    assert page.title == "A & B"
    assert [(block.kind, block.text, block.headings) for block in page.blocks] == [
        (BlockKind.HEADING, "One", ("One",)),
        (BlockKind.PROSE, "first bold line", ("One",)),
        (BlockKind.PROSE, "second", ("One",)),
        (BlockKind.HEADING, "Two", ("One", "Two")),
        (BlockKind.LIST, "x", ("One", "Two")),
        (BlockKind.LIST, "y", ("One", "Two")),
        (BlockKind.CODE, "a\n  b", ("One", "Two")),
        (BlockKind.QUOTE, "said", ("One", "Two")),
        (BlockKind.TABLE, "k | v", ("One", "Two")),
        (BlockKind.TABLE, "1 | 2", ("One", "Two")),
        (BlockKind.HEADING, "Three", ("Three",)),
        (BlockKind.PROSE, "end\nof it", ("Three",)),
    ]


BOILERPLATE = (
    "<script>var a = '<p>code</p>'</script><style>p {}</style>"
    "<div class='cookie-consent'><p>We value your privacy</p></div><header>Example Blog</header>"
    "<nav><a href=/>Home</a></nav><div role=navigation>Menu</div><div hidden>hidden</div>"
    "<div style='display: none'>unseen</div><svg><text>drawn</text></svg>"
    "<noscript><p>no script</p></noscript><template>later</template>"
)
BEHIND = (
    "<section class=newsletter>Subscribe now</section><div id=comments>First comment</div>"
    "<aside>Related posts</aside><footer>All rights reserved</footer>"
)


@pytest.mark.parametrize("around", ["{}", "<main>{}</main>", "<div><article>{}</article></div>"])
def test_only_the_article_is_read(around: str) -> None:
    article = f"<h1>Lighthouses</h1><p>{SENTENCE * 5}</p>"
    page = f"<body>{BOILERPLATE}{around.format(article)}{BEHIND}</body>"
    assert texts(page) == ["Lighthouses", (SENTENCE * 5).strip()]


def test_what_the_page_marks_as_main_wins_over_unmarked_noise() -> None:
    noise = "<div>Best offers of the week only here</div>" * 3
    page = f"{noise}<main><p>{SENTENCE * 5}</p></main>{noise}"
    assert texts(page) == [(SENTENCE * 5).strip()]


def test_a_small_main_part_does_not_hide_the_page() -> None:
    page = f"<main>Search</main><div>{SENTENCE * 20}</div>"
    assert (SENTENCE * 20).strip() in texts(page)


def test_menus_that_are_not_marked_are_known_by_their_links() -> None:
    menu = "".join(f"<li><a href=/{n}>Menu item {n}</a></li>" for n in range(20))
    page = read_page(f"<ul>{menu}</ul><p>{SENTENCE * 5}See <a href=/x>this</a>.</p>")
    assert len(page.article()) == 1
    only_links = read_page(f"<ul>{menu}</ul>")
    assert len(only_links.article()) == 20, "a page of links is its links"


def test_links_of_the_text_are_kept_and_those_of_menus_are_not() -> None:
    page = read_page(
        "<nav><a href=http://a.org/menu>x</a></nav><p><a href='http://a.org/?a=1&amp;b=2'>y</a>"
        "<a href=/relative>z</a><a href=javascript:alert(1)>w</a></p>"
    )
    assert page.links == ("http://a.org/?a=1&b=2",)


def test_the_page_says_its_language_and_description() -> None:
    page = read_page('<html lang="de"><meta name=description content="Über &quot;Türme&quot;">')
    assert (page.language, page.description) == ("de", 'Über "Türme"')


def test_pictures_written_into_a_page_are_dropped_before_it_is_read() -> None:
    content = b"<img src='data:image/png;base64," + b"iVBOR" * 1_000_000 + b"'><p>words</p>"
    small = without_data(content)
    assert len(small) < 100
    assert texts(small.decode()) == ["words"]
    assert (
        without_data(b"data: the words of a page, data:a,b c") == b"data: the words of a page,  c"
    )


HOSTILE = {
    "deep": "<div>" * 100_000 + "deep words" + "</div>" * 100_000,
    "deep and inline": "<b><i>" * 50_000 + "words",
    "crossed": "<div><nav>" * 50_000 + "</div></nav>" * 50_000,
    "closing only": "</div>" * 100_000 + "words",
    "deep, closing at the bottom": "<div>" * 2_500 + "<p></section></p>" * 30_000,
    "tables in tables": "<table><tr><td>" * 30_000 + "words",
    "attributes": "<p " + " ".join(f"a{n}=x" for n in range(100_000)) + ">words",
    "a long attribute": "<p title='" + "x" * 2_000_000 + "'>words",
    "an attribute without end": "<p title='" * 100_000,
    "less than": "<" * 200_000,
    "tags without end": "<a " * 100_000,
    "quotes without end": '<a "' * 100_000,
    "crossed quotes": "<a b='c>" * 100_000,
    "comments without end": "<!--" * 100_000,
    "scripts without end": "<script>" * 100_000,
    "declarations without end": "<![CDATA[" * 100_000,
    "a number without end": "&#" + "1" * 200_000 + ";words",
    "ampersands": "&amp" * 100_000 + "&" * 100_000,
    "blanks": " \n\t" * 200_000 + "words",
    "breaks": "<br>" * 100_000 + "words",
    "paragraphs": "<p>A paragraph of some words.</p>" * 60_000,
    "headings": "<h1>x" * 50_000,
    "list items": "<ul><li>x" * 50_000,
    "links": "<a href=http://a.org/>x" * 50_000,
    "data": "data:" * 100_000 + "data:," * 100_000,
    "nul": "\0" * 100_000 + "<p>words",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_is_read_in_time_that_grows_with_its_length(name: str) -> None:
    """About a second for each; work that grew with the square would take many minutes."""
    content = HOSTILE[name].encode()
    page = read_page(decode_written(without_data(content)))
    page.article()
    page.words()
    assert sum(len(block.text) for block in page.blocks) <= len(content)
    if name == "deep":
        assert [block.text for block in page.blocks] == ["deep words"]


@given(st.text(st.sampled_from("<>/!-=\"' apdivscrtblek&;#x1\n"), max_size=200))
def test_any_text_can_be_read(source: str) -> None:
    page = read_page(source)
    for block in page.blocks:
        assert block.text.strip()
    assert word_count(page.article()) <= word_count(page.blocks)


@given(st.text(max_size=100))
def test_text_without_markup_comes_through(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    assert "".join(part for part in tokens(escaped) if isinstance(part, str)) == text


def test_tags_are_told_from_text() -> None:
    found = list(tokens("a<b c='>'>d</b >e<3<br/>&lt;p&gt;<!-- <p> --><title>x<y</title>"))
    names = [(t.name, t.closing) if isinstance(t, Tag) else t for t in found]
    assert names == [
        "a", ("b", False), "d", ("b", True), "e", "<", "3", ("br", False), "<p>",
        ("title", False), "x<y", ("title", True),
    ]  # fmt: skip
    assert unescape("&#99999999999999999999;&eacute;&#8364;") == "\N{REPLACEMENT CHARACTER}é€"


@pytest.mark.parametrize(
    ("content", "header", "text"),
    [
        ("é".encode(), "", "é"),
        (b"\xe9", "", "é"),
        (b"\xe9", "text/html; charset=ISO-8859-1", "é"),
        ("<meta charset=shift_jis>日本".encode("shift_jis"), "", "<meta charset=shift_jis>日本"),
        ("日本".encode("euc-jp"), "text/html; charset=EUC-JP", "日本"),
        (b"\xff\xfe" + "é".encode("utf-16-le"), "", "é"),
        (b"\xef\xbb\xbf\xc3\xa9", "text/html; charset=latin-1", "é"),
        (b"<meta charset='no-such-thing'>\xc3\xa9", "", "<meta charset='no-such-thing'>é"),
        (b"<meta charset=hex>\xc3\xa9", "charset=\xff", "<meta charset=hex>é"),
        (b"\x81\x8d\xff", "", "\ufffd\ufffdÿ"),
    ],
)
def test_bytes_are_read_as_a_browser_reads_them(content: bytes, header: str, text: str) -> None:
    assert decode_original(content, header) == text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("naÃ¯ve", "naïve"),
        ("MÃƒÂ¶bius", "Möbius"),
        ("â€œquotedâ€\x9d", "“quoted”"),
        ("naïve", "naïve"),
        ("Ãhnlich", "Ãhnlich"),
        ("日本 Ã¯", "日本 Ã¯"),
        ("plain", "plain"),
    ],
)
def test_text_read_in_the_wrong_encoding_is_put_right(text: str, meant: str) -> None:
    assert repaired(text) == meant


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=40))
def test_repairing_undoes_what_a_browser_did(text: str) -> None:
    misread = "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )
    if not text.isascii():
        assert repaired(repaired(misread)) == repaired(misread)


def test_words_are_counted_in_every_script() -> None:
    assert count_words("two words") == 2
    assert count_words("姫路城は兵庫県姫路市にある") >= 6

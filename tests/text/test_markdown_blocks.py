"""Where blocks stand, and what a note says besides its body."""

from hypothesis import example, given
from hypothesis import strategies as st

from asterisk_search.records import BlockKind, Link, LinkKind
from asterisk_search.text.blocks import Piece
from asterisk_search.text.markdown import Markdown, read_markdown

NOTE = """\
# Boats

Wood and rope. ^intro

## Building

1. Saw
   and sand
2. Paint

| part | count |
|------|-------|
| oar  | 2     |

```sh
make boat
```

> [!tip] Mind
> the tide

### Sums

$$
a^2
$$

Then $$b$$ last
line.

%%
hidden
%%

Setext
======
"""


def outline(read: Markdown) -> list[tuple[str, str, int, int, tuple[str, ...]]]:
    return [
        (b.kind.value, read.body[b.start : b.end], b.line, b.end_line, b.headings)
        for b in read.blocks
    ]


def test_blocks_know_kind_lines_and_headings() -> None:
    building = ("Boats", "Building")
    sums = (*building, "Sums")
    assert outline(read_markdown(NOTE)) == [
        ("heading", "Boats", 1, 1, ("Boats",)),
        ("prose", "Wood and rope.", 3, 3, ("Boats",)),
        ("heading", "Building", 5, 5, building),
        ("list", "Saw\nand sand", 7, 8, building),
        ("list", "Paint", 9, 9, building),
        ("table", "part | count\noar | 2", 11, 13, building),
        ("code", "sh\nmake boat", 15, 17, building),
        ("quote", "Mind\nthe tide", 19, 20, building),
        ("heading", "Sums", 22, 22, sums),
        ("math", "a^2", 24, 26, sums),
        ("prose", "Then", 28, 28, sums),
        ("math", "b", 28, 28, sums),
        ("prose", "last\nline.", 28, 29, sums),
        ("heading", "Setext", 35, 35, ("Setext",)),
        ("hidden", "hidden", 31, 33, ()),
    ]


def test_lines_are_counted_from_the_first_line_given() -> None:
    read = read_markdown("a\n\n[[b]] ^c", first_line=10)
    assert [block.line for block in read.blocks] == [10, 12]
    assert read.links[0].line == 12
    assert read.block_ids == (("c", 12),)


def test_items_of_a_list_stand_on_neighbouring_lines_and_lists_apart() -> None:
    assert read_markdown("- a\n\n- b\n\nx\n\n- c").body == "a\nb\n\nx\n\nc"


def test_headings_in_quotes_and_lists_are_not_sections() -> None:
    read = read_markdown("# A\n> # B\n\n- # C\n\nd")
    assert [block.headings for block in read.blocks] == [("A",)] * 4
    assert read.first_heading == "A"


def test_a_heading_closes_those_of_its_level_even_without_words() -> None:
    read = read_markdown("# A\n## B\n##\nc\n### D\n# E")
    assert [block.headings for block in read.blocks] == [
        ("A",),
        ("A", "B"),
        ("A",),
        ("A", "D"),
        ("E",),
    ]


def test_hidden_pieces_come_last() -> None:
    piece = Piece(BlockKind.HIDDEN, "author: Ann", 1, 3)
    read = read_markdown("text %%note%%", 4, (piece,))
    assert outline(read) == [
        ("prose", "text", 4, 4, ()),
        ("hidden", "note", 4, 4, ()),
        ("hidden", "author: Ann", 1, 3, ()),
    ]


def test_links_of_every_kind() -> None:
    source = (
        "[[A/b#C|d]] ![[e.png]]\n[f](g%20h.md#I%20J) ![k](l.png)\n"
        "[m](https://n.org) <https://o.org> https://p.org/q_(r)\n"
        "[[#Here]] [s][t] [u](#v)\n\n[t]: w.md\n[x]: https://y.org\n"
    )
    assert read_markdown(source).links == (
        Link(LinkKind.WIKILINK, "A/b", "C", "d", 1),
        Link(LinkKind.EMBED, "e.png", "", "", 1),
        Link(LinkKind.MARKDOWN, "g h.md", "I J", "f", 2),
        Link(LinkKind.EMBED, "l.png", "", "k", 2),
        Link(LinkKind.URL, "https://n.org", "", "m", 3),
        Link(LinkKind.URL, "https://o.org", "", "https://o.org", 3),
        Link(LinkKind.URL, "https://p.org/q_(r)", "", "https://p.org/q_(r)", 3),
        Link(LinkKind.MARKDOWN, "w.md", "", "s", 4),
        Link(LinkKind.URL, "https://y.org", "", "", 7),
    )


def test_citations_of_clipped_pages_are_addresses() -> None:
    read = read_markdown("As said.[[1]](https://e.org/a_(b)) And [[2]](not one)")
    assert read.body == "As said.1 And 2(not one)"
    assert [link.target for link in read.links] == ["https://e.org/a_(b)", "2"]


def test_links_of_inline_html() -> None:
    assert read_markdown('a\n<a href="https://e.org">b</a>').links == (
        Link(LinkKind.URL, "https://e.org", "", "", 1),
    )


def test_marks_inside_the_text_of_a_link() -> None:
    read = read_markdown("[a (b:: c) ==d== ^[e] {{f}} $g$ #h https://i.org](j.md) ![k [[l]]](m)")
    assert read.body == "a b: c d (e) g #h https://i.org k l"
    assert [link.target for link in read.links] == ["https://i.org", "j.md", "m"]
    assert read.fields == (("b", "c"),)


def test_links_in_tables_quotes_html_and_admonitions() -> None:
    source = (
        "| [[a]] |\n|---|\n| [[b]] |\n\n> [[c]]\n\n"
        '<div><a href="https://d.org">d</a></div>\n\n```ad-note\n[[e]]\n```\n'
    )
    assert [(link.target, link.line) for link in read_markdown(source).links] == [
        ("a", 1),
        ("b", 3),
        ("c", 5),
        ("https://d.org", 7),
        ("e", 10),
    ]


def test_code_and_comments_give_no_links_and_tags() -> None:
    read = read_markdown("`[[a]] #b`\n\n```\n[[c]] #d\n# e\n```\n\n%%[[f]] #g%%\n\n    #h [[i]]\n")
    assert (read.links, read.tags, read.first_heading) == ((), (), "")


def test_tags_of_a_text() -> None:
    source = (
        "#One #two/three #one\n\\#no a#no [[N#no]] <b title='#no'> $#no$ https://e.org/#no\n"
        "(#no) #1984 #y1984 #été/ #日本 #a,b # no #🎈 `#no`\n"
    )
    assert read_markdown(source).tags == (
        "One", "two/three", "y1984", "été", "日本", "a", "🎈",
    )  # fmt: skip


def test_fields_of_a_text() -> None:
    source = "Author Name:: [[Ann Lee|Ann]]\n- **Rating**:: 5\n\na (b:: c) d [e f:: g [[h]]]"
    assert read_markdown(source).fields == (
        ("author-name", "Ann"),
        ("rating", "5"),
        ("b", "c"),
        ("e-f", "g h"),
    )


def test_a_field_on_a_line_of_data_is_left_alone() -> None:
    assert read_markdown("a:: " + "b" * 40_000).fields == ()


def test_block_ids_of_paragraphs_items_and_lines_of_their_own() -> None:
    read = read_markdown("a ^one\n\n- b ^two\n\n> c\n\n^three\n")
    assert read.block_ids == (("one", 1), ("two", 3), ("three", 7))


PIECES = st.sampled_from(
    [
        "# ", "## ", "- ", "  - ", "1. ", "> ", "> [!tip] ", "```", "```ad-note\n", "~~~", "    ",
        "\t", "\n", "\n\n", "\n---\n", "\n===\n", "| a | b |\n|---|---|\n", " | ", "[[", "]]",
        "![[", "[", "](", ")", "[^1]", "[^1]: ", "^[", "%%", "==", "~~", "**", "*", "_", "`", "``",
        "$", "$$", "<!--", "-->", "<b>", "</b>", "<div>", "<script>", "<br>", "<%", "%>", "{{",
        "}}", "#tag", "#", "^id", "::", "k:: v", "(k:: ", "\\", "&amp;", "https://e.org/", "|",
        "data:image/png;base64,AA", "- [ ] ", "📅 2024-01-01", "word", "слово", "字", "\r", "\0",
        "\u2028", "\x0b", "---\n", "[r]: x\n", "![", "\ufeff", "e\u0301",
    ]
)  # fmt: skip
MARKDOWNISH = st.lists(PIECES, max_size=40).map("".join)


@given(st.one_of(MARKDOWNISH, st.text(st.characters(), max_size=200)), st.integers(1, 5))
@example("\x1c", 1)
@example("- \x85\n\n\x1f a", 1)
def test_any_text_at_all_becomes_blocks_in_order(source: str, first_line: int) -> None:
    read = read_markdown(source, first_line)
    position, last_line = 0, first_line + source.count("\n") + source.count("\r")
    for block in read.blocks:
        assert not read.body[position : block.start].strip()
        assert position <= block.start < block.end <= len(read.body)
        assert read.body[block.start : block.end].strip()
        assert first_line <= block.line <= block.end_line <= last_line
        position = block.end
    assert not read.body[position:].strip()
    assert all(first_line <= link.line <= last_line for link in read.links)
    assert all(first_line <= line <= last_line for _, line in read.block_ids)
    read.body.encode("utf-8")
    assert "\0" not in read.body


@given(MARKDOWNISH)
def test_reading_is_repeatable(source: str) -> None:
    assert read_markdown(source) == read_markdown(source)

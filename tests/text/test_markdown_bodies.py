"""What remains of Markdown for a reader."""

import pytest

from asterisk_search.text.markdown import read_markdown

INLINE = {
    "emphasis": ("*a* **b** ***c*** _d_ __e__", "a b c d e"),
    "strike": ("~~gone~~ here", "gone here"),
    "highlight": ("some ==bright words== here", "some bright words here"),
    "highlight in Chinese": ("这是==重点==文字", "这是重点文字"),
    "comparison is no highlight": ("if a==b or c==d", "if a==b or c==d"),
    "lone equals signs": ("a == b and c == d", "a == b and c == d"),
    "highlight around code": ("==see `x=y` now==", "see x=y now"),
    "code": ("run `rm -rf [[x]] #no`", "run rm -rf [[x]] #no"),
    "inline query": ("total `= this.sum` and `$= dv.x` end", "total and end"),
    "escape": (r"\*not\* \#tag \[\[no\]\]", "*not* #tag [[no]]"),
    "entity": ("fish &amp; chips &lt;", "fish & chips <"),
    "wikilink": ("see [[Old Lamp]]", "see Old Lamp"),
    "wikilink with folder and heading": ("see [[Folder/Note#Part]]", "see Note Part"),
    "wikilink to nested headings": ("[[N#A#B]]", "N A B"),
    "wikilink to a block": ("[[Note#^abc-1]]", "Note"),
    "wikilink with display text": ("[[Note#Part|shown words]]", "shown words"),
    "wikilink to this note": ("[[#Heading here]]", "Heading here"),
    "brackets that are no link": ("[[]] [[a\nb]]", "[[]] [[a\nb]]"),
    "embed": ("before ![[Other]] after", "before after"),
    "embed with size": ("x ![[p.png|300]] ![[p.png|640x480]] y", "x y"),
    "embed with text": ("![[p.png|a red kite|300]]", "a red kite"),
    "embed with place": ("![[p.png|center]] words", "words"),
    "image": ("![a lamp|200](l.png) lit", "a lamp lit"),
    "image in image text": ("![a ![b](c) d](e)", "a b d"),
    "Markdown link": ("[the *manual*](a%20b.md#Part)", "the manual"),
    "angle link": ("[x](<a b.md>)", "x"),
    "reference link": ("[text][ref]\n\n[ref]: https://example.org", "text"),
    "autolink": ("<https://example.org/a>", "https://example.org/a"),
    "bare address": ("at https://example.org/a_b_c. Next", "at https://example.org/a_b_c. Next"),
    "address with query": ("https://e.org/?v=aa==&b=1", "https://e.org/?v=aa==&b=1"),
    "footnote mark": ("said[^1] so[^note-2].", "said so."),
    "inline footnote": ("said^[by [[Ann]]] so", "said (by Ann) so"),
    "maths": ("where $E = mc^2$ holds", "where E = mc^2 holds"),
    "money is no maths": ("between $5 and $6", "between $5 and $6"),
    "money again": ("$20-$30", "$20-$30"),
    "block id": ("A claim. ^my-id", "A claim."),
    "caret": ("2^10 and x ^y z", "2^10 and x ^y z"),
    "field line": ("Due date:: tomorrow", "Due date: tomorrow"),
    "field in Chinese": ("晴(天气::多云)好", "晴天气: 多云好"),
    "bold field": ("**Rating**:: 5", "Rating: 5"),
    "bracket field": ("read [pages:: 20] today", "read pages: 20 today"),
    "paren field": ("read (pages:: 20) today", "read pages: 20 today"),
    "field with link": ("[by:: [[Ann Lee]]] x", "by: Ann Lee x"),
    "C++ is no field": ("use std::vector and (std::move(x))", "use std::vector and (std::move(x))"),
    "template": ("on {{date:YYYY}} at {{time}} here", "on at here"),
    "cloze": ("The sky is {{c1::blue::colour}}.", "The sky is blue."),
    "templater": ("Hello <% tp.file.title %> there", "Hello there"),
    "comment": ("seen %%unseen%% seen", "seen seen\n\nunseen"),
    "percent signs": ("100%% sure", "100%% sure"),
    "comment signs in code": ("`%%` and `%%`", "%% and %%"),
    "HTML comment": ("a <!-- b --> c", "a c"),
    "HTML tags": ("<b>bold</b> H<sub>2</sub>O", "bold H2O"),
    "HTML break": ("one<br>two", "one\ntwo"),
    "HTML alt and title": (
        '<img src="x" alt="a hut"> <abbr title="as soon as">',
        "a hut as soon as",
    ),
    "less than": ("a < b and c > d", "a < b and c > d"),
    "script": ("a <script>alert(1)</script> b", "a b"),
    "script without end": ("the <script> tag", "the tag"),
    "data address": ("![dot](data:image/png;base64,iVBORw0KGgo=) end", "dot end"),
    "soft breaks": ("one \n two", "one\ntwo"),
    "hard breaks": ("one  \ntwo\\\nthree", "one\ntwo\nthree"),
    "tags stay": ("a #tag b", "a #tag b"),
}


@pytest.mark.parametrize(("source", "body"), INLINE.values(), ids=INLINE)
def test_marks_inside_a_paragraph(source: str, body: str) -> None:
    assert read_markdown(source).body == body


BLOCKS = {
    "headings": ("# One #\n\ntext\n\nTwo\n---\n\n#no heading", "One\n\ntext\n\nTwo\n\n#no heading"),
    "list": ("- a\n- b\n\n  more b\n* c", "a\nb\nmore b\n\nc"),
    "ordered list": ("1. a\n2) b", "a\n\nb"),
    "nested list": ("- a\n  - b\n    - c\n- d", "a\nb\nc\nd"),
    "tasks": ("- [ ] open\n- [x] done\n1. [/] half\n- [[link]]", "open\ndone\n\nhalf\n\nlink"),
    "task dates": (
        "- [ ] Water plants 🔁 every week ⏫ ➕ 2024-01-01\n"
        "- [ ] Feed cats 🛫 2024-01-02 ⏳ 2024-01-03 📅 2024-01-04",
        "Water plants\nFeed cats",
    ),
    "task done": ("- [x] Post 📅 2024-02-30 ✅ 2024-03-01 ^t1", "Post"),
    "dates in prose stay": ("Party 📅 2024-01-04", "Party 📅 2024-01-04"),
    "quote": ("> a\n> b\n\nc", "a\nb\n\nc"),
    "callout": ("> [!tip]- Short **title**\n> Body [[x]]", "Short title\nBody x"),
    "callout without title": ("> [!note|meta]\n> Body", "Body"),
    "nested callout": ("> [!a] One\n> > [!b]+ Two\n> > three", "One\n\nTwo\nthree"),
    "table": ("| a | b |\n|---|:-:|\n| c | d |", "a | b\nc | d"),
    "link in table": ("| a |\n|---|\n| [[t|u]] |\n| [[v\\|w]] |", "a\nu\nw"),
    "table with block id": ("| a | b |\n|---|---|\n| c | d |\n^t1", "a | b\nc | d"),
    "empty cells": ("| a | b |\n|---|---|\n|  |  |", "a | b"),
    "code": ("```python title=x\nx = '#no'\n\n  y\n```", "python\nx = '#no'\n\n  y"),
    "code without language": ("~~~\na\n~~~", "a"),
    "unclosed code": ("```sh\nls %%\n[[x]]", "sh\nls %%\n[[x]]"),
    "indented code": ("a\n\n    b  c", "a\n\nb  c"),
    "mermaid": ("```mermaid\ngraph TD\n```", "mermaid\ngraph TD"),
    "dataview": ("a\n\n```dataview\nLIST\n```\n\nb", "a\n\nb"),
    "instructions": (
        "".join(
            f"```{name}\nx\n```\n"
            for name in ("dataviewjs", "query", "tasks", "button", "compressed-json", "base")
        ),
        "",
    ),
    "admonition": (
        "```ad-note\ntitle: Mind\ncollapse: open\nSome [[prose]]\n```\nb",
        "Mind\n\nSome prose\n\nb",
    ),
    "admonition with code": ("````ad-tip\nA\n```sh\nls\n```\n````\nB", "A\n\nsh\nls\n\nB"),
    "display maths": ("$$\nx^2\n$$", "x^2"),
    "display maths in a sentence": ("so $$a+b$$ then", "so\n\na+b\n\nthen"),
    "display maths below a line": ("so\n$$\na\n$$\nthen\n$$b$$", "so\n\na\n\nthen\n\nb"),
    "display maths that never ends": ("so\n$$\na", "so\n$$\na"),
    "rule": ("a\n\n***\n\nb", "a\n\nb"),
    "footnote": ("a[^1]\n\n[^1]: note\n    more", "a\n\nnote\nmore"),
    "HTML block": ('<div class="x">\n*raw* <b>t</b>\n</div>\n\n**md**', "*raw* t\n\nmd"),
    "style sheet": ("<style>\np {}\n\nq {}\n</style>\n\na", "a"),
    "details": ("<details><summary>More</summary>\n\nInside\n\n</details>", "More\n\nInside"),
    "HTML comment block": ("<!--\nx\n\ny\n-->\nz", "z"),
    "comment block": ("a\n\n%%\nb\n\nc\n%%\n\nd", "a\n\nd\n\nb\n\nc"),
    "unclosed comment": ("a\n%% b\nc", "a\n\nb\nc"),
    "comment over lines": ("a %% b\nc %% d", "a\nd\n\nb\nc"),
    "comment inside a fence": ("```\n%% x\n```\n\n%%y%%", "%% x\n\ny"),
    "fence in a quote ends with it": ("> ```\n> a\n\nb %%c%% d", "a\n\nb d\n\nc"),
    "templater command": ("<%* let a = 1\n\nb() %>\nc", "c"),
    "block id alone": ("a\n\n^id\n\nb", "a\n\nb"),
    "definition meant as text": ("[TODO]: later", "TODO: later"),
    "Windows line ends": ("a\r\nb\r\n\r\nc\rd", "a\nb\n\nc\nd"),
    "nothing": (" \n\t\n", ""),
    "invisible signs": ("a\0b\ud800c\ufeffd", "ab\ufffdc\ufeffd"),
    "NFC": ("cafe\u0301", "café"),
}


@pytest.mark.parametrize(("source", "body"), BLOCKS.values(), ids=BLOCKS)
def test_blocks(source: str, body: str) -> None:
    assert read_markdown(source).body == body


def test_lists_too_deep_for_the_parser_keep_their_words() -> None:
    source = "\n".join("  " * depth + f"- word{depth}" for depth in range(100))
    read = read_markdown(source)
    assert all(f"word{depth}" in read.body for depth in range(100))
    assert read.warnings == ("markup_limit: part of the note was read as plain text",)
    assert "deep words" in read_markdown("> " * 200 + "deep words").body

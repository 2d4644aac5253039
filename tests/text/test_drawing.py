"""Excalidraw drawings and Kanban boards."""

from asterisk_search.text.drawing import board_text, drawing_text, is_drawing

DRAWING = """\
A note above.
==⚠  Switch to EXCALIDRAW VIEW in the MORE OPTIONS menu of this document. ⚠==

# Excalidraw Data

## Text Elements
Mill wheel ^a1B2c3D4

two
lines ^zzzzzzzz

## Element Links
a1B2c3D4: [[Water]]

## Embedded Files
0123456789abcdef: [[wheel.png]]

%%
## Drawing
```compressed-json
N4KAkARALgngDgUwgLgAQQQDwMYEMA2

AlgCYBOuA7hADTgQBuCpAzoQ
```
%%
"""


def test_a_drawing_keeps_its_words_and_links_on_their_lines() -> None:
    lines = drawing_text(DRAWING).split("\n")
    assert len(lines) == DRAWING.count("\n") + 1
    assert {n: line for n, line in enumerate(lines, 1) if line} == {
        1: "A note above.",
        7: "Mill wheel",
        9: "two",
        10: "lines",
        13: "[[Water]]",
        16: "![[wheel.png]]",
    }


def test_the_comment_may_stand_above_the_text_elements() -> None:
    source = (
        "%%\n# Excalidraw Data\n## Text Elements\nWords ^a1B2c3D4\n## Drawing\n```json\n{}\n```\n%%"
    )
    assert drawing_text(source).strip() == "Words"


def test_older_drawings() -> None:
    source = "# Text Elements\nWords ^a1B2c3D4\n%%\n# Drawing\n```json\n{}\n```\n%%"
    assert drawing_text(source).strip() == "Words"


def test_a_drawing_is_known_by_its_property() -> None:
    assert is_drawing((("tags", "x"), ("excalidraw-plugin", "parsed")))
    assert not is_drawing((("tags", "excalidraw"),))


def test_a_board_loses_its_settings() -> None:
    board = "## To do\n\n- [ ] a\n\n\n%% kanban:settings\n```\n{}\n```\n%%\n"
    assert board_text(board) == "## To do\n\n- [ ] a\n\n\n"
    assert board_text("no %% kanban") == "no %% kanban"

"""Canvases and bases as documents."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.errors import EntrySkipped
from asterisk_search.records import Entry, Kind, Link, LinkKind, SkipReason, Stamp
from asterisk_search.sources.canvas import read_canvas, read_view_names
from asterisk_search.sources.files import Decoded
from asterisk_search.sources.settings import VaultSettings
from tests.sources.vaults import note

ENTRY = Entry(b"a.canvas", "a.canvas", Kind.CANVAS, Stamp(0, 0, 0, 0))


def canvas(tmp_path: Path, value: object) -> str:
    return note(tmp_path, json.dumps(value), "Plan.canvas").body


def card(text: str, x: float, y: float) -> dict[str, object]:
    return {"id": "1", "type": "text", "text": text, "x": x, "y": y, "width": 1, "height": 1}


def test_cards_come_in_reading_order(tmp_path: Path) -> None:
    nodes = [card("last", 0, 9), card("second", 5, -3), card("first", -5, -3), card("", 0, 0)]
    assert canvas(tmp_path, {"nodes": nodes}) == "first\n\nsecond\n\nlast"


def test_a_canvas_is_read_with_its_links_tags_and_labels(tmp_path: Path) -> None:
    value = {
        "nodes": [
            card("# Boats\n\nSee [[Oar]] #wood", 0, 0),
            {"type": "file", "file": "Notes/Sail.md", "subpath": "#Cloth", "x": 0, "y": 1},
            {"type": "link", "url": "https://e.org", "x": 0, "y": 2},
            {"type": "group", "label": "Harbour\nside", "x": 0, "y": 3},
            {"type": "future", "text": "unknown", "x": 0, "y": 4},
        ],
        "edges": [{"fromNode": "1", "toNode": "2", "label": "needs"}],
        "metadata": {"version": "1.0"},
    }
    document = note(tmp_path, json.dumps(value), "2024-01-02 Plan.canvas")
    assert document.title == "2024-01-02 Plan"
    assert document.date == "2024-01-02"
    assert document.body == "Boats\n\nSee Oar #wood\n\nHarbour side\n\nneeds"
    assert {(block.line, block.end_line) for block in document.blocks} == {(1, 1)}
    assert document.blocks[1].headings == ("Boats",)
    assert document.blocks[2].headings == ()
    assert document.tags == ("wood",)
    assert document.links == (
        Link(LinkKind.WIKILINK, "Oar", "", "Oar", 1),
        Link(LinkKind.EMBED, "Notes/Sail.md", "Cloth", "", 1),
        Link(LinkKind.URL, "https://e.org", "", "", 1),
    )


@pytest.mark.parametrize("content", ["", " \n", "{}", '{"nodes": [], "edges": []}'])
def test_an_empty_canvas_is_valid(tmp_path: Path, content: str) -> None:
    assert note(tmp_path, content, "a.canvas").body == ""


@pytest.mark.parametrize(
    "content", ["{", "[]", '"a"', "null", "[" * 100_000, '{"a":' * 100_000, '{"nodes": tru']
)
def test_what_is_no_canvas_is_skipped(content: str) -> None:
    with pytest.raises(EntrySkipped) as skipped:
        read_canvas(ENTRY, b"", Decoded(content), VaultSettings())
    assert skipped.value.reason == SkipReason.MALFORMED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["nodes", "edges", "type", "text", "file", "url", "label", "x", "y"]), inner
    ),
    max_leaves=20,
)  # fmt: skip
NODES = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["text", "file", "link", "group"]) | JSON},
        optional=dict.fromkeys(("text", "file", "url", "label", "subpath", "x", "y"), JSON),
    )
)


@given(NODES | JSON, JSON)
def test_any_values_in_a_canvas(nodes: object, edges: object) -> None:
    content = json.dumps({"nodes": nodes, "edges": edges})
    document = read_canvas(ENTRY, b"", Decoded(content), VaultSettings())
    document.body.encode("utf-8")
    for link in document.links:
        link.target.encode("utf-8")


def test_a_base_is_known_by_the_names_of_its_views(tmp_path: Path) -> None:
    content = (
        'filters:\n  and:\n    - file.hasTag("book")\nformulas:\n  x: a + b\n'
        "views:\n  - type: table\n    name: To read\n  - type: cards\n    name: Covers\n  - {}\n"
    )
    document = note(tmp_path, content, "Books.base")
    assert (document.title, document.body) == ("Books", "To read\nCovers")
    assert len(document.blocks) == 2
    assert note(tmp_path, "", "Empty.base").body == ""


@pytest.mark.parametrize("content", ["a: [", "a: b: c", "views: " + "[" * 10_000])
def test_what_is_no_base_is_skipped(content: str) -> None:
    with pytest.raises(EntrySkipped) as skipped:
        read_view_names(ENTRY, b"", Decoded(content), VaultSettings())
    assert skipped.value.reason == SkipReason.MALFORMED

"""A canvas (JSON Canvas 1.0) or a base to a document."""

from dataclasses import replace

import yaml

from asterisk_search.errors import EntrySkipped
from asterisk_search.records import (
    Block,
    BlockKind,
    Document,
    Entry,
    Link,
    LinkKind,
    SkipReason,
)
from asterisk_search.sources.files import Decoded, modified
from asterisk_search.sources.notes import demotion, stated_date, title_of
from asterisk_search.sources.settings import VaultSettings, parse_json
from asterisk_search.text.blocks import Piece, assemble
from asterisk_search.text.frontmatter import load_mapping
from asterisk_search.text.lines import clean_text
from asterisk_search.text.links import markdown_link
from asterisk_search.text.markdown import Markdown, read_markdown
from asterisk_search.text.tags import unique_tags


def read_canvas(entry: Entry, digest: bytes, decoded: Decoded, settings: VaultSettings) -> Document:
    """Return the document of a canvas: its cards in reading order, then labels of its edges.

    Lines mean nothing to the reader of a canvas; all blocks stand on line 1.

    Raises:
        EntrySkipped: it is not JSON, or not the object the format asks for.
    """
    canvas = _canvas(decoded.text)
    nodes = sorted(_objects(canvas.get("nodes")), key=_place)
    cards = [read_markdown(_text(node, "text")) for node in nodes if node.get("type") == "text"]
    labels = [_text(node, "label") for node in nodes if node.get("type") == "group"]
    labels += [_text(edge, "label") for edge in _objects(canvas.get("edges"))]
    body, blocks = _joined(cards, [" ".join(label.split()) for label in labels])
    links = [replace(link, line=1) for card in cards for link in card.links]
    return Document(
        entry=entry,
        digest=digest,
        title=title_of(entry.path),
        body=body,
        blocks=blocks,
        tags=unique_tags(tag for card in cards for tag in card.tags),
        links=(*links, *_node_links(nodes)),
        date=stated_date(entry.path, (), settings),
        modified=modified(entry.stamp),
        demoted=demotion(entry.path, settings),
        warnings=(decoded.warning,) if decoded.warning else (),
    )


def read_view_names(
    entry: Entry, digest: bytes, decoded: Decoded, settings: VaultSettings
) -> Document:
    """Return the document of a base: the names of its views; filters and formulas are not prose.

    Raises:
        EntrySkipped: it is not YAML.
    """
    try:
        content = load_mapping(clean_text(decoded.text))
    except (yaml.YAMLError, ValueError) as error:
        raise EntrySkipped(SkipReason.MALFORMED, "not YAML") from error
    names = [_text(view, "name") for view in _objects(content.get("views"))]
    pieces = [Piece(BlockKind.LIST, name, 1, 1, run=1) for name in names if name]
    body, blocks = assemble(pieces)
    return Document(
        entry=entry,
        digest=digest,
        title=title_of(entry.path),
        body=body,
        blocks=blocks,
        date=stated_date(entry.path, (), settings),
        modified=modified(entry.stamp),
        demoted=demotion(entry.path, settings),
    )


def _canvas(text: str) -> dict[str, object]:
    if not text.strip():
        return {}  # a canvas that was just made is an empty file
    try:
        value = parse_json(text)
    except ValueError as error:
        raise EntrySkipped(SkipReason.MALFORMED, f"not JSON: {error}"[:200]) from error
    if not isinstance(value, dict):
        raise EntrySkipped(SkipReason.MALFORMED, "not a JSON object")
    return value


def _objects(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(item: dict[str, object], key: str) -> str:
    value = item.get(key)
    return clean_text(value).strip() if isinstance(value, str) else ""


def _place(node: dict[str, object]) -> tuple[float, float]:
    """Reading order: from top to bottom, then from left to right."""
    return _number(node.get("y")), _number(node.get("x"))


def _number(value: object) -> float:
    if isinstance(value, int | float) and abs(value) < 1e15:
        return float(value)
    return 0.0


def _joined(cards: list[Markdown], labels: list[str]) -> tuple[str, tuple[Block, ...]]:
    parts: list[str] = []
    blocks: list[Block] = []
    offset = 0
    for card in cards:
        if not card.body:
            continue
        for block in card.blocks:
            start, end = block.start + offset, block.end + offset
            blocks.append(replace(block, start=start, end=end, line=1, end_line=1))
        parts.append(card.body)
        offset += len(card.body) + 2
    for label in labels:
        if label:
            blocks.append(Block(offset, offset + len(label), 1, 1, BlockKind.PROSE))
            parts.append(label)
            offset += len(label) + 2
    return "\n\n".join(parts), tuple(blocks)


def _node_links(nodes: list[dict[str, object]]) -> list[Link]:
    links = []
    for node in nodes:
        if node.get("type") == "file" and _text(node, "file"):
            subpath = _text(node, "subpath").lstrip("#")
            links.append(Link(LinkKind.EMBED, _text(node, "file"), subpath, "", 1))
        elif node.get("type") == "link" and _text(node, "url"):
            links.append(replace(markdown_link(_text(node, "url"), ""), line=1))
    return links

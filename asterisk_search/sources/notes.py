"""One Markdown file to a document."""

import re
from dataclasses import dataclass

from asterisk_search.records import BlockKind, Document, Entry, Kind, Link, LinkKind, Stamp
from asterisk_search.sources.files import Decoded, modified
from asterisk_search.sources.ignoring import is_conflict_copy, lies_in, without_conflict_mark
from asterisk_search.sources.settings import VaultSettings
from asterisk_search.text.blocks import Piece
from asterisk_search.text.dates import iso_date
from asterisk_search.text.drawing import board_text, drawing_text, is_drawing
from asterisk_search.text.frontmatter import Properties, read_properties
from asterisk_search.text.lines import clean_text
from asterisk_search.text.links import URL, WIKILINK, trim_url, wikilink, without_links
from asterisk_search.text.markdown import Markdown, read_markdown
from asterisk_search.text.tags import tag_name, unique_tags

_DATE_PROPERTIES = ("date", "day", "created", "date created", "created-at", "published")
_NAMES = frozenset({"tags", "tag", "aliases", "alias", "title"})
_SETTINGS = re.compile(
    r"(?:cssclass(?:es)?|publish|permalink|banner.*|cover|image|excalidraw-.*|kanban-plugin|uid"
    r"|position)(?:\..*)?"
)
_TEMPLATE = re.compile(r"<%|\{\{")
_SEPARATORS = re.compile(r"[,\s]+")
_EXTENSION = re.compile(r"\.(?:md|canvas|base)$", re.IGNORECASE)
_DRAWING = re.compile(r"(?<=[^/])\.excalidraw(?=\.md$)", re.IGNORECASE)


def title_of(path: str) -> str:
    """Return the name a document goes by: that of its file, for a drawing without its mark."""
    return _file_name(_DRAWING.sub("", path))


def _file_name(path: str) -> str:
    """Return the name by which links in Obsidian refer to a file."""
    return _EXTENSION.sub("", path.rsplit("/", 1)[-1])


def demotion(path: str, settings: VaultSettings) -> str:
    """Return why a document should rank below others, or an empty string."""
    if is_conflict_copy(path):
        return "conflict copy"
    return "template" if lies_in(path, settings.templates) else ""


def stated_date(
    path: str, properties: tuple[tuple[str, str], ...], settings: VaultSettings
) -> str | None:
    """Return the date a document gives itself: property, file name, daily-note pattern.

    The order is that of Dataview (``file.day``), with the vault's own pattern behind it.
    """
    for name in _DATE_PROPERTIES:
        for key, value in properties:
            found = iso_date(value) if key == name else None
            if found:
                return found
    return iso_date(without_conflict_mark(title_of(path))) or next(
        (found for daily in settings.daily if (found := daily.date(path))), None
    )


@dataclass(frozen=True, slots=True)
class _Front:
    """A note's text behind its properties, and the properties."""

    properties: Properties
    head: tuple[str, ...]
    body: str


def read_note(entry: Entry, digest: bytes, decoded: Decoded, settings: VaultSettings) -> Document:
    """Return the document of a Markdown file."""
    front = _front(decoded.text)
    properties = front.properties
    first_line = properties.lines + 1
    markdown = read_markdown(front.body, first_line, _hidden(properties))
    title = title_of(entry.path)
    fields = (*properties.values, *markdown.fields)
    return Document(
        entry=entry,
        digest=digest,
        title=title,
        body=markdown.body,
        blocks=markdown.blocks,
        aliases=_aliases(title, (_file_name(entry.path),), properties, markdown),
        tags=unique_tags((*_tags(properties), *markdown.tags)),
        links=(*_property_links(front.head), *markdown.links),
        properties=tuple((key, without_links(value)) for key, value in fields),
        block_ids=markdown.block_ids,
        date=stated_date(entry.path, properties.values, settings),
        modified=modified(entry.stamp),
        demoted=demotion(entry.path, settings),
        warnings=_warnings(decoded, properties, markdown),
    )


def loose_note(text: str) -> Document:
    """Return the document of a Markdown text that lies nowhere and has no name."""
    entry = Entry(b"", "", Kind.NOTE, Stamp(0, 0, 0, 0))
    return read_note(entry, b"", Decoded(text), VaultSettings())


def _front(text: str) -> _Front:
    text = clean_text(text)
    properties = read_properties(text)
    if not properties.lines:
        return _Front(properties, (), text)
    lines = text.split("\n", properties.lines)
    body = lines[properties.lines] if len(lines) > properties.lines else ""
    if is_drawing(properties.values):
        body = drawing_text(body)
    elif properties.all("kanban-plugin"):
        body = board_text(body)
    return _Front(properties, tuple(lines[: properties.lines]), body)


def _tags(properties: Properties) -> list[str]:
    """A tag of a list may hold a space; in one text, commas and white space part tags."""
    names = []
    for key in ("tags", "tag"):
        for value in properties.all(key):
            several = key in properties.single or value.count("#") > 1
            parts = _SEPARATORS.split(value) if several else [value]
            names += [tag_name(part) for part in parts]
    return names


def _aliases(
    title: str, others: tuple[str, ...], properties: Properties, markdown: Markdown
) -> tuple[str, ...]:
    names: list[str] = []
    for key in ("aliases", "alias"):
        for value in properties.all(key):
            names += value.split(",") if key in properties.single else [value]
    names += [*properties.all("title"), markdown.first_heading]
    found = dict.fromkeys([*(without_links(name).strip() for name in names), *others])
    return tuple(name for name in found if name and name.casefold() != title.casefold())


def _property_links(head: tuple[str, ...]) -> list[Link]:
    found = []
    for number, line in enumerate(head, 1):
        for match in WIKILINK.finditer(line):
            link = wikilink(match[1])
            if link.target:
                found.append(Link(link.kind, link.target, link.subpath, link.text, number))
        for match in URL.finditer(line):
            url = trim_url(match[0])
            found.append(Link(LinkKind.URL, url, "", url, number))
    return found


def _hidden(properties: Properties) -> tuple[Piece, ...]:
    texts = [
        f"{key}: {without_links(value)}"
        for key, value in properties.values
        if key not in _NAMES and not _SETTINGS.fullmatch(key) and not _TEMPLATE.search(value)
    ]
    if not texts:
        return ()
    return (Piece(BlockKind.HIDDEN, "\n".join(texts), 1, properties.lines),)


def _warnings(decoded: Decoded, properties: Properties, markdown: Markdown) -> tuple[str, ...]:
    error = f"frontmatter_error: {properties.error}" if properties.error else ""
    return tuple(text for text in (decoded.warning, error, *markdown.warnings) if text)

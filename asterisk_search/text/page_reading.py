"""From the tags and texts of a web page to its blocks."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from asterisk_search.records import BlockKind
from asterisk_search.text.encodings import repaired
from asterisk_search.text.markup import Tag, tokens
from asterisk_search.text.pages import FEW_WORDS, Page, PageBlock

LARGEST: Final = 5_000_000
"""Characters of a page that are read, embedded pictures and the like not counted."""

_BLANKS = re.compile(
    r"[ \t\r\f\v\u00a0\u200b]*\n[ \t\r\f\v\u00a0\u200b\n]*|[ \t\r\f\v\u00a0\u200b]+"
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main "
    "menu nav ol optgroup option p pre section summary table tbody td tfoot th thead tr ul".split()
)
_CONTAINERS = frozenset(
    "article aside blockquote body button details dialog div fieldset figure footer form header "
    "li main menu nav ol pre section select svg span table template td ul a".split()
)
_NEVER = frozenset("script style noscript iframe textarea xmp noembed title".split())
_UNREAD = frozenset({"template", "svg", "select", "button", "dialog"})
_BOILERPLATE = frozenset({"nav", "footer", "aside", "form"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "dialog", "alertdialog", "search",
                    "complementary", "menu", "menubar"})  # fmt: skip
_ABOUT = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|newsletter|subscribe|subscription|signup|comments?"
    r"|disqus|respond|related|recommended|share|sharing|social|sidebar|breadcrumbs?|pagination"
    r"|promo|advert(?:s|isement)?|popup|modal|skip-link|sf-hidden|noprint|printfooter"
    r"|mw-editsection|toc|navbox|site-header|site-footer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_OPTIONAL_END = {"li": "li", "td": "td"}
_DEEPEST: Final = 2_000
_MOST_LINKS: Final = 300
_LINKED: Final = 0.6
"""Share of a block's letters in links, from which it is a menu rather than text."""


def read_page(source: str) -> Page:
    """The page that an HTML text is; of one that is very long, its beginning."""
    reader = _Reader()
    for token in tokens(source[:LARGEST]):
        if isinstance(token, str):
            reader.text(token)
        else:
            reader.tag(token)
    reader.flush()
    return Page(
        tuple(reader.blocks),
        repaired(" ".join(reader.title.split())),
        repaired(" ".join(reader.description.split())),
        reader.language,
        tuple(reader.links),
    )


@dataclass(frozen=True, slots=True)
class _Open:
    """An element whose end has not come yet, and what it changes for what is in it."""

    name: str
    unread: bool
    aside: bool
    main: bool


@dataclass(slots=True)
class _Reader:
    """The state of reading a page; `_Open` elements above it, one block being written."""

    blocks: list[PageBlock] = field(default_factory=list)
    title: str = ""
    description: str = ""
    language: str = ""
    links: dict[str, None] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    open: Counter[str] = field(default_factory=Counter)
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    heading: int = 0
    headings: list[tuple[int, str]] = field(default_factory=list)
    cells: list[str] | None = None
    row: tuple[bool, bool] = (False, False)
    runs: int = 0
    skipped: str = ""

    def text(self, text: str) -> None:
        """Take a stretch of text."""
        if self.skipped == "title":
            self.title = self.title or text
        elif not self.skipped and not (self.stack and self.stack[-1].unread):
            # Lines of the source mean nothing, except where the text was written in lines.
            self.parts.append(text if self.open["pre"] else text.replace("\n", " "))
            if self.open["a"]:
                self.linked += len(text.strip())

    def tag(self, tag: Tag) -> None:
        """Take a tag."""
        if tag.name in _NEVER:
            self.skipped = "" if tag.closing else tag.name
            return
        if tag.name == "br":
            self.parts.append("\n")
            return
        if tag.name in ("meta", "html"):
            self._about(tag)
        if tag.name in _BLOCKS:
            self._boundary(tag)
        if tag.name in _CONTAINERS:
            self._close(tag.name) if tag.closing else self._open(tag)
        if tag.name in ("ul", "ol", "table", "dl"):
            self.runs += 1

    def _about(self, tag: Tag) -> None:
        attributes = tag.attributes()
        if tag.name == "html":
            self.language = self.language or attributes.get("lang", "")[:35]
        elif attributes.get("name", attributes.get("property", "")).lower() in (
            "description", "og:description",
        ):  # fmt: skip
            self.description = self.description or attributes.get("content", "")[:2_000]

    def _boundary(self, tag: Tag) -> None:
        """A block begins or ends here."""
        if self.cells is not None and tag.name in ("td", "th", "tr", "table"):
            self._cell()
            if tag.name in ("tr", "table"):
                self._end_row()
        else:
            self.flush()
        if tag.name == "tr" and not tag.closing:
            self.cells, self.row = [], self._zone()
        if len(tag.name) == 2 and tag.name[0] == "h" and tag.name[1].isdigit():
            self.heading = 0 if tag.closing else int(tag.name[1])

    def _open(self, tag: Tag) -> None:
        if tag.name in _OPTIONAL_END and self.stack and self.stack[-1].name == tag.name:
            self._close(tag.name)
        if len(self.stack) >= _DEEPEST:
            return
        above = self.stack[-1] if self.stack else _Open("", False, False, False)
        attributes = tag.attributes() if tag.source else {}
        if tag.name == "a":
            self._link(attributes.get("href", ""))
        role = attributes.get("role", "").lower()
        main = above.main or tag.name in ("main", "article") or role in ("main", "article")
        main = main or attributes.get("id") == "readability-page-1"
        named = f"{attributes.get('id', '')} {attributes.get('class', '')}"
        about = tag.name not in ("body", "main", "article") and _ABOUT.search(named) is not None
        aside = about or tag.name in _BOILERPLATE or role in _ROLES
        aside = aside or (tag.name == "header" and not main)
        self.stack.append(
            _Open(tag.name, above.unread or _unread(tag, attributes), above.aside or aside, main)
        )
        self.open[tag.name] += 1

    def _close(self, name: str) -> None:
        if not self.open[name]:
            return
        while self.stack:
            closed = self.stack.pop()
            self.open[closed.name] -= 1
            if closed.name == name:
                return

    def _link(self, href: str) -> None:
        if href.startswith(("http://", "https://")) and len(self.links) < _MOST_LINKS:
            zone = self.stack[-1] if self.stack else None
            if zone is None or not (zone.aside or zone.unread):
                self.links.setdefault(href)

    def _zone(self) -> tuple[bool, bool]:
        top = self.stack[-1] if self.stack else None
        return (top.main, top.aside) if top else (False, False)

    def _cell(self) -> None:
        text = " ".join("".join(self.parts).split())
        self.parts = []
        if text and self.cells is not None:
            self.cells.append(repaired(text))

    def _end_row(self) -> None:
        cells, self.cells = self.cells or [], None
        if cells:
            self._add(BlockKind.TABLE, " | ".join(cells), *self.row)

    def flush(self) -> None:
        """End the block that is being written."""
        if self.cells is not None:
            self.parts.append(" ")  # a paragraph within a cell of a table
            return
        kept = self.open["pre"] > 0
        text = "".join(self.parts)
        self.parts = []
        if not text.strip():
            self.linked = 0
            return
        text = text.strip("\n").rstrip() if kept else _BLANKS.sub(_blank, text).strip()
        text = repaired(text)
        if self.heading and not kept:
            self._head(" ".join(text.split()))
        else:
            self._add(BlockKind.CODE if kept else self._kind(), text, *self._zone())

    def _head(self, text: str) -> None:
        while self.headings and self.headings[-1][0] >= self.heading:
            self.headings.pop()
        main, aside = self._zone()
        if not aside:
            self.headings.append((self.heading, text[:300]))
        self._add(BlockKind.HEADING, text, main, aside)

    def _kind(self) -> BlockKind:
        if self.open["li"]:
            return BlockKind.LIST
        return BlockKind.QUOTE if self.open["blockquote"] else BlockKind.PROSE

    def _add(self, kind: BlockKind, text: str, main: bool, aside: bool) -> None:
        few = kind is not BlockKind.CODE and len(text.split(maxsplit=FEW_WORDS)) <= FEW_WORDS
        linked = few and kind is not BlockKind.HEADING and self.linked >= _LINKED * len(text)
        self.linked = 0
        headings = tuple(name for _, name in self.headings)
        grouped = kind in (BlockKind.LIST, BlockKind.TABLE)
        self.blocks.append(
            PageBlock(kind, text, headings, main, aside, linked, self.runs if grouped else 0)
        )


def _blank(match: re.Match[str]) -> str:
    return "\n" if "\n" in match[0] else " "


def _unread(tag: Tag, attributes: dict[str, str]) -> bool:
    return (
        tag.name in _UNREAD
        or "hidden" in attributes
        or attributes.get("aria-hidden", "").lower() == "true"
        or _INVISIBLE.search(attributes.get("style", "")) is not None
    )

"""The blocks of a note, from markdown-it's tokens to pieces of readable text."""

from collections.abc import Callable
from dataclasses import dataclass, field

from markdown_it.token import Token

from asterisk_search.records import BlockKind, Link, LinkKind
from asterisk_search.text.blocks import Piece
from asterisk_search.text.dialect import block_parser
from asterisk_search.text.html import html_text
from asterisk_search.text.inline import has_marks, parse_inline
from asterisk_search.text.lines import LineMap
from asterisk_search.text.links import markdown_link
from asterisk_search.text.preparing import (
    without_block_ids,
    without_callout_mark,
    without_field_marks,
    without_task_marks,
)
from asterisk_search.text.rendering import Findings, Renderer, Stretch, plain_stretches

UNREAD_CODE = frozenset(
    {
        "base",
        "button",
        "compressed-json",
        "dataview",
        "dataviewjs",
        "query",
        "tasks",
    }
)
"""Languages of code blocks that are instructions to a plug-in, not text of the note."""

_MAX_NESTING = 60
_MAX_SIGNS = 100_000
_SIGNS = "[*_`<&$#:=(^~\\!"


_MARKDOWN = block_parser(_MAX_NESTING)


@dataclass(frozen=True, slots=True)
class Walked:
    """Pieces in the order of the text, and what was found on the way."""

    pieces: tuple[Piece, ...]
    findings: Findings
    first_heading: str
    warnings: tuple[str, ...]


def walk(text: str, first_line: int) -> Walked:
    """Return the pieces of a Markdown text whose first line is ``first_line`` of its file."""
    environment: dict[str, object] = {}
    tokens = _MARKDOWN.parse(text, environment)
    references = environment.get("references")
    walker = _Walker(text, first_line, references if isinstance(references, dict) else {})
    for token in tokens:
        handler = _HANDLERS.get(token.type)
        if handler is not None:
            handler(walker, token)
    walker.definitions()
    warnings = ("markup_limit: part of the note was read as plain text",) if walker.plain else ()
    return Walked(tuple(walker.pieces), walker.findings, walker.first_heading, warnings)


@dataclass(slots=True)
class _Walker:
    text: str
    first_line: int
    references: dict[str, object]
    pieces: list[Piece] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    first_heading: str = ""
    plain: bool = False
    signs: int = 0
    headings: list[tuple[int, str]] = field(default_factory=list)
    heading_level: int = 0
    quotes: int = 0
    lists: int = 0
    run: int = 0
    group: int = 0
    fresh_item: bool = False
    fresh_quote: bool = False
    row: list[str] | None = None
    rows: list[str] = field(default_factory=list)
    table: Token | None = None

    # containers

    def quote_open(self, token: Token) -> None:
        self.quotes += 1
        self.fresh_quote = True
        self._too_deep(token)

    def quote_close(self, _: Token) -> None:
        self.quotes -= 1
        self.fresh_quote = False

    def list_open(self, _: Token) -> None:
        self.lists += 1
        if self.lists == 1:
            self.run += 1

    def list_close(self, _: Token) -> None:
        self.lists -= 1

    def item_open(self, token: Token) -> None:
        self.fresh_item = True
        if self.lists == 1:
            self.group += 1
        self._too_deep(token)

    def item_close(self, _: Token) -> None:
        self.fresh_item = False

    def _too_deep(self, token: Token) -> None:
        """Keep the text of a container too deep for the parser, which passes over it."""
        if token.level + 1 < _MAX_NESTING or token.map is None:
            return
        lines = self.text.split("\n")[token.map[0] : token.map[1]]
        words = "\n".join(line.strip(" \t>-*+") for line in lines).strip()
        self._piece(BlockKind.PROSE, words, self.first_line + token.map[0])
        self.plain = True

    # leaves

    def heading_open(self, token: Token) -> None:
        self.heading_level = int(token.tag[1:])

    def heading_close(self, _: Token) -> None:
        self.heading_level = 0

    def inline(self, token: Token) -> None:
        first = self.first_line + (token.map[0] if token.map else 0)
        lines = LineMap.of(token.content, first)
        stretches = self._read(token.content, lines)
        if self.row is not None:
            self.row.append(" ".join(" ".join(s.text for s in stretches).split()))
        elif self.heading_level and not (self.quotes or self.lists):
            self._heading(stretches, first)
        else:
            for stretch in stretches:
                self._stretch(stretch, lines.last)

    def _stretch(self, stretch: Stretch, last: int) -> None:
        """``last`` bounds the lines: an HTML break in a text looks like one of the file's."""
        kind = BlockKind.MATH if stretch.display else self._kind()
        line = min(stretch.line, last)
        self._piece(kind, stretch.text, line, min(line + stretch.text.count("\n"), last))

    def _read(self, source: str, lines: LineMap) -> list[Stretch]:
        source = without_block_ids(source, lines, self.findings)
        if self.fresh_quote:
            source = without_callout_mark(source)
        if self.fresh_item:
            source = without_task_marks(source)
        self.fresh_item = self.fresh_quote = False
        self.signs += sum(map(source.count, _SIGNS))
        if self.signs > _MAX_SIGNS:
            self.plain = True
            return [Stretch(source.strip(), lines.first)]
        source = without_field_marks(source, self.findings)
        if not has_marks(source):
            return plain_stretches(source, lines.first)
        tokens = parse_inline(source, self.references)
        return Renderer(self.findings, lines).render(tokens)

    def _heading(self, stretches: list[Stretch], line: int) -> None:
        text = " ".join(" ".join(s.text for s in stretches).split())
        while self.headings and self.headings[-1][0] >= self.heading_level:
            self.headings.pop()
        if not text:
            return
        if self.heading_level == 1 and not self.first_heading:
            self.first_heading = text
        self.headings.append((self.heading_level, text))
        self._piece(BlockKind.HEADING, text, line)

    def _kind(self) -> BlockKind:
        if self.lists:
            return BlockKind.LIST
        return BlockKind.QUOTE if self.quotes else BlockKind.PROSE

    def code(self, token: Token) -> None:
        language = token.info.strip().partition(" ")[0].partition("{")[0].lower()
        if language in UNREAD_CODE:
            return
        content = "\n".join(line.rstrip() for line in token.content.split("\n")).strip("\n")
        text = f"{language}\n{content}" if language and content else content
        self._mapped(BlockKind.CODE, text, token)

    def math(self, token: Token) -> None:
        self._mapped(BlockKind.MATH, token.content.strip(), token)

    def html(self, token: Token) -> None:
        text, hrefs = html_text(token.content)
        self._mapped(self._kind(), text, token)
        for href in hrefs:
            line = self.first_line + (token.map[0] if token.map else 0)
            self.findings.add_link(markdown_link(href, ""), line)

    def _mapped(self, kind: BlockKind, text: str, token: Token) -> None:
        start, end = token.map or [0, 1]
        self._piece(kind, text, self.first_line + start, self.first_line + max(start, end - 1))

    def _piece(self, kind: BlockKind, text: str, line: int, end_line: int = 0) -> None:
        if not text.strip():
            return
        listed = self.lists > 0
        self.pieces.append(
            Piece(
                kind,
                text,
                line,
                end_line or line + text.count("\n"),
                tuple(name for _, name in self.headings),
                self.group if listed else 0,
                self.run if listed else 0,
            )
        )

    # tables

    def table_open(self, token: Token) -> None:
        self.table, self.rows = token, []

    def row_open(self, _: Token) -> None:
        self.row = []

    def row_close(self, _: Token) -> None:
        cells, self.row = self.row or [], None
        if any(cells):
            self.rows.append(" | ".join(cells).strip(" |"))

    def table_close(self, _: Token) -> None:
        if self.table is not None:
            self._mapped(BlockKind.TABLE, "\n".join(self.rows), self.table)

    def definitions(self) -> None:
        """Record the addresses of link definitions that no link of the note uses."""
        used = {link.target for link in self.findings.links}
        for label, entry in self.references.items():
            if not isinstance(entry, dict) or entry.get("href") in used:
                continue
            start = self.first_line + (entry.get("map") or [0, 0])[0]
            link = markdown_link(str(entry.get("href", "")), str(entry.get("title", "")))
            self.findings.add_link(link, start)
            if link.kind is not LinkKind.URL:
                self._definition(label, link, start)

    def _definition(self, label: str, link: Link, line: int) -> None:
        """Keep ``[label]: word`` findable: it may have been meant as text."""
        text = f"{label}: {link.target} {link.text}".strip()
        self.pieces.append(Piece(BlockKind.HIDDEN, text, line, line))


_HANDLERS: dict[str, Callable[[_Walker, Token], None]] = {
    "blockquote_open": _Walker.quote_open,
    "blockquote_close": _Walker.quote_close,
    "bullet_list_open": _Walker.list_open,
    "bullet_list_close": _Walker.list_close,
    "ordered_list_open": _Walker.list_open,
    "ordered_list_close": _Walker.list_close,
    "list_item_open": _Walker.item_open,
    "list_item_close": _Walker.item_close,
    "heading_open": _Walker.heading_open,
    "heading_close": _Walker.heading_close,
    "inline": _Walker.inline,
    "fence": _Walker.code,
    "code_block": _Walker.code,
    "math_block": _Walker.math,
    "html_block": _Walker.html,
    "table_open": _Walker.table_open,
    "table_close": _Walker.table_close,
    "tr_open": _Walker.row_open,
    "tr_close": _Walker.row_close,
}

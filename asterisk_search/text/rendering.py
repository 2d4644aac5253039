"""Inline tokens to readable text, and what else they say: links, tags, fields."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from asterisk_search.records import Link, LinkKind
from asterisk_search.text.html import HtmlText
from asterisk_search.text.lines import LineMap
from asterisk_search.text.links import image_alt, markdown_link, without_links

_TEXT = frozenset({"text", "text_special"})
"""The special ones are escaped signs and entities."""

_BLANKS = re.compile(r"[ \t]{2,}")
_MAX_NAME = 300
"""A label longer than this is a passage, not the text of a link."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rendered text, or (``display``) the source of a display formula, and its first line."""

    text: str
    line: int
    display: bool = False


@dataclass(slots=True)
class Findings:
    """What a note refers to and says of itself, gathered block by block."""

    links: list[Link] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    block_ids: list[tuple[str, int]] = field(default_factory=list)

    def add_field(self, key: str, value: str) -> None:
        """Record an inline field under its normal form (lower case, hyphens for spaces)."""
        name = "-".join(key.strip().strip("*_").lower().split())
        if name and value.strip():
            self.fields.append((name, without_links(value.strip())))

    def add_link(self, link: Link, line: int) -> None:
        """Record a link, unless it stays inside its own note."""
        if link.target:
            self.links.append(replace(link, line=line))


class Renderer:
    """Renders the tokens of one block."""

    def __init__(self, findings: Findings, lines: LineMap) -> None:
        self._findings = findings
        self._lines = lines
        self._out: list[str] = []
        self._done: list[Stretch] = []
        self._line = lines.first
        self._open: list[tuple[Token, int]] = []
        self._html = HtmlText("")

    def render(self, tokens: list[Token]) -> list[Stretch]:
        """Return the text in order; what the tokens say besides goes to the findings."""
        self._html = HtmlText("".join(t.content for t in tokens if t.type == "html_inline"))
        for token in tokens:
            if token.type in _TEXT:
                if self._html.reading:
                    self._out.append(token.content)
            else:
                handler = _HANDLERS.get(token.type)
                if handler is not None:
                    handler(self, token)
        for href in self._html.hrefs:
            self._findings.add_link(markdown_link(href, ""), self._lines.first)
        self._flush()
        return self._done

    def _flush(self) -> None:
        text = "".join(self._out)
        self._out = []
        stripped = text.strip()
        if stripped:
            skipped = text.count("\n", 0, len(text) - len(text.lstrip()))
            self._done.append(Stretch(_squeeze(stripped), self._line + skipped))

    def _break(self, _: Token) -> None:
        self._out.append("\n")

    def _code(self, token: Token) -> None:
        if not token.content.startswith(("= ", "$=")):  # Dataview's inline queries
            self._out.append(token.content)

    def _link_open(self, token: Token) -> None:
        self._open.append((token, len(self._out)))

    def _link_close(self, _: Token) -> None:
        opening, start = self._open.pop()
        text = "".join(self._out[start:]).strip()[:_MAX_NAME]
        link = markdown_link(str(opening.attrs.get("href", "")), text)
        self._findings.add_link(link, self._lines.line(opening.meta.get("at", 0)))

    def _image(self, token: Token) -> None:
        alt = image_alt(" ".join("".join(_plain(token)).split()))
        link = markdown_link(str(token.attrs.get("src", "")), alt, embed=True)
        self._findings.add_link(link, self._lines.line(token.meta.get("at", 0)))
        self._out.append(alt)

    def _reference(self, token: Token) -> None:
        link: Link = token.meta["link"]
        self._findings.add_link(link, self._lines.line(token.meta["at"]))
        self._out.append(link.text)

    def _url(self, token: Token) -> None:
        url = token.meta["url"]
        line = self._lines.line(token.meta["at"])
        self._findings.add_link(Link(LinkKind.URL, url, "", url), line)
        self._out.append(url)

    def _tag(self, token: Token) -> None:
        self._findings.tags.append(token.meta["name"])
        self._out.append(token.meta["text"])

    def _field(self, token: Token) -> None:
        self._findings.add_field(token.meta["key"], token.meta["value"])
        self._out.append(f"{token.meta['key'].strip()}: ")

    def _words(self, token: Token) -> None:
        self._out.append(token.meta["text"])

    def _display(self, token: Token) -> None:
        self._flush()
        line = self._lines.line(token.meta["at"])
        source: str = token.meta["source"]
        lead = source[: len(source) - len(source.lstrip())].count("\n")
        if source.strip():
            self._done.append(Stretch(source.strip(), line + lead, display=True))
        self._line = line + source.count("\n")

    def _html_inline(self, token: Token) -> None:
        self._out.append(self._html.tag(token.content))


def plain_stretches(source: str, line: int) -> list[Stretch]:
    """Return what rendering text without any mark comes to: its lines, each trimmed."""
    text = source.strip()
    if not text:
        return []
    skipped = source.count("\n", 0, len(source) - len(source.lstrip()))
    if "\n" in text:
        text = "\n".join(part.strip(" \t") for part in text.split("\n"))
    return [Stretch(_squeeze(text), line + skipped)]


def _plain(token: Token) -> list[str]:
    """Texts of the tokens inside an image's brackets, which may hold images again."""
    texts, waiting = [], [token]
    while waiting:
        current = waiting.pop()
        if current.type == "reference":
            texts.append(current.meta["link"].text)
        elif current.children:
            waiting.extend(reversed(current.children))
        else:
            meta = current.meta or {}
            texts.append(current.content or str(meta.get("text") or meta.get("url") or ""))
    return texts


def _squeeze(text: str) -> str:
    return _BLANKS.sub(" ", text) if "  " in text or "\t" in text else text


_HANDLERS: dict[str, Callable[[Renderer, Token], None]] = {
    "softbreak": Renderer._break,
    "hardbreak": Renderer._break,
    "code_inline": Renderer._code,
    "link_open": Renderer._link_open,
    "link_close": Renderer._link_close,
    "image": Renderer._image,
    "reference": Renderer._reference,
    "url": Renderer._url,
    "tag": Renderer._tag,
    "field": Renderer._field,
    "words": Renderer._words,
    "display": Renderer._display,
    "html_inline": Renderer._html_inline,
}

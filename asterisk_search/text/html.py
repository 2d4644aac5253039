"""The words of an HTML fragment inside a note."""

import re
from dataclasses import dataclass, field

from asterisk_search.text.markup import unescape

_COMMENT = ("<!--", "-->")
_TAG = re.compile(
    r"<(/?)([A-Za-z][\w:-]*)((?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)>|<[!?][^<>]*+>", re.ASCII
)
_ATTRIBUTE = re.compile(
    r"\b(alt|title|href)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
_UNREAD = frozenset({"script", "style"})
_BREAKING = frozenset(
    "address article aside blockquote br dd details div dl dt figcaption figure footer h1 h2 h3 h4 "
    "h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
    "".split()
)
_BLANKS = re.compile(r"[ \t]*\n\s*")


@dataclass(slots=True)
class HtmlText:
    """Collects readable text tag by tag; ``source`` holds all the tags that will come."""

    source: str
    hrefs: list[str] = field(default_factory=list)
    _unread: str = ""
    _closed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.source:
            source = self.source.lower()
            self._closed = frozenset(name for name in _UNREAD if f"</{name}" in source)

    def tag(self, source: str) -> str:
        """Return what one tag contributes: a line break, or its ``alt`` and ``title``."""
        match = _TAG.fullmatch(source)
        return self._contribution(match) if match else ""

    @property
    def reading(self) -> bool:
        """Whether text here is shown, not the inside of a script or a style sheet."""
        return not self._unread

    def _contribution(self, match: re.Match[str]) -> str:
        name = (match[2] or "").lower()
        if self._unread:
            self._unread = "" if match[1] and name == self._unread else self._unread
            return ""
        if name in self._closed and not match[1]:
            self._unread = name
            return ""
        words = self._attributes(match[3]) if match[3] else ""
        return ("\n" if name in _BREAKING else "") + words

    def _attributes(self, source: str) -> str:
        words = []
        for match in _ATTRIBUTE.finditer(source):
            value = unescape(match[2] or match[3] or match[4] or "").strip()
            if match[1].lower() == "href":
                self.hrefs.append(value)
            elif value:
                words.append(f" {value} ")
        return "".join(words)

    def fragment(self) -> str:
        """Return the text of the whole source: no tags, scripts or style sheets."""
        source = self.source
        out: list[str] = []
        position = 0
        for match in _TAG.finditer(source):
            if self.reading:
                out.append(unescape(source[position : match.start()]))
            out.append(self._contribution(match))
            position = match.end()
        if self.reading:
            out.append(unescape(source[position:]))
        return _BLANKS.sub("\n", "".join(out)).strip()


def without_comments(source: str) -> str:
    """Return HTML without its comments; one that is never closed runs to the end (HTML 5)."""
    out, position = [], 0
    while (start := source.find(_COMMENT[0], position)) >= 0:
        out.append(source[position:start])
        end = source.find(_COMMENT[1], start + len(_COMMENT[0]))
        if end < 0:
            return "".join(out)
        position = end + len(_COMMENT[1])
    out.append(source[position:])
    return "".join(out)


def html_text(source: str) -> tuple[str, tuple[str, ...]]:
    """Return the readable text of an HTML block and the addresses its links name."""
    reader = HtmlText(without_comments(source))
    text = reader.fragment()
    return text, tuple(reader.hrefs)

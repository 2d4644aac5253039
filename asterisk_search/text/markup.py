"""HTML as a stream of tags and texts, in time and memory proportional to its length.

Archived pages are hostile input. Parsers that build a tree were tried: one lost all text below 256
levels, one took minutes for 200,000 levels, both took a quarter of a minute for a tag of 100,000
attributes. What is needed here, text block by block, needs no tree.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape as _unescape
from typing import Final

_COMMENT = "<!--"
_ENDLESS_REFERENCE = re.compile(r"&#[xX]?[0-9A-Fa-f]{9,}+;?")
_TAG = re.compile(
    r"<(/?)([A-Za-z][^\s/>]*+)((?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+)>|<[!?/][^>]*+>",
)
_LENIENT = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)([^>]*+)>|<[!?/][^>]*+>")
_ATTRIBUTE = re.compile(
    r"([^\s\"'<>/=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?+"
)
_WANTED = frozenset(
    "id class role href hidden style aria-hidden lang name property content".split()
)
_RAW = frozenset({"script", "style", "textarea", "title", "noscript", "xmp", "iframe", "noembed"})
"""Elements whose content is text up to their own end tag, whatever it looks like (HTML 5)."""

_MOST_DOUBTS: Final = 100
"""Tags that were not closed as they should be, after which quotes no longer count."""
_MOST_ATTRIBUTES: Final = 50


def unescape(text: str) -> str:
    """Return text with character references resolved; one to no character is a replacement sign.

    The standard library raises ValueError for a number of thousands of digits.
    """
    if "&" not in text:
        return text
    return _unescape(_ENDLESS_REFERENCE.sub("\N{REPLACEMENT CHARACTER}", text))


@dataclass(frozen=True, slots=True)
class Tag:
    """``<name …>`` or ``</name>``; of the attributes only those that say something here."""

    name: str
    closing: bool
    source: str = ""

    def attributes(self) -> dict[str, str]:
        """Names in lower case and values; the first of several of one name counts."""
        found: dict[str, str] = {}
        for number, match in enumerate(_ATTRIBUTE.finditer(self.source)):
            if number >= _MOST_ATTRIBUTES:
                break
            name = match[1].lower()
            if name in _WANTED and name not in found:
                found[name] = unescape(match[2] or match[3] or match[4] or "")
        return found


def tokens(source: str) -> Iterator[Tag | str]:
    """Yield the tags of an HTML text and the texts between them, with characters unescaped.

    The content of an element such as ``script`` comes as one text between its two tags.
    """
    reader = _Reader(source)
    position = 0
    while position < len(source):
        start = source.find("<", position)
        if start < 0:
            yield unescape(source[position:])
            return
        if start > position:
            yield unescape(source[position:start])
        position = start
        if source.startswith(_COMMENT, position):
            position = reader.after_comment(position)
            continue
        match = reader.tag(position)
        if match is None:
            yield "<"
            position += 1
            continue
        position = match.end()
        if match[2]:
            tag = Tag(match[2].lower(), bool(match[1]), match[3])
            yield tag
            if tag.name in _RAW and not tag.closing:
                end = reader.end_of(tag.name, position)
                content = source[position:end]
                yield unescape(content) if tag.name in ("title", "textarea") else content
                position = end


class _Reader:
    """Looks ahead, and remembers what it did not find, so as not to look for it again."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._doubts = 0
        self._unclosed: set[str] = set()

    def tag(self, position: int) -> re.Match[str] | None:
        """The tag at ``position``; ``None`` for a sign that begins none."""
        if self._doubts < _MOST_DOUBTS:
            match = _TAG.match(self._source, position)
            if match is not None:
                return match
            if not self._source[position + 1 : position + 2].strip():
                return None
            self._doubts += 1
        if ">" in self._unclosed:
            return None
        match = _LENIENT.match(self._source, position)
        if match is None and self._source.find(">", position) < 0:
            self._unclosed.add(">")
        return match

    def after_comment(self, position: int) -> int:
        """Where the comment at ``position`` ends; one that is never closed runs to the end."""
        if self._source.startswith(("<!-->", "<!--->"), position):
            return self._source.index(">", position) + 1
        end = self._source.find("-->", position + len(_COMMENT))
        return len(self._source) if end < 0 else end + len("-->")

    def end_of(self, name: str, position: int) -> int:
        """Where the end tag of an element with raw content begins; here, if there is none."""
        if name in self._unclosed:
            return position
        match = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(self._source, position)
        if match is None:
            self._unclosed.add(name)
            return position
        return match.start()

"""What a note holds that is not Markdown, taken out line by line before Markdown is parsed.

``%%`` comments, Templater commands, ``data:`` addresses and the fences of Admonition blocks go;
every line keeps its number. Code is left alone.
"""

import re
from dataclasses import dataclass, field

_DATA_URI = re.compile(r"\bdata:[\w.+-]+/[\w.+-]+(?:;[\w=.+-]+)*,[A-Za-z0-9+/=%_.~-]*")
_FENCE = re.compile(r"([\s>]*)(?:(?:[-*+]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})([^\n]*)")
_MARK = re.compile(r"%%|<%|`+")
_ADMONITION_KEY = re.compile(r"[\s>]*(title|collapse|icon|color)\s*:\s*(.*)")
_TABLE_LINKS = re.compile(r"^[ \t>]*\|.*\[\[.*$", re.MULTILINE)
_TABLE_LINK = re.compile(r"(\[\[[^\[\]\n|]*[^\[\]\n|\\])\|")
_CODE_AWARE_LENGTH = 32_768
"""Longer lines are data: Dataview leaves them alone too, and so does the search for code spans."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A ``%%`` comment and the lines it stands on, counted from 0."""

    line: int
    end_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Masked:
    """Text that is Markdown alone, line for line, and the comments that were in it."""

    text: str
    comments: tuple[Comment, ...] = ()


def mask(text: str) -> Masked:
    """Return ``text`` without what is not Markdown; its lines keep their numbers.

    A comment that is never closed runs to the end when it opens its line (Obsidian help,
    "Comments"); in the middle of a sentence the two signs are taken for text.
    """
    if "data:" in text:
        text = _DATA_URI.sub("", text)
    if "[[" in text and "|" in text:
        text = _TABLE_LINKS.sub(lambda row: _TABLE_LINK.sub(r"\1\\|", row[0]), text)
    if not any(sign in text for sign in ("%%", "<%", "```ad-", "~~~ad-")):
        return Masked(text)
    return _Masker(text.split("\n")).run()


@dataclass(slots=True)
class _Masker:
    lines: list[str]
    out: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    fence: tuple[str, bool] | None = None
    admonitions: list[str] = field(default_factory=list)
    heading_admonition: bool = False
    closer: str = ""
    hidden: list[str] = field(default_factory=list)
    opened: int = 0

    def run(self) -> Masked:
        last = {
            closer: max((n for n, line in enumerate(self.lines) if closer in line), default=-1)
            for closer in ("%%", "%>")
        }
        for number, line in enumerate(self.lines):
            self.out.append(self._line(number, line, last))
        if self.closer:
            self._close(len(self.lines) - 1)
        return Masked("\n".join(self.out), tuple(self.comments))

    def _line(self, number: int, line: str, last: dict[str, int]) -> str:
        if self.closer:
            return self._resume(number, line, last)
        if self.fence is not None:
            return self._in_code(number, line, last)
        match = _FENCE.match(line)
        if match:
            return self._at_fence(line, match)
        if self.heading_admonition:
            key = _ADMONITION_KEY.match(line)
            if key:
                return key[2] if key[1] == "title" else ""
            self.heading_admonition = False
        return self._text(number, line, 0, last)

    def _in_code(self, number: int, line: str, last: dict[str, int]) -> str:
        marker, quoted = self.fence or ("", False)
        if quoted and not line.lstrip().startswith(">"):
            self.fence = None  # a fence ends with the quote that holds it (CommonMark, 4.5)
            return self._line(number, line, last)
        match = _FENCE.match(line)
        if match and _closes(marker, match):
            self.fence = None
        return line

    def _at_fence(self, line: str, match: re.Match[str]) -> str:
        marker, info = match[2], match[3].strip()
        if self.admonitions and not info and _closes(self.admonitions[-1], match):
            self.admonitions.pop()
            return match[1]
        if info.lower().startswith("ad-"):
            self.admonitions.append(marker)
            self.heading_admonition = True
            return match[1]
        if marker[0] == "~" or "`" not in info:
            self.fence = (marker, ">" in match[1])
        return line

    def _text(self, number: int, line: str, position: int, last: dict[str, int]) -> str:
        kept = [] if position else [""]
        while match := _MARK.search(line, position):
            kept.append(line[position : match.start()])
            if match[0][0] == "`":
                position = _after_code(line, match)
                kept.append(line[match.start() : position])
                continue
            closer = "%%" if match[0] == "%%" else "%>"
            end = line.find(closer, match.end())
            if end >= 0:
                self._hide(number, closer, line[match.end() : end])
                position = end + 2
            elif self._opens(number, line[: match.start()], closer, last):
                self.closer, self.opened = closer, number
                self.hidden = [line[match.end() :]]
                return "".join(kept).rstrip()
            else:
                kept.append(match[0])
                position = match.end()
        kept.append(line[position:])
        return "".join(kept)

    def _opens(self, number: int, before: str, closer: str, last: dict[str, int]) -> bool:
        if closer == "%>":
            return last[closer] > number
        if not before.strip(" \t>-*+"):
            return True
        for index in range(number + 1, len(self.lines)):
            if closer in self.lines[index]:
                return True
            if not self.lines[index].strip():
                return False
        return False

    def _resume(self, number: int, line: str, last: dict[str, int]) -> str:
        end = line.find(self.closer)
        if end < 0:
            self.hidden.append(line)
            return ""
        self.hidden.append(line[:end])
        self._close(number)
        return self._text(number, line, end + 2, last)

    def _close(self, number: int) -> None:
        if self.closer == "%%":
            text = "\n".join(self.hidden).strip()
            self.comments.append(Comment(self.opened, number, text))
        self.closer, self.hidden = "", []

    def _hide(self, number: int, closer: str, text: str) -> None:
        if closer == "%%" and text.strip():
            self.comments.append(Comment(number, number, text.strip()))


def _closes(marker: str, match: re.Match[str]) -> bool:
    return match[2][0] == marker[0] and len(match[2]) >= len(marker) and not match[3].strip()


def _after_code(line: str, opening: re.Match[str]) -> int:
    """Return where the code span ends that a run of backticks opens, or where the run ends."""
    if len(line) > _CODE_AWARE_LENGTH:
        return opening.end()
    ticks = opening[0]
    position = opening.end()
    while (start := line.find(ticks, position)) >= 0:
        end = start + len(ticks)
        while end < len(line) and line[end] == "`":
            end += 1
        if end - start == len(ticks):
            return end
        position = end
    return opening.end()

"""Text as every other module of this room expects it."""

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

_SURROGATES = re.compile(r"[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Return ``text`` with ``\\n`` line ends, in NFC, without NUL and lone surrogates.

    NUL would end a text early in SQLite, and a lone surrogate cannot be encoded at all. The three
    line ends are those of CommonMark 0.31, section 2.1; other separators (U+2028, form feed) are
    ordinary characters there and stay.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\0", "")
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))


@dataclass(frozen=True, slots=True)
class LineMap:
    """Which line of the file a position in a stretch of text falls on."""

    breaks: tuple[int, ...]
    first: int

    @classmethod
    def of(cls, text: str, first: int) -> "LineMap":
        """Return the map of a stretch that begins on line ``first``."""
        if "\n" not in text:
            return cls((), first)
        return cls(tuple(match.start() for match in re.finditer("\n", text)), first)

    @property
    def last(self) -> int:
        """The line the stretch ends on."""
        return self.first + len(self.breaks)

    def line(self, position: int) -> int:
        """Return the line of ``position``."""
        return self.first + bisect_left(self.breaks, position)

"""Comparing names, tags and paths the way people do: case and Unicode form do not matter."""

import re
import unicodedata
from typing import Final

MARKS: Final = (
    "\u0300-\u036f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # vowels and accents of Hebrew
    "\u0610-\u061a\u0640\u064b-\u0652\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
)
"""What is written over and under Latin, Greek, Cyrillic, Hebrew and Arabic letters and may be left
out: a class of a regular expression. Marks that make another letter (か, が; Indic vowels) are no
part of it."""
_MARK: Final = re.compile(f"[{MARKS}]+")
_LOWER: Final = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i",
    "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss",
}  # fmt: skip
_LETTERS: Final = _LOWER | {"ẞ": "SS"} | {
    one.upper(): typed.upper() for one, typed in _LOWER.items() if one not in "ıß"
}  # fmt: skip
"""Letters that Unicode does not take apart, and what is typed where the keyboard lacks them."""


def fold(text: str) -> str:
    """``text`` case-folded in NFC, so that é typed in two ways and Raft/raft are equal."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def plain(text: str) -> str:
    """``text`` folded and without accents: the key of a name, as people type it from memory."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFC", without_marks(folded))


def without_marks(text: str) -> str:
    """``text`` without accents and vowel signs that may be left out, unless a letter and its mark
    are one character; with letters that many keyboards have in place of those that few have."""
    text = _MARK.sub("", text)
    for letter, typed in _LETTERS.items():  # ten times as fast as a regular expression
        text = text.replace(letter, typed)
    return text


def tag_key(tag: str) -> str:
    """The key under which a tag is stored and asked for: ``#Area/Work/`` -> ``area/work``."""
    return plain(tag.strip().lstrip("#").strip("/").strip())


def folder_key(folder: str) -> str:
    """The key of a folder inside a source, without leading or trailing separators."""
    key = plain(folder.strip().replace("\\", "/").removeprefix("./").strip("/"))
    return "" if key == "." else key


def printable(path: str) -> str:
    """A path that can be printed whatever bytes its name holds: undecodable ones become ``?``."""
    return path.encode("utf-8", "replace").decode("utf-8")


_CONTROLS = dict.fromkeys(
    [*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)],
    "\N{REPLACEMENT CHARACTER}",
)


def visible(text: str) -> str:
    """``text`` without the power to move a terminal's cursor, retitle it or reorder what it shows.

    Names and snippets are other people's bytes. Each control character becomes one visible one, so
    that offsets stay right; undecodable bytes of file names become question marks.
    """
    return printable(text).translate(_CONTROLS)

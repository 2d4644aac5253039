"""Comparing names, tags and paths the way people do: case and Unicode form do not matter."""

import unicodedata


def fold(text: str) -> str:
    """``text`` case-folded in NFC, so that é typed in two ways and Raft/raft are equal."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def tag_key(tag: str) -> str:
    """The key under which a tag is stored and asked for: ``#Area/Work/`` -> ``area/work``."""
    return fold(tag.strip().lstrip("#").strip("/").strip())


def folder_key(folder: str) -> str:
    """The key of a folder inside a source, without leading or trailing separators."""
    key = fold(folder.strip().replace("\\", "/").removeprefix("./").strip("/"))
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

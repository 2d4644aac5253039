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
    return fold(folder.strip().replace("\\", "/").removeprefix("./").strip("/"))


def printable(path: str) -> str:
    """A path that can be printed whatever bytes its name holds: undecodable ones become ``?``."""
    return path.encode("utf-8", "replace").decode("utf-8")

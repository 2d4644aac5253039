"""What the extractors left in the folder of one snapshot, under the names of every version."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

from asterisk_search.errors import EntrySkipped
from asterisk_search.sources.files import read_bytes
from asterisk_search.sources.settings import parse_json

HTML: Final = {
    "readability": ("readability/content.html",),
    "defuddle": ("defuddle/content.html",),
    "dom": ("dom/output.html", "output.html"),
    "mercury": ("mercury/content.html",),
    "singlefile": ("singlefile/singlefile.html", "singlefile.html"),
}
MARKDOWN: Final = {"trafilatura": ("trafilatura/content.md",)}
TEXT: Final = {
    "readability": ("readability/content.txt",),
    "trafilatura": ("trafilatura/content.txt",),
    "defuddle": ("defuddle/content.txt",),
    "mercury": ("mercury/content.txt",),
    "htmltotext": ("htmltotext/htmltotext.txt", "htmltotext.txt"),
}
WHOLE: Final = ("dom", "singlefile", "wget")
"""The outputs that hold the whole page."""
MEDIA: Final = ("media", "ytdlp")
STATIC: Final = ("staticfile", "papersdl")

_SHOWN = (
    "singlefile/singlefile.html", "singlefile.html", "dom/output.html", "output.html",
    "readability/content.html",
)  # fmt: skip
_HTML_ENDINGS = (b".html", b".htm", b".xhtml", b".php", b".asp", b".aspx", b".jsp")
_MOST_FILES: Final = 2_000
_SMALL: Final = 1_000_000


class Outputs:
    """The files of one snapshot; what leads out of the archive is not there for it.

    ``root`` is the data folder, ``folder`` the snapshot's, relative to it; ``limit`` is in bytes.
    """

    def __init__(self, root: Path, folder: str, url: str, limit: int) -> None:
        self._inside = os.path.realpath(os.fsencode(root)) + b"/"
        self._path = os.path.join(os.fsencode(root), os.fsencode(folder))  # noqa: PTH118 - bytes
        self._folder = os.fsencode(folder)
        self._url = url
        self._limit = limit

    def exists(self) -> bool:
        """Whether there is a folder that can be looked into.

        Raises:
            EntrySkipped: it is there and may not be.
        """
        try:
            with os.scandir(self._path):
                return True
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise EntrySkipped("unreadable", error.strerror or "") from error

    def read(self, name: str | bytes) -> bytes:
        """The content of a file; empty when it is missing, outside, too large or no file.

        Raises:
            EntrySkipped: it is there and may not be read.
        """
        path = self._join(name)
        if not os.path.realpath(path).startswith(self._inside):
            return b""
        try:
            return read_bytes(path, self._limit)
        except EntrySkipped as error:
            if error.reason == "unreadable":
                raise
            return b""

    def first(self, names: tuple[str, ...]) -> bytes:
        """The content of the first of these files that has any."""
        return next(filter(None, map(self.read, names)), b"")

    def json(self, *names: str) -> dict[str, object]:
        """The object in the first of these JSON files that holds one."""
        for name in names:
            try:
                value = parse_json(self.read(name)[:_SMALL].decode("utf-8", "replace"))
            except ValueError:
                continue
            if isinstance(value, dict):
                return value
        return {}

    def original(self) -> tuple[bytes, bytes]:
        """Name and content of the page's own file as wget saved it, empty when there is none."""
        name = min(self._saved_by_wget(), key=self._unlikeness, default=b"")
        return name, self.read(name) if name else b""

    def shown(self) -> str:
        """The file that shows the page best, relative to the data folder, else the folder."""
        for shown in _SHOWN:
            if self._size(shown):
                return self._below(shown)
        name = min(self._saved_by_wget(), key=self._unlikeness, default=b"")
        if not name and self._size("output.pdf"):
            name = b"output.pdf"
        return self._below(name) if name else os.fsdecode(self._folder)

    def listed(self, folders: tuple[str, ...], endings: tuple[str, ...]) -> list[bytes]:
        """The files of these folders with one of these endings, in order of name."""
        ends = tuple(ending.encode() for ending in endings)
        found = [
            os.fsencode(folder) + b"/" + name
            for folder in folders
            for name in sorted(self._names(os.fsencode(folder)))
            if name.lower().endswith(ends)
        ]
        return found[:_MOST_FILES]

    def _saved_by_wget(self) -> list[bytes]:
        """The files below the folder that wget named for the page's host."""
        host = _host(self._url)
        found: list[bytes] = []
        for base in (b"wget", b""):
            for name in self._names(base):
                if host and name.split(b"+")[0].split(b":")[0].lower() == host:
                    found += self._walk(os.path.join(base, name))  # noqa: PTH118 - bytes
        return found

    def _walk(self, folder: bytes) -> Iterator[bytes]:
        waiting, seen = [folder], 0
        while waiting and seen < _MOST_FILES:
            below = waiting.pop()
            for name in sorted(self._names(below)):
                seen += 1
                path = below + b"/" + name
                mode = self._mode(path)
                if stat.S_ISDIR(mode):
                    waiting.append(path)
                elif stat.S_ISREG(mode) and not name.endswith(b".orig"):
                    yield path

    def _unlikeness(self, name: bytes) -> tuple[bool, int, bytes]:
        """How little a file's name is like the address; wget appends ``.html`` and parameters."""
        parts = urlsplit(self._url)
        expected = unquote_to_bytes(parts.path.strip("/")) or b"index"
        path = name.split(b"/", 2 if name.startswith(b"wget/") else 1)[-1]
        begins = path.startswith(expected)
        page = path.lower().endswith(_HTML_ENDINGS)
        return not begins, len(path) - len(expected) if begins else len(path) - page * 1_000, path

    def _names(self, folder: bytes) -> list[bytes]:
        path = self._join(folder)
        if not (os.path.realpath(path) + b"/").startswith(self._inside):
            return []
        try:
            return os.listdir(path)  # noqa: PTH208 - names are bytes
        except OSError:
            return []

    def _mode(self, name: bytes) -> int:
        try:
            return os.lstat(self._join(name)).st_mode
        except OSError:
            return 0

    def _size(self, name: str) -> int:
        try:
            return os.stat(self._join(name)).st_size  # noqa: PTH116 - names are bytes
        except OSError:
            return 0

    def _join(self, name: str | bytes) -> bytes:
        return os.path.join(self._path, os.fsencode(name))  # noqa: PTH118 - names are bytes

    def _below(self, name: str | bytes) -> str:
        return os.fsdecode(os.path.join(self._folder, os.fsencode(name)))  # noqa: PTH118 - names are bytes


def _host(url: str) -> bytes:
    try:
        return (urlsplit(url).hostname or "").encode()
    except (ValueError, UnicodeError):
        return b""

"""A saved page, shown boxed in: it is somebody else's markup.

The sandbox of its Content-Security-Policy gives it an origin of its own and no scripts, forms,
pop-ups or plug-ins, and lets it load nothing but what is written into the file itself. Browsers
connect to the host of a frame or of a hint in a ``link`` before they look at any policy, so these
are made into elements that mean nothing, byte by byte and without parsing: no encoding that is
left to a browser here writes a tag in any other bytes.
"""

import asyncio
import codecs
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from asterisk_search.errors import NoSuchDocument
from asterisk_search.views import Card

POLICY: Final = (
    "sandbox; default-src 'none'; img-src data:; media-src data:; font-src data:; "
    "style-src 'unsafe-inline' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
LARGEST: Final = 64_000_000
"""Bytes; a larger copy is opened from the folder."""
_PIECE: Final = 262_144
_CALLING: Final = re.compile(
    rb"(</?)(?:l(?=ink)|i(?=frame)|f(?=rame|encedframe)|o(?=bject)|e(?=mbed)|p(?=ortal))",
    re.IGNORECASE,
)
"""The first letter of tags of which a policy comes too late, or did in some browser."""
_LONGEST_TAG: Final = len(b"</fencedframe")
_PDF: Final = "application/pdf"
_KINDS: Final = {
    ".html": "text/html", ".htm": "text/html", ".txt": "text/plain", ".pdf": _PDF,
    ".png": "image/png", ".jpg": "image/jpeg",
}  # fmt: skip
_ESCAPE: Final = b"\x1b"
"""Begins what ISO-2022-JP leaves out, even within the name of a tag."""
_HINT: Final = "open its folder: asterisk-search open --in folder"


@dataclass(frozen=True, slots=True)
class Shown:
    """An open copy; whoever asked for it closes ``file``."""

    file: BinaryIO
    size: int
    """Bytes."""
    kind: str
    """Media type, with the encoding where the content tells it."""


def snapshot_of(card: Card) -> Shown:
    """The saved copy of a page, opened.

    Raises:
        NoSuchDocument: it is no page, or has no copy that can be shown.
    """
    name = card.page.file if card.page else ""
    root = os.path.realpath(card.root)
    path = os.path.realpath(Path(root) / name)
    kind = _KINDS.get(Path(path).suffix.lower(), "")
    if not path.startswith(root + os.sep):
        raise NoSuchDocument(f"the copy of {card.title} lies outside of its archive", hint=_HINT)
    if not kind or not name:
        raise NoSuchDocument(f"{card.title} has no copy that can be shown here", hint=_HINT)
    try:
        # Not blocking, for it may be a FIFO; no link, for the real path has none.
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
        return _checked(os.fdopen(os.open(path, flags), "rb"), kind, card.title)
    except OSError as error:
        raise NoSuchDocument(
            f"the copy of {card.title} cannot be read: {error.strerror}", hint=_HINT
        ) from error


def _checked(file: BinaryIO, kind: str, title: str) -> Shown:
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
        file.close()
        raise NoSuchDocument(f"the copy of {title} is too large, or no file", hint=_HINT)
    return Shown(file, found.st_size, _encoded(file, kind) if kind.startswith("text/") else kind)


def _encoded(file: BinaryIO, kind: str) -> str:
    """The media type of a text with its encoding: UTF-8 if all of it is. Other markup says its
    encoding itself, but for those in which a tag can be written without the bytes of one."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8 = ordinary = True
    for number, piece in enumerate(_pieces(file, LARGEST)):
        wide = number == 0 and piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        ordinary = ordinary and not wide and _ESCAPE not in piece
        utf8 = utf8 and _decodes(decoder, piece)
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    file.seek(0)
    if utf8:
        return f"{kind}; charset=utf-8"
    return kind if ordinary else "text/plain"


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (piece := file.read(min(size, _PIECE))):
        size -= len(piece)
        yield piece


def _boxed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same markup, as long as before, in which no element calls a host by itself."""
    held = b""
    for piece in pieces:
        made = _CALLING.sub(rb"\1x", held + piece)
        cut = made.rfind(b"<", max(0, len(made) - _LONGEST_TAG))
        whole = cut if cut >= 0 else len(made)
        held = made[whole:]
        if whole:
            yield made[:whole]
    if held:
        yield held


class SnapshotResponse(Response):
    """Sends a copy piece by piece, as the client takes it, and closes it."""

    def __init__(self, shown: Shown) -> None:
        headers = {
            "Content-Type": shown.kind,  # here, so that no encoding is added to it
            "Content-Length": str(shown.size),
            "Content-Security-Policy": POLICY,
            "X-DNS-Prefetch-Control": "off",
        }
        if shown.kind == _PDF:
            # Browsers show none in a sandbox, and out of one it could run what is in it.
            headers["Content-Disposition"] = "attachment"
        super().__init__(headers=headers)
        self.shown = shown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        with self.shown.file as file:
            await send(start)
            pieces = _pieces(file, self.shown.size if scope["method"] == "GET" else 0)
            sent = _boxed(pieces) if self.shown.kind.startswith("text/html") else pieces
            while piece := await asyncio.to_thread(next, sent, b""):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

"""A saved page, shown boxed in: it is somebody else's markup.

The sandbox of its Content-Security-Policy gives it an origin of its own and no scripts, forms,
pop-ups or plug-ins, and lets it load nothing but what is written into the file itself.
"""

import os
import stat
from pathlib import Path
from typing import Final

from asterisk_search.errors import NoSuchDocument
from asterisk_search.views import Card

POLICY: Final = (
    "sandbox; default-src 'none'; img-src data:; media-src data:; font-src data:; "
    "style-src 'unsafe-inline' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
LARGEST: Final = 64_000_000
"""Bytes; a larger copy is opened from the folder."""
_KINDS: Final = {
    ".html": "text/html", ".htm": "text/html", ".txt": "text/plain; charset=utf-8",
    ".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg",
}  # fmt: skip


def snapshot_of(card: Card) -> tuple[bytes, str]:
    """Content and media type of the saved copy of a page.

    Raises:
        NoSuchDocument: it is no page, or has no copy that can be shown.
    """
    name = card.page.file if card.page else ""
    kind = _KINDS.get(Path(name).suffix.lower(), "")
    if not kind:
        raise NoSuchDocument(f"{card.title} has no copy that can be shown here", hint=_HINT)
    root = os.path.realpath(card.root)
    path = os.path.realpath(Path(root) / name)
    if not path.startswith(root + os.sep):
        raise NoSuchDocument(f"the copy of {card.title} lies outside of its archive", hint=_HINT)
    try:
        with Path(path).open("rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
                raise NoSuchDocument(f"the copy of {card.title} is too large", hint=_HINT)
            return file.read(LARGEST), kind
    except OSError as error:
        raise NoSuchDocument(
            f"the copy of {card.title} cannot be read: {error.strerror}", hint=_HINT
        ) from error


_HINT: Final = "open its folder: asterisk-search open --in folder"

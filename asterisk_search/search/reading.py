"""A document's text for whoever wants to read it.

A note is read from its file, so that lines are those of the file; but only while the file is,
byte for byte, the one that was indexed: nothing is handed out that no scan admitted. Otherwise,
and for documents that are no plain files, the readable text in the catalog answers.
"""

import hashlib
import os
from typing import Final

from asterisk_search.errors import EntrySkipped, UsageError
from asterisk_search.records import Kind
from asterisk_search.sources.files import decode, read_bytes
from asterisk_search.storage.viewing import SqliteViewer
from asterisk_search.text.lines import clean_text
from asterisk_search.views import Card, Place, Reading

LONGEST: Final = 200_000_000
"""Bytes of a file; the digest has to be taken of all of it."""
CHANGED: Final = "the file has changed since it was indexed, or is gone: this is the indexed text"
_PLAIN: Final = frozenset({Kind.NOTE, Kind.TEXT})


def read(
    place: Place, viewer: SqliteViewer, line: int | None = None, count: int | None = None
) -> Reading:
    """The text of a document: all of it, or ``count`` lines from the 1-based ``line`` on.

    Without ``line``, the lines of the passage that ``place`` names, if it names one.

    Raises:
        UsageError: the document has no such line.
    """
    card = place.card
    indexed = _indexed_file(card) if card.kind in _PLAIN else None
    text = viewer.body(card.document) if indexed is None else indexed
    lines = text.removesuffix("\n").split("\n")
    if line is None and indexed is not None and place.line is not None:
        line, count = place.line, count or (place.end_line or place.line) - place.line + 1
    first = 1 if line is None else line
    if not 1 <= first <= len(lines):
        raise UsageError(f"there is no line {first}", hint=f"it has {len(lines)} lines")
    last = len(lines) if count is None else min(first + max(count, 1) - 1, len(lines))
    return Reading(
        card=card,
        text="\n".join(lines[first - 1 : last]) + "\n",
        line=first,
        end_line=last,
        lines=len(lines),
        from_file=indexed is not None,
        notices=(CHANGED,) if indexed is None and card.kind in _PLAIN else (),
    )


def _indexed_file(card: Card) -> str | None:
    """The text of the file, if it still is what was indexed."""
    path = os.path.join(os.fsencode(card.root), card.ref)  # noqa: PTH118 - names are bytes
    try:
        content = read_bytes(path, LONGEST)
        if hashlib.sha256(content).digest() != card.digest:
            return None
        return clean_text(decode(content).text)
    except EntrySkipped:
        return None

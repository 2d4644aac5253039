"""Plain text and PDF files to documents."""

import re
from typing import Final

from asterisk_search.errors import EntrySkipped
from asterisk_search.records import BlockKind, Document, Entry, Kind, SkipReason
from asterisk_search.sources.files import Decoded, modified
from asterisk_search.sources.notes import demotion, stated_date
from asterisk_search.sources.pdf import PdfUnreadable, pdf_readable, pdf_text
from asterisk_search.sources.settings import VaultSettings
from asterisk_search.text.blocks import Piece, assemble
from asterisk_search.text.lines import clean_text

MOST_CHARACTERS: Final = 5_000_000
"""Of the text of one PDF file."""
NEEDS_EXTRA: Final = "PDF text needs pypdf: pip install 'asterisk-search[pdf]'"
NO_TEXT: Final = "a PDF without text, perhaps scanned: it is found by its name only"
_EXTENSION: Final = re.compile(r"\.[^./]{1,12}$")
_BLANK: Final = re.compile(r"\n[^\S\n]*\n\s*")


def read_text(entry: Entry, digest: bytes, decoded: Decoded, settings: VaultSettings) -> Document:
    """Return the document of a plain text: its paragraphs, nothing in it is markup."""
    pieces = _paragraphs(clean_text(decoded.text))
    warnings = (decoded.warning,) if decoded.warning else ()
    return _document(entry, digest, pieces, settings, warnings)


def read_pdf(entry: Entry, digest: bytes, content: bytes, settings: VaultSettings) -> Document:
    """Return the document of a PDF file; the number of a page takes the place of the line.

    Raises:
        EntrySkipped: nothing can be read of it, with the reason.
    """
    try:
        pages = pdf_text(content, MOST_CHARACTERS)
    except PdfUnreadable as error:
        raise EntrySkipped(SkipReason.MALFORMED, f"no readable PDF: {error}") from error
    pieces = [
        Piece(BlockKind.PROSE, paragraph.text, number, number, (f"Page {number}",))
        for number, page in enumerate(pages, 1)
        for paragraph in _paragraphs(page)
    ]
    # Kept by its name: what is skipped is read again each time, and this may take long.
    return _document(entry, digest, pieces, settings, () if pieces else (NO_TEXT,))


def refuse_unreadable(kind: Kind) -> None:
    """Refuse a PDF file, before it is read, where nothing can be made of it.

    Raises:
        EntrySkipped: the extra is not installed.
    """
    if kind is Kind.PDF and not pdf_readable():
        raise EntrySkipped(SkipReason.UNREADABLE, NEEDS_EXTRA)


def _document(
    entry: Entry,
    digest: bytes,
    pieces: list[Piece],
    settings: VaultSettings,
    warnings: tuple[str, ...],
) -> Document:
    body, blocks = assemble(pieces)
    return Document(
        entry=entry,
        digest=digest,
        title=_EXTENSION.sub("", entry.path.rsplit("/", 1)[-1]),
        body=body,
        blocks=blocks,
        aliases=(entry.path.rsplit("/", 1)[-1],),
        date=stated_date(entry.path, (), settings),
        modified=modified(entry.stamp),
        demoted=demotion(entry.path, settings),
        warnings=warnings,
    )


def _paragraphs(text: str) -> list[Piece]:
    """What stands between blank lines, with the lines it stands on."""
    pieces: list[Piece] = []
    at, line = 0, 1
    for gap in [*_BLANK.finditer(text), None]:
        end = gap.start() if gap else len(text)
        paragraph = text[at:end]
        if paragraph.strip():
            first = line + paragraph[: len(paragraph) - len(paragraph.lstrip())].count("\n")
            last = first + paragraph.strip().count("\n")
            pieces.append(Piece(BlockKind.PROSE, paragraph.strip(), first, last))
        if gap:
            line += text.count("\n", at, gap.end())
            at = gap.end()
    return pieces

"""Records to columns and back."""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from asterisk_search.answers import Passage
from asterisk_search.records import ChunkId, Document, Kind, SourceSpec, Stamp, Stored
from asterisk_search.storage.fts import WordRow
from asterisk_search.storage.pages import PAGE_COLUMNS, page_row
from asterisk_search.text.folding import fold, plain

DOCUMENT_COLUMNS = (
    "source_id", "ref", "digest", "prepared", "size", "mtime_ns", "ctime_ns", "inode", "kind",
    "path", "path_key", "title", "aliases", "tags", "properties", "warnings", "date", "modified",
    "dated", "demoted",
)  # fmt: skip

PASSAGE_SQL = f"""
    SELECT c.id, c.document_id, s.name, s.root, d.kind, d.ref, d.path, d.title, c.headings, c.line,
        c.end_line, c.ordinal, c.hidden, substr(b.body, c.start + 1, c.stop - c.start),
        d.tags, d.date, d.modified, d.demoted, {PAGE_COLUMNS}
    FROM chunks c JOIN documents d ON d.id = c.document_id
    JOIN sources s ON s.id = d.source_id JOIN bodies b ON b.document_id = d.id
    LEFT JOIN pages p ON p.document_id = d.id
"""

AMONG: Final = "IN (SELECT value FROM json_each(?))"
"""In the numbers of one parameter, a `number_list`. SQLite compiles such a statement once; with a
parameter for each number it did so for each length of list, which took as long as to read the rows.
"""


def text_digest(embed_text: str) -> bytes | None:
    """The content address of an embedded text; ``None`` for a chunk that is never embedded."""
    return hashlib.sha256(embed_text.encode()).digest()[:16] if embed_text else None


def said_digest(text: str) -> bytes:
    """Equal for passages that say the same, whatever their title, spacing and case."""
    return hashlib.sha256(fold(" ".join(text.split())).encode()).digest()[:8]


def number_list(numbers: Iterable[int]) -> str:
    """Whole numbers, NumPy's too, as the parameter of `AMONG`."""
    return f"[{','.join(map(str, numbers))}]"


def pack_list(items: Sequence[object]) -> str:
    """A sequence of strings, or of pairs of them, as JSON."""
    return json.dumps(items, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1024)
def unpack_list(text: str) -> tuple[str, ...]:
    """The strings again."""
    return tuple(json.loads(text))


def document_values(source_id: int, document: Document, prepared: str) -> tuple[object, ...]:
    """The values of `DOCUMENT_COLUMNS`."""
    entry, stamp = document.entry, document.entry.stamp
    modified = document.modified or stamp.modified
    return (
        source_id, entry.ref, document.digest, prepared,
        stamp.size, stamp.mtime_ns, stamp.ctime_ns, stamp.inode,
        entry.kind.value, entry.path, plain(entry.path), document.title,
        pack_list(document.aliases), pack_list(document.tags), pack_list(document.properties),
        pack_list(document.warnings), document.date, modified,
        document.date or stamp.day, document.demoted,
    )  # fmt: skip


def word_row(
    title: str, aliases: Iterable[str], tags: Iterable[str], headings: Iterable[str], text: str
) -> tuple[str, str, str, str, str]:
    """The columns of `words` for one chunk; adding and deleting must both come through here."""
    return WordRow(title, "\n".join(aliases), "\n".join(headings), "\n".join(tags), text).columns()


def stored_row(row: tuple[bytes, bytes, str, int, int, int, int, str]) -> tuple[bytes, Stored]:
    """``ref`` and what is known of it."""
    ref, digest, prepared, size, mtime_ns, ctime_ns, inode, path = row
    return ref, Stored(digest, prepared, Stamp(size, mtime_ns, ctime_ns, inode), path)


def passage_row(row: tuple[Any, ...]) -> Passage:
    """A row of `PASSAGE_SQL` as a record."""
    (
        chunk, document, source, root, kind, ref, path, title, headings, line, end_line, ordinal,
        hidden, text, tags, date, modified, demoted, *page,
    ) = row  # fmt: skip
    return Passage(
        id=ChunkId(chunk), document=document, source=source, root=os.fsdecode(root),
        kind=Kind(kind), ref=ref, path=path, title=title, headings=unpack_list(headings),
        line=line, end_line=end_line, ordinal=ordinal, hidden=bool(hidden), text=text,
        tags=unpack_list(tags), date=date, modified=modified, demoted=demoted,
        page=page_row(tuple(page)),
    )  # fmt: skip


def spec_row(name: str, type_: str, root: bytes, exclude: str) -> SourceSpec:
    """A row of `sources` as a record."""
    return SourceSpec(name, type_, os.fsdecode(root), unpack_list(exclude))

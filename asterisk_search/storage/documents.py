"""The statements that keep a document's rows together; callers hold the transaction."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence

from asterisk_search.records import Chunk, Document
from asterisk_search.storage.pages import write_page
from asterisk_search.storage.rows import (
    DOCUMENT_COLUMNS,
    document_values,
    pack_list,
    said_digest,
    text_digest,
    unpack_list,
    word_row,
)
from asterisk_search.storage.spaces import Spaces, read_spaces
from asterisk_search.text.folding import plain, tag_key

_INSERT_WORDS = (
    "INSERT INTO words (rowid, title, aliases, headings, tags, body) VALUES (?, ?, ?, ?, ?, ?)"
)
# A contentless FTS5 table forgets a row only when told exactly what the row said.
_DELETE_WORDS = (
    "INSERT INTO words (words, rowid, title, aliases, headings, tags, body) "
    "VALUES ('delete', ?, ?, ?, ?, ?, ?)"
)


def upsert(
    connection: sqlite3.Connection, source_id: int, document: Document, prepared: str
) -> int:
    """Write the document's own rows; return its row number. Its old words are forgotten first."""
    found = connection.execute(
        "SELECT id FROM documents WHERE source_id = ? AND ref = ?", [source_id, document.entry.ref]
    ).fetchone()
    values = document_values(source_id, document, prepared)
    if found:
        row: int = found[0]
        _forget_words(connection, row)
        for table in ("tags", "names", "links", "anchors", "properties"):
            connection.execute(f"DELETE FROM {table} WHERE document_id = ?", [row])
        settings = ", ".join(f"{column} = ?" for column in DOCUMENT_COLUMNS)
        connection.execute(f"UPDATE documents SET {settings} WHERE id = ?", [*values, row])
    else:
        places = ", ".join("?" * len(DOCUMENT_COLUMNS))
        cursor = connection.execute(
            f"INSERT INTO documents ({', '.join(DOCUMENT_COLUMNS)}) VALUES ({places})", values
        )
        row = int(cursor.lastrowid or 0)
    _write_details(connection, row, document)
    return row


def replace_chunks(
    connection: sqlite3.Connection,
    row: int,
    document: Document,
    chunks: Sequence[Chunk],
    spaces: Spaces,
) -> None:
    """Write the chunks and their words; a chunk whose embedded text is unchanged keeps its id."""
    reusable: dict[bytes | None, list[int]] = defaultdict(list)
    for chunk_id, digest in connection.execute(
        "SELECT id, digest FROM chunks WHERE document_id = ? ORDER BY ordinal DESC", [row]
    ):
        reusable[digest].append(chunk_id)
    for chunk in chunks:
        ids = reusable.get(text_digest(chunk.embed_text))
        chunk_id = _write_chunk(connection, row, chunk, ids.pop() if ids else None, spaces)
        words = word_row(
            document.title, document.aliases, document.tags, chunk.headings, chunk.text
        )
        connection.execute(_INSERT_WORDS, [chunk_id, *words])
    connection.executemany(
        "DELETE FROM chunks WHERE id = ?",
        [(chunk_id,) for ids in reusable.values() for chunk_id in ids],
    )


def delete(connection: sqlite3.Connection, source_id: int, ref: bytes) -> None:
    """Remove a document and everything that hangs on it; unknown refs are ignored."""
    found = connection.execute(
        "SELECT id FROM documents WHERE source_id = ? AND ref = ?", [source_id, ref]
    ).fetchone()
    if found:
        _forget_words(connection, found[0])
        connection.execute("DELETE FROM documents WHERE id = ?", [found[0]])


def delete_all(connection: sqlite3.Connection, source_id: int) -> None:
    """Remove every document of a source."""
    refs = connection.execute(
        "SELECT ref FROM documents WHERE source_id = ?", [source_id]
    ).fetchall()
    for (ref,) in refs:
        delete(connection, source_id, ref)


def set_vector(
    connection: sqlite3.Connection, spaces: Spaces, digest: bytes, vector: bytes
) -> None:
    """Store a vector under its content address and give it to every chunk that waits for it.

    While another space answers, it is only stored.
    """
    connection.execute(
        "INSERT INTO embeddings (space_id, digest, vector) VALUES (?, ?, ?) "
        "ON CONFLICT (space_id, digest) DO UPDATE SET vector = excluded.vector",
        [spaces.filled, digest, vector],
    )
    connection.execute(
        "DELETE FROM pending WHERE chunk_id IN (SELECT id FROM chunks WHERE digest = ?)", [digest]
    )
    if spaces.filled != spaces.answering:
        return
    connection.execute(
        "UPDATE chunks SET embedding_id = "
        "(SELECT id FROM embeddings WHERE space_id = ? AND digest = ?) "
        "WHERE digest = ? AND embedding_id IS NULL",
        [spaces.filled, digest, digest],
    )


def sweep_embeddings(connection: sqlite3.Connection, today: str, keep_since: str) -> int:
    """Mark embeddings that lost their last chunk today, and delete those marked long ago."""
    spaces = read_spaces(connection)
    used = "SELECT embedding_id FROM chunks WHERE embedding_id IS NOT NULL"
    if spaces.filled != spaces.answering:
        # What is being made for the next model is in use already.
        used += (
            " UNION SELECT e.id FROM embeddings e JOIN chunks c ON c.digest = e.digest "
            f"WHERE e.space_id = {spaces.filled}"
        )
    connection.execute(
        f"UPDATE embeddings SET orphaned = NULL WHERE orphaned IS NOT NULL AND id IN ({used})"
    )
    connection.execute(
        f"UPDATE embeddings SET orphaned = ? WHERE orphaned IS NULL AND id NOT IN ({used})",
        [today],
    )
    cursor = connection.execute("DELETE FROM embeddings WHERE orphaned < ?", [keep_since])
    return cursor.rowcount


def _write_details(connection: sqlite3.Connection, row: int, document: Document) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO bodies (document_id, body) VALUES (?, ?)", [row, document.body]
    )
    connection.executemany(
        "INSERT OR IGNORE INTO tags (document_id, key, tag) VALUES (?, ?, ?)",
        [(row, tag_key(tag), tag) for tag in document.tags],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO names (document_id, key) VALUES (?, ?)",
        [(row, plain(name)) for name in (document.title, *document.aliases)],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO properties (document_id, name, value) VALUES (?, ?, ?)",
        [(row, plain(name), plain(value)) for name, value in document.properties],
    )
    connection.executemany(
        "INSERT INTO links (document_id, ordinal, kind, target, subpath, text, line) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (row, number, link.kind.value, link.target, link.subpath, link.text, link.line)
            for number, link in enumerate(document.links)
        ],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO anchors (document_id, block, line) VALUES (?, ?, ?)",
        [(row, block, line) for block, line in document.block_ids],
    )
    write_page(connection, row, document)


def _write_chunk(
    connection: sqlite3.Connection, row: int, chunk: Chunk, kept: int | None, spaces: Spaces
) -> int:
    digest = text_digest(chunk.embed_text)
    place = (
        chunk.ordinal, chunk.start, chunk.end, chunk.line, chunk.end_line,
        pack_list(chunk.headings), chunk.hidden, said_digest(chunk.text),
    )  # fmt: skip
    if kept is not None:
        connection.execute(
            "UPDATE chunks SET ordinal = ?, start = ?, stop = ?, line = ?, end_line = ?, "
            "headings = ?, hidden = ?, said = ? WHERE id = ?",
            [*place, kept],
        )
        _await_vector(connection, kept, chunk, spaces)
        return kept
    cursor = connection.execute(
        "INSERT INTO chunks (document_id, ordinal, start, stop, line, end_line, headings, hidden, "
        "said, digest, embedding_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "(SELECT id FROM embeddings WHERE space_id = ? AND digest = ?))",
        [row, *place, digest, spaces.answering, digest],
    )
    chunk_id = int(cursor.lastrowid or 0)
    _await_vector(connection, chunk_id, chunk, spaces)
    return chunk_id


def _await_vector(
    connection: sqlite3.Connection, chunk_id: int, chunk: Chunk, spaces: Spaces
) -> None:
    if chunk.embed_text:
        connection.execute(
            "INSERT OR REPLACE INTO pending (chunk_id, text) "
            "SELECT c.id, ? FROM chunks c WHERE c.id = ? AND NOT EXISTS "
            "(SELECT 1 FROM embeddings e WHERE e.space_id = ? AND e.digest = c.digest)",
            [chunk.embed_text, chunk_id, spaces.filled],
        )


def _forget_words(connection: sqlite3.Connection, row: int) -> None:
    for chunk_id, words in _words_of(connection, row):
        connection.execute(_DELETE_WORDS, [chunk_id, *words])


def refill_words(connection: sqlite3.Connection) -> None:
    """Make the word index anew from what is stored, whatever it was made of before."""
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    for (row,) in connection.execute("SELECT id FROM documents ORDER BY id").fetchall():
        for chunk_id, words in _words_of(connection, row):
            connection.execute(_INSERT_WORDS, [chunk_id, *words])


def _words_of(
    connection: sqlite3.Connection, row: int
) -> Iterator[tuple[int, tuple[str, str, str, str, str]]]:
    """What the word index says of each chunk of a stored document."""
    title, aliases, tags, body = connection.execute(
        "SELECT d.title, d.aliases, d.tags, b.body FROM documents d "
        "JOIN bodies b ON b.document_id = d.id WHERE d.id = ?",
        [row],
    ).fetchone()
    names, labels = unpack_list(aliases), unpack_list(tags)
    for chunk_id, start, stop, headings in connection.execute(
        "SELECT id, start, stop, headings FROM chunks WHERE document_id = ?", [row]
    ).fetchall():
        yield chunk_id, word_row(title, names, labels, unpack_list(headings), body[start:stop])

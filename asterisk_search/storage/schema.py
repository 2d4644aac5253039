"""The catalog's tables, one numbered migration after another.

A migration is never edited once released: a new one is added. `storage.migrate` applies those
that are missing; ``PRAGMA user_version`` says how many were.
"""

from typing import Final

from asterisk_search.storage.schema_archive import ARCHIVE
from asterisk_search.storage.schema_ranking import FILTERING, FOLDING, LETTERS, RANKING

FIRST: Final = (
    """CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID""",
    # Tells a catalog from one that was put in its place: a saved vector index names it.
    "INSERT INTO meta (key, value) VALUES ('catalog', lower(hex(randomblob(16))))",
    """CREATE TABLE sources (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        type TEXT NOT NULL,
        root BLOB NOT NULL UNIQUE,
        exclude TEXT NOT NULL DEFAULT '[]',
        updated TEXT
    )""",
    # Bodies live apart, so that reading the stamps of all documents does not read their texts.
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
        ref BLOB NOT NULL,
        digest BLOB NOT NULL,
        prepared TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        ctime_ns INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        kind TEXT NOT NULL,
        path TEXT NOT NULL,
        path_key TEXT NOT NULL,
        title TEXT NOT NULL,
        aliases TEXT NOT NULL,
        tags TEXT NOT NULL,
        properties TEXT NOT NULL,
        warnings TEXT NOT NULL,
        date TEXT,
        modified TEXT NOT NULL,
        dated TEXT NOT NULL,
        demoted TEXT NOT NULL,
        UNIQUE (source_id, ref)
    )""",
    "CREATE INDEX documents_by_path ON documents (path_key)",
    "CREATE INDEX documents_by_date ON documents (dated)",
    """CREATE TABLE bodies (
        document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
        body TEXT NOT NULL
    )""",
    """CREATE TABLE tags (
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        tag TEXT NOT NULL,
        PRIMARY KEY (document_id, key)
    ) WITHOUT ROWID""",
    "CREATE INDEX tags_by_key ON tags (key, document_id)",
    # Titles and aliases, folded: typing a note's name finds that note.
    """CREATE TABLE names (
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        PRIMARY KEY (document_id, key)
    ) WITHOUT ROWID""",
    "CREATE INDEX names_by_key ON names (key, document_id)",
    """CREATE TABLE links (
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        kind TEXT NOT NULL,
        target TEXT NOT NULL,
        subpath TEXT NOT NULL,
        text TEXT NOT NULL,
        line INTEGER NOT NULL,
        PRIMARY KEY (document_id, ordinal)
    ) WITHOUT ROWID""",
    "CREATE INDEX links_by_target ON links (target)",
    """CREATE TABLE anchors (
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        block TEXT NOT NULL,
        line INTEGER NOT NULL,
        PRIMARY KEY (document_id, block, line)
    ) WITHOUT ROWID""",
    """CREATE TABLE spaces (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL UNIQUE
    )""",
    """CREATE TABLE embeddings (
        id INTEGER PRIMARY KEY,
        space_id INTEGER NOT NULL REFERENCES spaces(id),
        digest BLOB NOT NULL,
        orphaned TEXT,
        vector BLOB NOT NULL,
        UNIQUE (space_id, digest)
    )""",
    # AUTOINCREMENT: an id that was once in a vector index must never name another passage.
    """CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        stop INTEGER NOT NULL,
        line INTEGER NOT NULL,
        end_line INTEGER NOT NULL,
        headings TEXT NOT NULL,
        hidden INTEGER NOT NULL,
        digest BLOB,
        embedding_id INTEGER REFERENCES embeddings(id)
    )""",
    "CREATE INDEX chunks_by_document ON chunks (document_id, ordinal)",
    "CREATE INDEX chunks_by_digest ON chunks (digest)",
    "CREATE INDEX chunks_by_embedding ON chunks (embedding_id)",
    """CREATE INDEX chunks_pending ON chunks (id)
        WHERE embedding_id IS NULL AND digest IS NOT NULL""",
    # What a pending chunk says to the model; gone as soon as it has its vector.
    """CREATE TABLE pending (
        chunk_id INTEGER PRIMARY KEY REFERENCES chunks(id) ON DELETE CASCADE,
        text TEXT NOT NULL
    )""",
    """CREATE TABLE skips (
        source_id INTEGER NOT NULL REFERENCES sources(id) ON DELETE CASCADE,
        ref BLOB NOT NULL,
        path TEXT NOT NULL,
        reason TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (source_id, ref)
    ) WITHOUT ROWID""",
    # Contentless: the texts are in `bodies` already. `storage.rows.word_row` builds the rows, and
    # the same function builds the rows to delete: when it or `storage.fts.searchable` changes what
    # it makes of a text, a migration has to fill this table anew.
    """CREATE VIRTUAL TABLE words USING fts5(
        title, aliases, headings, tags, body,
        content = '',
        tokenize = 'porter unicode61 remove_diacritics 2'
    )""",
)

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    FIRST,
    ARCHIVE,
    RANKING,
    FILTERING,
    FOLDING,
    LETTERS,
)
"""Element n brings a catalog from version n to n + 1."""

VERSION: Final = len(MIGRATIONS)

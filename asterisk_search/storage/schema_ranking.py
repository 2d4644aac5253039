"""The migrations that ranking needs: properties to filter by, known words, passages that recur,
names without accents."""

from typing import Final

RANKING: Final = (
    # Names and values folded: what `[status:done]` asks for.
    """CREATE TABLE properties (
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (document_id, name, value)
    ) WITHOUT ROWID""",
    "CREATE INDEX properties_by_name ON properties (name, document_id)",
    # Shows the terms of `words` as a table; it stores nothing of its own.
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab('words', 'row')",
    # A digest of what a passage says without its title: templates and banners say it elsewhere too.
    "ALTER TABLE chunks ADD COLUMN said BLOB",
    "CREATE INDEX chunks_by_said ON chunks (said, document_id)",
    # Neither is known of what is stored: everything is read again, which embeds nothing.
    "UPDATE documents SET prepared = ''",
)

FILTERING: Final = (
    # With all that a filter asks of a chunk, so that its row need not be read.
    "DROP INDEX chunks_by_document",
    "CREATE INDEX chunks_by_document ON chunks (document_id, ordinal, hidden, embedding_id)",
)
"""A wide filter leaves tens of thousands of chunks to choose from."""

FOLDING: Final = (
    # Keys are without accents from now on. Two of one document may become the same.
    "UPDATE documents SET path_key = plain(path) WHERE path_key <> plain(path)",
    "UPDATE OR REPLACE tags SET key = tag_key(tag) WHERE key <> tag_key(tag)",
    "UPDATE OR REPLACE names SET key = plain(key) WHERE key <> plain(key)",
    "UPDATE OR REPLACE properties SET name = plain(name), value = plain(value) "
    "WHERE name <> plain(name) OR value <> plain(value)",
)
"""`storage.migrate` provides the functions. Should what they make of a text change: once more."""

REFILL: Final = "refill the word index"
"""No SQL: `storage.migrate` does what it says."""

LETTERS: Final = (REFILL,)
"""ß, ł and œ are found as ss, l and oe; Hebrew and Arabic with and without vowel signs."""

"""Catalogs for tests: real SQLite files, and what they hold in a comparable form."""

import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from asterisk_search.indexing.embed import embed_pending
from asterisk_search.indexing.progress import Silent
from asterisk_search.indexing.reports import SourceReport
from asterisk_search.indexing.run import Sync
from asterisk_search.protocols import Embedder, Source
from asterisk_search.records import SourceSpec
from asterisk_search.storage.connection import connect_writer
from asterisk_search.storage.inspection import SqliteInspector
from asterisk_search.storage.migrate import migrate
from asterisk_search.storage.writer import SqliteWriter
from asterisk_search.text.chunking import Budget, chunk_document

LATER_NS = 2_000_000_000_000_000_000
"""A time of scanning at which every file has long been settled."""
LATER = "2033-05-18T03:33:20Z"


@dataclass
class Workbench:
    """A catalog with one source, and the steps that fill it."""

    path: Path
    source: Source
    embedder: Embedder

    def __post_init__(self) -> None:
        migrate(self.path)
        self.opened = ExitStack()
        self.writer = self.opened.enter_context(closing(SqliteWriter(self.path)))
        self.writer.register(SourceSpec(self.source.name, "vault", str(self.source.root)))
        self.writer.adopt(self.embedder.fingerprint)

    def sync(self, *, prune: bool = True, prepared: str = "1") -> SourceReport:
        return Sync(
            self.source,
            self.writer,
            lambda document: chunk_document(
                document, self.embedder, Budget(max_tokens=60, min_tokens=12)
            ),
            prepared,
            prune,
        ).run(LATER_NS, LATER, Silent())

    def embed(self) -> int:
        return embed_pending(self.writer, self.embedder, 0, Silent())

    def update(self) -> SourceReport:
        report = self.sync()
        self.embed()
        return report

    def reader(self) -> SqliteInspector:
        """A reader that is closed with the workbench."""
        return self.opened.enter_context(closing(SqliteInspector(self.path)))

    def close(self) -> None:
        self.opened.close()


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything of a catalog that matters, without row numbers and times of indexing."""
    connection = connect_writer(path)
    try:

        def query(sql: str) -> list[tuple[object, ...]]:
            return sorted(connection.execute(sql).fetchall(), key=repr)

        return {
            "documents": query(
                "SELECT d.ref, d.digest, d.prepared, d.kind, d.path, d.title, d.aliases, d.tags, "
                "d.properties, d.warnings, d.date, d.modified, d.dated, d.demoted, b.body "
                "FROM documents d JOIN bodies b ON b.document_id = d.id"
            ),
            "chunks": query(
                "SELECT d.ref, c.ordinal, c.start, c.stop, c.line, c.end_line, c.headings, "
                "c.hidden, c.digest, e.vector FROM chunks c "
                "JOIN documents d ON d.id = c.document_id "
                "LEFT JOIN embeddings e ON e.id = c.embedding_id"
            ),
            "tags": query("SELECT d.ref, t.key, t.tag FROM tags t JOIN documents d "
                          "ON d.id = t.document_id"),
            "names": query("SELECT d.ref, n.key FROM names n JOIN documents d "
                           "ON d.id = n.document_id"),
            "links": query("SELECT d.ref, l.ordinal, l.kind, l.target, l.subpath, l.text, l.line "
                           "FROM links l JOIN documents d ON d.id = l.document_id"),
            "skips": query("SELECT path, reason FROM skips"),
            "pending": query("SELECT d.ref, p.text FROM pending p JOIN chunks c "
                             "ON c.id = p.chunk_id JOIN documents d ON d.id = c.document_id"),
            "words": _words(connection),
        }  # fmt: skip
    finally:
        connection.close()


def _words(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """The word index term by term, with row numbers replaced by what they stand for."""
    connection.execute(
        "CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'words', 'instance')"
    )
    try:
        return sorted(
            connection.execute(
                "SELECT t.term, t.col, t.offset, d.ref, c.ordinal FROM temp.terms t "
                "LEFT JOIN chunks c ON c.id = t.doc LEFT JOIN documents d ON d.id = c.document_id"
            ).fetchall(),
            key=repr,
        )
    finally:
        connection.execute("DROP TABLE temp.terms")

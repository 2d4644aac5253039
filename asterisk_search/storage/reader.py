"""The catalog as searching sees it: it never writes, and it imports no numpy."""

import json
import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from asterisk_search.answers import Filters, Passage, Scored, Titled, Wording
from asterisk_search.records import ChunkId, SourceInfo, SourceSpec
from asterisk_search.storage import matching, pages, registry, spaces, standing
from asterisk_search.storage.connection import connect_reader, mapped_errors
from asterisk_search.storage.known import known, values
from asterisk_search.storage.narrowing import chunk_ids, document_condition
from asterisk_search.storage.rows import AMONG, PASSAGE_SQL, number_list, passage_row
from asterisk_search.storage.vocabulary import Vocabulary
from asterisk_search.text.folding import plain

_VECTORS = "FROM chunks c JOIN embeddings e ON e.id = c.embedding_id"
_DOCUMENTS = "FROM documents d LEFT JOIN sources s ON s.id = d.source_id"
_FIRST = (
    "SELECT c.id FROM chunks c WHERE c.document_id = d.id "
    "ORDER BY c.hidden, c.digest IS NULL, c.ordinal LIMIT 1"
)
"""The chunk that stands for a document ``d``: its first that says something."""
_BATCH = 500
"""Vectors that are in memory at once."""


class SqliteReader:
    """`protocols.CatalogReader` on SQLite."""

    def __init__(self, path: Path, vocabulary: Vocabulary | None = None) -> None:
        """Readers of one catalog may share a ``vocabulary``."""
        self._connection: sqlite3.Connection = connect_reader(path)
        self._version = -1
        self._totals: dict[str, int] = {}
        self._vocabulary = vocabulary or Vocabulary()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read in the block is the catalog at one moment, whatever is being written."""
        with mapped_errors():
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("ROLLBACK")

    def sources(self) -> list[SourceInfo]:
        """The registered sources with their counts."""
        return registry.infos(self._connection)

    def totals(self) -> tuple[int, int, int]:
        """Documents and chunks in the catalog, and chunks that wait for a vector."""
        with mapped_errors():
            waits = spaces.waiting(self._connection)
        # Left to itself the planner reads the index of all vectors, for want of statistics.
        hint = "INDEXED BY chunks_pending" if waits == spaces.WAITING else ""
        return (
            self._total("SELECT count(*) FROM documents"),
            self._chunk_count(),
            self._total(f"SELECT count(*) FROM chunks c {hint} WHERE {waits}"),
        )

    def vector_count(self) -> int:
        """Chunks that have a vector."""
        return self._number("SELECT count(*) FROM chunks WHERE embedding_id IS NOT NULL")

    def specs(self) -> list[SourceSpec]:
        """The registered sources without their counts."""
        return registry.specs(self._connection)

    def updated(self) -> str | None:
        """When a scan last ran to its end, over all sources."""
        with mapped_errors():
            row = self._connection.execute("SELECT max(updated) FROM sources").fetchone()
            return None if row[0] is None else str(row[0])

    def generation(self) -> int:
        """A number that grows with every change of chunks or vectors."""
        return int(self._meta("generation") or 0)

    def identity(self) -> str:
        """What tells this catalog from any other, also from one that stood in the same place."""
        return self._meta("catalog") or ""

    def fingerprint(self) -> str | None:
        """The vector space the catalog's vectors are in; ``None`` before the first."""
        with mapped_errors():
            row = self._connection.execute(
                "SELECT fingerprint FROM spaces WHERE id = ?", [self._meta("space")]
            ).fetchone()
            return None if row is None else str(row[0])

    def coming(self) -> str | None:
        """The vector space that is being filled to answer next; ``None`` while there is none."""
        with mapped_errors():
            row = self._connection.execute(
                "SELECT fingerprint FROM spaces WHERE id = ?", [self._meta("target")]
            ).fetchone()
            return None if row is None else str(row[0])

    def bundle(self) -> str:
        """The folder of the model that made the vectors; empty for the one of the program."""
        return self._meta(f"bundle:{self._meta('space')}") or ""

    def dim(self) -> int | None:
        """Length of the catalog's vectors; ``None`` when it has none."""
        with mapped_errors():
            row = self._connection.execute(f"SELECT length(e.vector) {_VECTORS} LIMIT 1").fetchone()
            return None if row is None else int(row[0]) // 2

    def space(self) -> str:
        """Names the vectors of this very catalog: what a saved vector index must be of."""
        return f"{self.identity()}/{self.fingerprint()}"

    def wording(self, text: str, alternatives: Sequence[Sequence[str]] = ()) -> Wording:
        """The content words of ``text`` with their weights."""
        count = partial(matching.saying, self._connection)
        found = partial(self._vocabulary.found, generation=self.generation(), read=count)
        with mapped_errors():
            return matching.wording(text, alternatives, self._chunk_count(), found)

    def keyword(self, wanted: Wording, filters: Filters, limit: int) -> list[Scored]:
        """Chunks that say at least one of the words, by field-weighted BM25, best first."""
        with mapped_errors():
            return matching.keyword(self._connection, wanted, filters, limit)

    def respelt(self, word: str) -> str | None:
        """The stem in the index that ``word``, which is not in it, was probably meant to be."""
        kept, generation = self._vocabulary, self.generation()
        read = partial(matching.beginning, self._connection)
        beginning = partial(kept.beginning, generation=generation, read=read)
        with mapped_errors():
            find = partial(matching.respelt, beginning=beginning)
            return kept.meant(word, generation, find)

    def titled(self, text: str, filters: Filters, limit: int) -> list[Titled]:
        """Documents whose title or alias is ``text``, or begins with it, closest first."""
        key = plain(" ".join(text.split()))
        if not key:
            return []
        where, values = document_condition(filters)
        with mapped_errors():
            rows = self._connection.execute(
                f"SELECT d.id, ({_FIRST}), d.size FROM ("
                "SELECT d.id, d.path, min(length(n.key)) AS size "
                "FROM names n JOIN documents d ON d.id = n.document_id "
                "LEFT JOIN sources s ON s.id = d.source_id "
                f"WHERE n.key >= ? AND n.key < ? AND {where} "
                "GROUP BY n.document_id ORDER BY size, d.path LIMIT ?"
                ") d ORDER BY d.size, d.path",
                [key, key + "\U0010ffff", *values, limit],
            )
            return [Titled(document, chunk, len(key) / size) for document, chunk, size in rows]

    def recent(self, filters: Filters, limit: int) -> list[Scored]:
        """First chunks of the documents that pass the filters, newest first, all scored 1."""
        where, values = document_condition(filters)
        with mapped_errors():
            rows = self._connection.execute(
                f"SELECT ({_FIRST}) {_DOCUMENTS} WHERE {where} "
                "ORDER BY d.dated DESC, d.path LIMIT ?",
                [*values, limit],
            )
            return [Scored(chunk, 1.0) for (chunk,) in rows]

    def count(self, filters: Filters) -> int:
        """How many documents pass the filters."""
        where, values = document_condition(filters)
        return self._number(f"SELECT count(*) {_DOCUMENTS} WHERE {where}", values)

    def has(self, filters: Filters) -> bool:
        """Whether any document passes the filters."""
        where, values = document_condition(filters)
        return bool(self._number(f"SELECT EXISTS (SELECT 1 {_DOCUMENTS} WHERE {where})", values))

    def matching(self, filters: Filters) -> "array[int]":
        """Ids of the chunks that have a vector and pass the filters, ascending."""
        narrowed, values = chunk_ids(filters)
        return self._ids(f"{narrowed} AND c.embedding_id IS NOT NULL", values)

    def vector_ids(self) -> "array[int]":
        """Ids of all chunks that have a vector, ascending."""
        return self._ids("SELECT id FROM chunks WHERE embedding_id IS NOT NULL", [])

    def vectors(self, ids: Sequence[ChunkId]) -> Iterator[tuple[list[ChunkId], list[bytes]]]:
        """Packed vectors of these chunks in batches; ids without one are absent."""
        for at in range(0, len(ids), _BATCH):
            batch = ids[at : at + _BATCH]
            with mapped_errors():
                rows = self._connection.execute(
                    f"SELECT c.id, e.vector {_VECTORS} WHERE c.id {AMONG} ORDER BY c.id",
                    [number_list(batch)],
                ).fetchall()
            yield [row[0] for row in rows], [row[1] for row in rows]

    def leading(self, documents: Sequence[int]) -> list[ChunkId]:
        """The chunk that stands for each of these documents: its first that says something."""
        if not documents:
            return []
        with mapped_errors():
            rows = self._connection.execute(
                f"SELECT ({_FIRST}) FROM documents d WHERE d.id {AMONG}", [number_list(documents)]
            )
            return [row[0] for row in rows]

    def owners(self, chunks: Sequence[ChunkId]) -> dict[ChunkId, int]:
        """The document of each of these passages; those that are gone are absent."""
        sql = f"SELECT id, document_id FROM chunks WHERE id {AMONG}"
        with mapped_errors():
            return dict(self._connection.execute(sql, [number_list(chunks)]).fetchall())

    def linked(self, passages: Sequence[Passage]) -> dict[int, int]:
        """How many others link to the document of each of these; those without are absent."""
        with mapped_errors():
            return standing.linked(self._connection, passages)

    def recurring(self, chunks: Sequence[ChunkId]) -> dict[ChunkId, int]:
        """How many documents say each of these passages word for word; see `storage.standing`."""
        with mapped_errors():
            return standing.recurring(self._connection, chunks)

    def hydrate(self, ids: Sequence[ChunkId]) -> dict[ChunkId, Passage]:
        """What is needed to show these chunks; ids that are gone are absent."""
        if not ids:
            return {}
        sql = f"{PASSAGE_SQL} WHERE c.id {AMONG}"
        with mapped_errors():
            rows = self._connection.execute(sql, [number_list(ids)]).fetchall()
        return {row[0]: passage_row(row) for row in rows}

    def known(self, kind: str) -> list[str]:
        """All there is of one kind of `storage.known.KINDS`, to filter by."""
        with mapped_errors():
            return known(self._connection, kind)

    def values(self, name: str) -> list[str]:
        """Values of the property of that name, as they are compared."""
        with mapped_errors():
            return values(self._connection, name)

    def citing(self, document: int) -> list[int]:
        """Documents that link to an address of this page, ascending."""
        with mapped_errors():
            return pages.citing(self._connection, document)

    def cited_pages(self, document: int) -> list[int]:
        """Pages whose address this document links to, ascending."""
        with mapped_errors():
            return pages.cited_pages(self._connection, document)

    def _chunk_count(self) -> int:
        return self._total("SELECT count(*) FROM chunks")

    def _total(self, sql: str) -> int:
        """A number that is counted again only after somebody wrote to the catalog."""
        self._forget_outdated()
        if sql not in self._totals:
            self._totals[sql] = self._number(sql)
        return self._totals[sql]

    def _forget_outdated(self) -> None:
        version = self._number("PRAGMA data_version")
        if version != self._version:
            self._version, self._totals = version, {}

    def _meta(self, key: str) -> str | None:
        with mapped_errors():
            row = self._connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
            return None if row is None else str(row[0])

    def _number(self, sql: str, values: Sequence[object] = ()) -> int:
        with mapped_errors():
            number: int = self._connection.execute(sql, values).fetchone()[0]
            return number

    def _ids(self, sql: str, values: Sequence[str]) -> "array[int]":
        """Ascending; in one row, because each row costs a turn at the interpreter's lock."""
        with mapped_errors():
            row = self._connection.execute(f"SELECT group_concat(id) FROM ({sql})", values)
            return array("q", sorted(json.loads(f"[{row.fetchone()[0] or ''}]")))

"""The catalog as indexing sees it: every method is one transaction."""

import sqlite3
from collections.abc import Collection, Sequence
from pathlib import Path

from asterisk_search.records import (
    Chunk,
    ChunkId,
    Document,
    Entry,
    Pending,
    Skip,
    SourceSpec,
    Stored,
)
from asterisk_search.storage import documents, registry, spaces
from asterisk_search.storage.connection import connect_writer, mapped_errors, transaction
from asterisk_search.storage.registry import source_id
from asterisk_search.storage.rows import stored_row

_BELOW = "(ref = ? OR (ref >= ? AND ref < ?))"


def _range(ref: bytes) -> tuple[bytes, bytes, bytes]:
    """The values of `_BELOW`: the ref itself, and all that begin with it and a slash."""
    return ref, ref + b"/", ref + b"0"  # "0" follows "/"


class SqliteWriter:
    """`protocols.CatalogWriter` on SQLite. The file must have been migrated."""

    def __init__(self, path: Path | str) -> None:
        self._connection: sqlite3.Connection = connect_writer(path)
        with mapped_errors():
            self._spaces = spaces.read_spaces(self._connection)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def specs(self) -> list[SourceSpec]:
        """The registered sources in the order of their registration."""
        return registry.specs(self._connection)

    def register(self, spec: SourceSpec) -> None:
        """Add a source, or update the one of that name."""
        registry.register(self._connection, spec)

    def forget(self, name: str) -> None:
        """Forget a source, everything indexed from it, and all vectors that are out of use.

        Raises:
            NothingIndexed: no source has that name.
        """
        with transaction(self._connection):
            registry.remove(self._connection, name)
            documents.sweep_embeddings(self._connection, "", "9999")
            self._changed()

    def stored(self, source: str) -> dict[bytes, Stored]:
        """What is known of each entry of a source, by ``ref``."""
        with mapped_errors():
            rows = self._connection.execute(
                "SELECT ref, digest, prepared, size, mtime_ns, ctime_ns, inode, path "
                "FROM documents WHERE source_id = ?",
                [source_id(self._connection, source)],
            )
            return dict(map(stored_row, rows))

    def stored_below(self, source: str, refs: Collection[bytes]) -> dict[bytes, Stored]:
        """The same for these refs and those below them."""
        found: dict[bytes, Stored] = {}
        with mapped_errors():
            owner = source_id(self._connection, source)
            for ref in refs:
                rows = self._connection.execute(
                    "SELECT ref, digest, prepared, size, mtime_ns, ctime_ns, inode, path "
                    f"FROM documents WHERE source_id = ? AND {_BELOW}",
                    [owner, *_range(ref)],
                )
                found.update(map(stored_row, rows))
        return found

    def put(self, source: str, document: Document, chunks: Sequence[Chunk], prepared: str) -> None:
        """Store a document in place of what its ``ref`` held; unchanged chunks keep their ids."""
        with transaction(self._connection):
            owner = source_id(self._connection, source)
            row = documents.upsert(self._connection, owner, document, prepared)
            documents.replace_chunks(self._connection, row, document, chunks, self._spaces)
            self._connection.execute(
                "DELETE FROM skips WHERE source_id = ? AND ref = ?", [owner, document.entry.ref]
            )
            self._changed()

    def touch(self, source: str, entries: Sequence[Entry]) -> None:
        """Content unchanged: only remember the new stamps."""
        with transaction(self._connection):
            owner = source_id(self._connection, source)
            self._connection.executemany(
                "UPDATE documents SET size = ?, mtime_ns = ?, ctime_ns = ?, inode = ?, "
                "modified = ?, dated = coalesce(date, ?) WHERE source_id = ? AND ref = ?",
                [
                    (s.size, s.mtime_ns, s.ctime_ns, s.inode, s.modified, s.day,
                     owner, entry.ref)
                    for entry in entries
                    for s in [entry.stamp]
                ],
            )  # fmt: skip

    def move(self, source: str, old: bytes, entry: Entry) -> None:
        """The document at ``old`` is now at ``entry``; its chunks keep their ids.

        If there is one at ``entry`` already, which came while a scan was carried out, it stays.

        What depends on its place is settled by the `put` that must follow; until then the
        document counts as prepared by no version, so that an interruption here repeats it.
        """
        with transaction(self._connection):
            owner = source_id(self._connection, source)
            moved = self._connection.execute(
                "UPDATE OR IGNORE documents SET ref = ?, prepared = '' "
                "WHERE source_id = ? AND ref = ?",
                [entry.ref, owner, old],
            )
            if not moved.rowcount:
                documents.delete(self._connection, owner, old)
                self._changed()

    def drop(self, source: str, refs: Sequence[bytes]) -> None:
        """Forget these entries, their documents and chunks."""
        if not refs:
            return
        with transaction(self._connection):
            owner = source_id(self._connection, source)
            for ref in refs:
                documents.delete(self._connection, owner, ref)
            self._changed()

    def set_skips(self, source: str, skips: Sequence[Skip]) -> None:
        """Replace the list of what could not be indexed."""
        with transaction(self._connection):
            owner = source_id(self._connection, source)
            self._connection.execute("DELETE FROM skips WHERE source_id = ?", [owner])
            self._add_skips(owner, skips)

    def renew_skips(self, source: str, refs: Collection[bytes], skips: Sequence[Skip]) -> None:
        """Replace that list's part at ``refs`` and below."""
        with transaction(self._connection):
            owner = source_id(self._connection, source)
            self._connection.executemany(
                f"DELETE FROM skips WHERE source_id = ? AND {_BELOW}",
                [(owner, *_range(ref)) for ref in refs],
            )
            self._add_skips(owner, skips)

    def finish(self, source: str, when: str) -> None:
        """A scan of ``source`` ran to its end at ``when`` (ISO 8601)."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE sources SET updated = ? WHERE id = ?",
                [when, source_id(self._connection, source)],
            )

    def adopt(self, fingerprint: str, bundle: str = "") -> None:
        """From now on new vectors are of this fingerprint; what lacks one of it is pending.

        The vectors there are go on answering until it is complete. ``bundle`` is the folder of
        the model; empty means the one that comes with the program.
        """
        with transaction(self._connection):
            if spaces.adopt(self._connection, fingerprint, bundle):
                self._changed()
            self._spaces = spaces.read_spaces(self._connection)

    def settle(self, *, force: bool = False) -> bool:
        """Let the adopted vectors answer if nothing waits (or ``force``); return whether."""
        with transaction(self._connection):
            changed = spaces.settle(self._connection, force=force)
            if changed:
                self._changed()
            self._spaces = spaces.read_spaces(self._connection)
        return changed

    def pending(self, after: ChunkId, limit: int) -> list[Pending]:
        """Chunks that lack a vector and whose text is at hand, id above ``after``, ascending."""
        with mapped_errors():
            rows = self._connection.execute(
                "SELECT c.id, c.digest, p.text FROM chunks c JOIN pending p ON p.chunk_id = c.id "
                "WHERE c.id > ? ORDER BY c.id LIMIT ?",
                [after, limit],
            )
            return [Pending(*row) for row in rows]

    def pending_below(self, source: str, refs: Collection[bytes]) -> list[Pending]:
        """The same of the documents at these refs and below them."""
        with mapped_errors():
            owner = source_id(self._connection, source)
            return [
                Pending(*row)
                for ref in refs
                for row in self._connection.execute(
                    "SELECT c.id, c.digest, p.text FROM documents d "
                    "JOIN chunks c ON c.document_id = d.id JOIN pending p ON p.chunk_id = c.id "
                    f"WHERE d.source_id = ? AND {_BELOW} ORDER BY c.id",
                    [owner, *_range(ref)],
                )
            ]

    def set_vectors(self, pending: Sequence[Pending], packed: Sequence[bytes]) -> None:
        """Store the packed vector of each pending text, for every chunk that says the same."""
        with transaction(self._connection):
            for item, vector in zip(pending, packed, strict=True):
                documents.set_vector(self._connection, self._spaces, item.digest, vector)
            self._changed()

    def sweep(self, today: str, keep_since: str) -> int:
        """Forget vectors that no chunk has used since ``keep_since``; return how many went.

        Unused vectors are kept for a while, so that a text which comes back (an undone edit, a
        remounted disk) is not embedded again. Both dates are ISO dates.
        """
        with transaction(self._connection):
            return documents.sweep_embeddings(self._connection, today, keep_since)

    def unused_share(self) -> float:
        """Share of the file that holds nothing, 0 to 1."""
        with mapped_errors():
            (unused,) = self._connection.execute("PRAGMA freelist_count").fetchone()
            (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        return float(unused / pages) if pages else 0.0

    def checkpoint(self) -> None:
        """Bring everything written so far safely onto the disk."""
        with mapped_errors():
            self._connection.execute("PRAGMA wal_checkpoint(FULL)")

    def compact(self) -> None:
        """Write the file anew without what was removed from it."""
        with mapped_errors():
            self._connection.execute("INSERT INTO words (words) VALUES ('optimize')")
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _add_skips(self, owner: int, skips: Sequence[Skip]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO skips (source_id, ref, path, reason, detail) "
            "VALUES (?, ?, ?, ?, ?)",
            [(owner, s.ref, s.path, s.reason.value, s.detail) for s in skips],
        )

    def _changed(self) -> None:
        """Any vector index saved before this moment has something to catch up with."""
        self._connection.execute(
            "INSERT INTO meta (key, value) VALUES ('generation', '1') "
            "ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
        )

"""What was found and opened last, in a small file of its own.

Searching never writes the catalog; this is where `open 2` learns what the second result was, and
ranking which results were worth opening. Nothing here is needed: what cannot be written is not
remembered, and a file that cannot be read is made anew.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from asterisk_search.views import Found

NAME: Final = "history.sqlite3"
MOST_FOUND: Final = 1000
"""Results remembered of the last list: as many as a list can have."""
MOST_OPENED: Final = 5000
"""Documents whose openings are counted; those opened longest ago are forgotten."""
_WAIT_S: Final = 0.2
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS found (rank INTEGER PRIMARY KEY, source TEXT NOT NULL, "
    "ref BLOB NOT NULL, line INTEGER NOT NULL, url TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS opened (source TEXT NOT NULL, ref BLOB NOT NULL, "
    "times INTEGER NOT NULL, turn INTEGER NOT NULL, PRIMARY KEY (source, ref)) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class History:
    """The last list of results, and how often each document was opened from one."""

    folder: Path

    @property
    def path(self) -> Path:
        """The file, readable by its owner alone."""
        return self.folder / NAME

    def remember(self, found: Sequence[Found]) -> bool:
        """Put a list of results in place of the last one; return whether that could be done."""
        with suppress(sqlite3.Error, OSError), self._changing() as connection:
            connection.execute("DELETE FROM found")
            connection.executemany(
                "INSERT OR REPLACE INTO found (rank, source, ref, line, url) "
                "VALUES (?, ?, ?, ?, ?)",
                [
                    (item.rank, item.source, item.ref, item.line, item.url)
                    for item in found[:MOST_FOUND]
                ],
            )
            return True
        return False

    def found(self, rank: int) -> Found | None:
        """The result of that rank in the last list."""
        rows = self._rows("SELECT rank, source, ref, line, url FROM found WHERE rank = ?", [rank])
        return Found(*rows[0]) if rows else None

    def count(self, source: str, ref: bytes) -> bool:
        """Count one more opening of a document; return whether that could be done."""
        with suppress(sqlite3.Error, OSError), self._changing() as connection:
            connection.execute(
                "INSERT INTO opened (source, ref, times, turn) "
                "SELECT ?, ?, 1, coalesce(max(turn), 0) + 1 FROM opened WHERE true "
                "ON CONFLICT (source, ref) DO UPDATE "
                "SET times = times + 1, turn = excluded.turn",
                [source, ref],
            )
            connection.execute(
                "DELETE FROM opened WHERE (source, ref) IN (SELECT source, ref FROM opened "
                "ORDER BY turn DESC LIMIT -1 OFFSET ?)",
                [MOST_OPENED],
            )
            return True
        return False

    def opened_counts(self) -> dict[tuple[str, bytes], int]:
        """How often each document was opened, by name of its source and ref."""
        rows = self._rows("SELECT source, ref, times FROM opened", [])
        return {(source, ref): times for source, ref, times in rows}

    def forget(self) -> None:
        """Delete the file, if it can be."""
        for name in (NAME, f"{NAME}-journal"):
            with suppress(OSError):
                (self.folder / name).unlink(missing_ok=True)

    def _rows(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if not self.path.is_file():
            return []
        try:
            with closing(sqlite3.connect(self.path, timeout=_WAIT_S)) as connection:
                return connection.execute(sql, values).fetchall()
        except (sqlite3.Error, OSError):
            return []

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; a file that is no database is deleted, to be made anew next time."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.close(handle)
        try:
            with closing(sqlite3.connect(self.path, timeout=_WAIT_S)) as connection, connection:
                # Losing the last list in a power failure is nothing to wait for a disk for.
                connection.execute("PRAGMA synchronous = OFF")
                for statement in _TABLES:
                    connection.execute(statement)
                yield connection
        except sqlite3.DatabaseError as error:
            if not isinstance(error, sqlite3.OperationalError):
                self.forget()
            raise

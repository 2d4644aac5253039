"""Opening the catalog's SQLite file, for writing or only for reading."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from asterisk_search.errors import CatalogError, CatalogTooNew, NothingIndexed
from asterisk_search.storage.schema import VERSION

BUSY_TIMEOUT_S = 10.0
RETRY_S = 0.01


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Turn the exceptions of sqlite3 and of the file system into this program's.

    Raises:
        CatalogError: for any ``sqlite3.Error`` or ``OSError`` inside the block.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise CatalogError(
            f"the catalog cannot be used: {error}",
            hint="run `asterisk-search doctor`; the notes themselves are never touched",
        ) from error


@contextmanager
def closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Close ``connection`` when the block fails, and only then."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def connect_writer(path: Path | str) -> sqlite3.Connection:
    """A connection that may write, in WAL mode; the file is created when missing.

    Raises:
        CatalogError: the file cannot be opened or is no database.
    """
    with mapped_errors():
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        with closed_on_error(connection):
            _enter_wal(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            # Bounded: a page cache that grows with the vault is memory taken from the user.
            connection.execute("PRAGMA cache_size = -8192")
    return connection


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Put the file in WAL mode, waiting up to ``BUSY_TIMEOUT_S`` for others that do so.

    A new file is read first and written then, and who holds a read lock is told at once that
    the file is busy, whatever the connection's own timeout: two such would wait for each other.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_S)


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write.

    Raises:
        NothingIndexed: there is no catalog yet.
        CatalogTooNew: a newer version of the program wrote it.
        CatalogError: it is no catalog, or of a version that ``index`` has to bring up to date.
    """
    with mapped_errors():
        if not path.exists():
            raise _nothing_indexed()
        # In a folder that may not be written to, SQLite cannot make the files that WAL needs.
        options = "mode=ro" if os.access(path.parent, os.W_OK) else "mode=ro&immutable=1"
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?{options}",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        with closed_on_error(connection):
            connection.execute("PRAGMA query_only = ON")
            # kB: a query reads some hundred pages; four times as much made none faster.
            connection.execute("PRAGMA cache_size = -2048")
            _refuse_older(schema_version(connection))
    return connection


def _nothing_indexed() -> NothingIndexed:
    return NothingIndexed(
        "nothing has been indexed yet", hint="run `asterisk-search index PATH` first"
    )


def _refuse_older(version: int) -> None:
    if version == 0:
        raise _nothing_indexed()
    if version < VERSION:
        raise CatalogError(
            "the catalog is of an older version",
            hint="run `asterisk-search index` once to bring it up to date",
        )


def schema_version(connection: sqlite3.Connection) -> int:
    """How many migrations the file has had.

    Raises:
        CatalogTooNew: more than this program knows.
    """
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise CatalogTooNew(
            f"the catalog has schema {version}, this program knows {VERSION}",
            hint="upgrade asterisk-search, or use another --data-dir",
        )
    return version


def up_to_date(path: Path) -> bool:
    """Whether a catalog exists and has had every migration.

    Raises:
        CatalogTooNew: it has had more than this program knows.
        CatalogError: the file is no database.
    """
    with mapped_errors():
        if not path.exists():
            return False
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)
        try:
            return schema_version(connection) == VERSION
        finally:
            connection.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: all of the block or nothing.

    Raises:
        CatalogError: for any ``sqlite3.Error`` inside the block.
    """
    with mapped_errors():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            # On a full disk SQLite has rolled back already; a second time would hide the reason.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

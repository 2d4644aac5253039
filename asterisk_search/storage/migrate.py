"""Bringing a catalog to the current schema, with sqlite-utils.

Apart from the reader and the writer because importing sqlite-utils costs more than a keyword query,
and a catalog that is up to date needs none of it.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from asterisk_search.storage.connection import connect_writer, schema_version, transaction
from asterisk_search.storage.documents import refill_words
from asterisk_search.storage.schema import MIGRATIONS, VERSION
from asterisk_search.storage.schema_ranking import REFILL
from asterisk_search.text.folding import plain, tag_key

_FUNCTIONS: Final[dict[str, Callable[[str], str]]] = {"plain": plain, "tag_key": tag_key}
"""What migrations call to fill columns as the writer does."""


def migrate(path: Path | str) -> int:
    """Apply the missing migrations, each in its own transaction; return how many were applied.

    Safe when several processes start at once: the version is read again under the write lock.

    Raises:
        CatalogTooNew: a newer version of the program wrote the file.
        CatalogError: the file is no database or cannot be written.
    """
    connection = connect_writer(path)
    try:
        _provide(connection)
        applied = 0
        while schema_version(connection) < VERSION:
            with transaction(connection):
                version = schema_version(connection)
                if version < VERSION:
                    _apply(Database(connection), version)
                    applied += 1
        return applied
    finally:
        connection.close()


def _provide(connection: sqlite3.Connection) -> None:
    for name, function in _FUNCTIONS.items():
        connection.create_function(name, 1, function, deterministic=True)


def _apply(database: Database, version: int) -> None:
    for statement in MIGRATIONS[version]:
        if statement == REFILL:
            refill_words(database.conn)
        else:
            database.execute(statement)
    database.execute(f"PRAGMA user_version = {version + 1}")

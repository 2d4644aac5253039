"""Bringing a catalog to the current schema, with sqlite-utils.

Apart from the reader and the writer because importing sqlite-utils costs more than a keyword query,
and a catalog that is up to date needs none of it.
"""

from pathlib import Path

from sqlite_utils import Database

from asterisk_search.storage.connection import connect_writer, schema_version, transaction
from asterisk_search.storage.schema import MIGRATIONS, VERSION


def migrate(path: Path | str) -> int:
    """Apply the missing migrations, each in its own transaction; return how many were applied.

    Safe when several processes start at once: the version is read again under the write lock.

    Raises:
        CatalogTooNew: a newer version of the program wrote the file.
        CatalogError: the file is no database or cannot be written.
    """
    connection = connect_writer(path)
    try:
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


def _apply(database: Database, version: int) -> None:
    for statement in MIGRATIONS[version]:
        database.execute(statement)
    database.execute(f"PRAGMA user_version = {version + 1}")

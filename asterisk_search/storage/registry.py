"""The registered sources: what the user asked to have indexed."""

import os
import sqlite3
from collections.abc import Sequence
from difflib import get_close_matches

from asterisk_search.errors import NothingIndexed
from asterisk_search.records import SourceInfo, SourceSpec
from asterisk_search.storage import documents
from asterisk_search.storage.connection import mapped_errors, transaction
from asterisk_search.storage.rows import pack_list, spec_row
from asterisk_search.storage.spaces import waiting

_COLUMNS = "name, type, root, exclude"


def source_id(connection: sqlite3.Connection, name: str) -> int:
    """Row number of a source.

    Raises:
        NothingIndexed: no source has that name.
    """
    row = connection.execute("SELECT id FROM sources WHERE name = ?", [name]).fetchone()
    if row is None:
        raise NothingIndexed(
            f"there is no source named {name!r}", hint="`asterisk-search source list` shows them"
        )
    return int(row[0])


def specs(connection: sqlite3.Connection) -> list[SourceSpec]:
    """All registered sources in the order of their registration."""
    with mapped_errors():
        rows = connection.execute(f"SELECT {_COLUMNS} FROM sources ORDER BY id")
        return [spec_row(*row) for row in rows]


def choose(specs: Sequence[SourceSpec], names: Sequence[str] | None) -> list[SourceSpec]:
    """The registered sources of these names, or all of them.

    Raises:
        NothingIndexed: none is registered, or none of a name asked for.
    """
    if not specs:
        raise NothingIndexed(
            "no source has been indexed yet", hint="run `asterisk-search index PATH` first"
        )
    if names is None:
        return list(specs)
    by_name = {spec.name.casefold(): spec for spec in specs}
    for name in names:
        if name.casefold() not in by_name:
            known = [spec.name for spec in specs]
            close = get_close_matches(name, known, 1)
            raise NothingIndexed(
                f"there is no source named {name!r}",
                hint=f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known)}",
            )
    return [by_name[name.casefold()] for name in names]


def register(connection: sqlite3.Connection, spec: SourceSpec) -> None:
    """Add a source, or update the type and exclusions of the one of that name."""
    with transaction(connection):
        connection.execute(
            f"INSERT INTO sources ({_COLUMNS}) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET type = excluded.type, root = excluded.root, "
            "exclude = excluded.exclude",
            [spec.name, spec.type, os.fsencode(spec.root), pack_list(spec.exclude)],
        )


def remove(connection: sqlite3.Connection, name: str) -> None:
    """Forget a source and everything indexed from it; the caller holds the transaction.

    Raises:
        NothingIndexed: no source has that name.
    """
    row = source_id(connection, name)
    documents.delete_all(connection, row)
    connection.execute("DELETE FROM sources WHERE id = ?", [row])


def infos(connection: sqlite3.Connection) -> list[SourceInfo]:
    """Each source with its counts."""
    with mapped_errors():
        rows = connection.execute(f"SELECT id, updated, {_COLUMNS} FROM sources ORDER BY id")
        return [
            SourceInfo(spec_row(*columns), *_counts(connection, row), updated)
            for row, updated, *columns in rows.fetchall()
        ]


def _counts(connection: sqlite3.Connection, row: int) -> tuple[int, int, int, int]:
    def count(sql: str) -> int:
        number: int = connection.execute(f"SELECT count(*) FROM {sql}", [row]).fetchone()[0]
        return number

    chunks = "chunks c JOIN documents d ON d.id = c.document_id WHERE d.source_id = ?"
    return (
        count("documents WHERE source_id = ?"),
        count(chunks),
        count(f"{chunks} AND {waiting(connection)}"),
        count("skips WHERE source_id = ?"),
    )

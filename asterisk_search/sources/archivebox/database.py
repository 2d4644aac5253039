"""Reading ``index.sqlite3`` of any version, without harm to a program that is writing it.

A careless opening of a database in WAL mode creates files beside it, owned by whoever opened it,
and an ArchiveBox of another user then cannot write any more. So nothing is ever created here.
"""

import shutil
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from asterisk_search.errors import SourceError
from asterisk_search.sources.archivebox.rows import Row, iso_time
from asterisk_search.text.lines import clean_text

NAME: Final = "index.sqlite3"
_ATTEMPTS: Final = 4
_WAIT_SECONDS: Final = 0.25
_LOCKED_SECONDS: Final = 5.0
_LARGEST_COPY: Final = 200_000_000
_UNCHANGING: Final = "mode=ro&immutable=1"
"""Takes no locks and creates nothing; that the file did not change has to be looked at."""
_SHARED: Final = "mode=ro&readonly_shm=1"
"""Beside a program that has it open; not even a reader's marks are written (SQLite, URI names)."""
_COLUMNS: Final = {
    "id": ("id",), "url": ("url",), "timestamp": ("timestamp",), "title": ("title",),
    "added": ("added", "created_at"), "changed": ("updated", "modified_at"),
    "bookmarked": ("bookmarked_at",), "downloaded": ("downloaded_at",), "status": ("status",),
}  # fmt: skip
"""What is read, and under which names the versions have it."""
_NEEDED: Final = frozenset({"id", "url", "timestamp"})


class NoDatabase(Exception):
    """There is none, or none that can be read: the folders have to tell."""


def read_database(path: Path, wait: Callable[[float], None] = time.sleep) -> list[Row]:
    """The snapshots that the database knows.

    Raises:
        NoDatabase: it is missing, not readable, damaged, or holds no snapshots' table.
        SourceError: it is locked or keeps changing; later it can be read.
    """
    problem = ""
    for _ in range(_ATTEMPTS):
        try:
            before = _state(path)
            rows = _read(path)
            if _state(path) == before or _in_use(path):
                return rows
            problem = "it keeps changing"
        except OSError as error:
            raise NoDatabase(error.strerror or "not readable") from error
        except sqlite3.Error as error:
            problem = str(error)
        wait(_WAIT_SECONDS)
    if "locked" in problem or "changing" in problem:
        raise SourceError(
            f"{path} cannot be read now: {problem}",
            hint="ArchiveBox is writing to it; try again later. Nothing was changed in the index.",
        )
    raise NoDatabase(problem)


def _read(path: Path) -> list[Row]:
    if _filled(path, "-wal") and not _beside(path, "-shm").exists():
        if path.stat().st_size > _LARGEST_COPY:
            return _rows(path, _UNCHANGING)  # its last rows are missing then
        # Left by a crash. What is in the log can be had only from a copy: reading it in place
        # creates files.
        with tempfile.TemporaryDirectory(prefix="asterisk-search-") as folder:
            copy = Path(folder) / NAME
            shutil.copyfile(path, copy)
            shutil.copyfile(_beside(path, "-wal"), _beside(copy, "-wal"))
            return _rows(copy, "mode=ro")
    return _rows(path, _SHARED if _in_use(path) else _UNCHANGING)


def _in_use(path: Path) -> bool:
    """Whether the file alone does not hold everything, because somebody is writing."""
    return _filled(path, "-wal") or _filled(path, "-journal")


def _filled(path: Path, ending: str) -> bool:
    beside = _beside(path, ending)
    return beside.exists() and beside.stat().st_size > 0


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _state(path: Path) -> list[tuple[int, int]]:
    states = []
    for name in (path, _beside(path, "-wal")):
        if name == path or name.exists():
            status = name.stat()
            states.append((status.st_size, status.st_mtime_ns))
    return states


def _rows(path: Path, options: str) -> list[Row]:
    uri = f"file:{quote(str(path), errors='surrogateescape')}?{options}"
    with closing(sqlite3.connect(uri, uri=True, timeout=_LOCKED_SECONDS)) as connection:
        try:
            return _found(connection)
        except sqlite3.OperationalError as error:
            if "decode" not in str(error).lower():
                raise
            # Slower, and rarely needed: texts that are no UTF-8.
            connection.text_factory = lambda content: content.decode("utf-8", "replace")
            return _found(connection)


def _found(connection: sqlite3.Connection) -> list[Row]:
    names = _names(connection, "core_snapshot")
    columns = {
        field: next((name for name in choices if name in names), "")
        for field, choices in _COLUMNS.items()
    }
    if not all(columns[field] for field in _NEEDED):
        raise NoDatabase("it has no table of snapshots")
    tags = _tags(connection, names)
    wanted = ", ".join(f'"{name}"' if name else "NULL" for name in columns.values())
    found = connection.execute(f"SELECT {wanted} FROM core_snapshot")
    return [_row(values, tags) for values in found]


def _names(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def _tags(connection: sqlite3.Connection, columns: set[str]) -> dict[str, tuple[str, ...]]:
    """Names of the tags by snapshot: joined, or a list with commas in versions up to 0.4."""
    found: dict[str, list[str]] = defaultdict(list)
    if {"snapshot_id", "tag_id"} <= _names(connection, "core_snapshot_tags"):
        rows = connection.execute(
            "SELECT st.snapshot_id, t.name FROM core_snapshot_tags st "
            "JOIN core_tag t ON t.id = st.tag_id ORDER BY t.name"
        )
        for snapshot, name in rows:
            found[str(snapshot)].append(_clean(name))
    elif "tags" in columns:
        for snapshot, names in connection.execute("SELECT id, tags FROM core_snapshot"):
            found[str(snapshot)] += tag_list(names)
    once: dict[tuple[str, ...], tuple[str, ...]] = {}
    return {
        snapshot: once.setdefault(tuple(names), tuple(names)) for snapshot, names in found.items()
    }


def _clean(value: object) -> str:
    if not isinstance(value, str):
        return str(value or "")
    return value if value.isascii() and value.isprintable() else clean_text(value)


def tag_list(names: object) -> list[str]:
    """The tags of a text with commas."""
    parts = names.split(",") if isinstance(names, str) else []
    return [part.strip() for part in parts if part.strip()]


def _row(values: tuple[object, ...], tags: dict[str, tuple[str, ...]]) -> Row:
    id_, url, timestamp, title, added, changed, bookmarked, downloaded, status = values
    return Row(
        str(id_ or ""), _clean(url), str(timestamp or ""), _clean(title), iso_time(added),
        iso_time(changed), iso_time(bookmarked), iso_time(downloaded), str(status or ""),
        tags.get(str(id_), ()),
    )  # fmt: skip

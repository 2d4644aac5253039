"""What there is to filter by, for those who misspelt it."""

import sqlite3
from typing import Final

from asterisk_search.text.folding import plain

_SQL: Final = {
    "tags": "SELECT min(tag) FROM tags GROUP BY key ORDER BY key",
    "domains": "SELECT DISTINCT domain FROM pages ORDER BY domain",
    "types": "SELECT 'note' UNION SELECT 'page' UNION SELECT kind FROM documents "
    "UNION SELECT type FROM sources",
    "properties": "SELECT DISTINCT name FROM properties ORDER BY name",
    "sources": "SELECT name FROM sources ORDER BY name",
}
KINDS: Final = (*_SQL, "folders")


def known(connection: sqlite3.Connection, kind: str) -> list[str]:
    """All values of one of `KINDS`: tags and folders as first spelt, in order."""
    if kind == "folders":
        return _folders(connection)
    return [row[0] for row in connection.execute(_SQL[kind])]


def values(connection: sqlite3.Connection, name: str) -> list[str]:
    """The values of the property of that name as they are compared, in order; the first thousand.

    A long one is a text rather than a name.
    """
    rows = connection.execute(
        "SELECT DISTINCT value FROM properties WHERE name = ? AND length(value) BETWEEN 1 AND 60 "
        "ORDER BY value LIMIT 1000",
        [plain(name)],
    )
    return [row[0] for row in rows]


def _folders(connection: sqlite3.Connection) -> list[str]:
    """All folders that hold documents, and those above them."""
    found: set[str] = set()
    for (path,) in connection.execute("SELECT path FROM documents"):
        while "/" in path:
            path = path.rpartition("/")[0]
            found.add(path)
    return sorted(found)

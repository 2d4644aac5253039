"""Vector spaces: which one answers, and which one is being filled to answer next.

Another model means another space, and two spaces are never compared. While the new one is filled,
chunks keep their vectors of the old one; when nothing waits any more, all change over in one
transaction. ``meta`` holds the space that answers (``space``), the one being filled (``target``,
only while there is one), and the bundle that each came from (``bundle:<space>``).
"""

import sqlite3
from dataclasses import dataclass
from typing import Final

WAITING: Final = "c.embedding_id IS NULL AND c.digest IS NOT NULL"
"""The condition on ``chunks c`` that wait for a vector, while no space is being filled."""


@dataclass(frozen=True, slots=True)
class Spaces:
    """Row numbers of the two spaces; equal when none is being filled, ``None`` before the first."""

    answering: int | None = None
    filled: int | None = None


def read_spaces(connection: sqlite3.Connection) -> Spaces:
    """The spaces as the catalog says."""
    found = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('space', 'target')"))
    answering = int(found["space"]) if "space" in found else None
    return Spaces(answering, int(found["target"]) if "target" in found else answering)


def waiting(connection: sqlite3.Connection) -> str:
    """The condition on ``chunks c`` that wait for a vector of the space being filled."""
    spaces = read_spaces(connection)
    if spaces.answering == spaces.filled or spaces.filled is None:
        return WAITING
    return (
        "c.digest IS NOT NULL AND NOT EXISTS (SELECT 1 FROM embeddings w "
        f"WHERE w.space_id = {spaces.filled} AND w.digest = c.digest)"
    )


def adopt(connection: sqlite3.Connection, fingerprint: str, bundle: str) -> bool:
    """Fill the space of this fingerprint from now on; return whether anything changed.

    It answers at once when the one before has no vectors, or when it is complete already. The
    caller holds the transaction.
    """
    connection.execute("INSERT OR IGNORE INTO spaces (fingerprint) VALUES (?)", [fingerprint])
    (space,) = connection.execute(
        "SELECT id FROM spaces WHERE fingerprint = ?", [fingerprint]
    ).fetchone()
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", [f"bundle:{space}", bundle]
    )
    before = read_spaces(connection)
    if space == before.filled:
        return False
    if space == before.answering:
        connection.execute("DELETE FROM meta WHERE key = 'target'")
    else:
        connection.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES ('target', ?)", [str(space)]
        )
    # Texts that were embedded in this space before wait no longer.
    connection.execute(
        "DELETE FROM pending WHERE chunk_id IN (SELECT c.id FROM chunks c JOIN embeddings e "
        "ON e.digest = c.digest WHERE e.space_id = ?)",
        [space],
    )
    held = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM chunks WHERE embedding_id IS NOT NULL)"
    ).fetchone()[0]
    settle(connection, force=not held)
    return True


def settle(connection: sqlite3.Connection, *, force: bool = False) -> bool:
    """Let the space that was filled answer, if nothing waits (or ``force``); return whether.

    The caller holds the transaction.
    """
    spaces = read_spaces(connection)
    if spaces.answering == spaces.filled:
        return False
    lacking = connection.execute(
        f"SELECT EXISTS (SELECT 1 FROM chunks c WHERE {waiting(connection)})"
    ).fetchone()[0]
    if lacking and not force:
        return False
    connection.execute(
        "UPDATE chunks SET embedding_id = (SELECT e.id FROM embeddings e "
        "WHERE e.space_id = ? AND e.digest = chunks.digest)",
        [spaces.filled],
    )
    connection.execute("DELETE FROM meta WHERE key = 'target'")
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('space', ?)", [str(spaces.filled)]
    )
    return True

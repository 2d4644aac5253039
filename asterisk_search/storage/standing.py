"""What the rest of the catalog says of a document or passage: who links to it, who repeats it."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from asterisk_search.answers import Passage
from asterisk_search.storage.rows import AMONG, number_list

MOST: Final = 64
"""More than that are not counted: a banner may be on every page."""


def linked(connection: sqlite3.Connection, passages: Sequence[Passage]) -> dict[int, int]:
    """How many others link to the document of each of these by its name or path, as most links
    are written."""
    named: dict[str, set[int]] = {}
    for passage in passages:
        stem = passage.path.removesuffix(".md")
        for name in {passage.title, stem, stem.rpartition("/")[2]}:
            named.setdefault(name, set()).add(passage.document)
    places = ",".join("?" * len(named))
    found: dict[int, set[int]] = {}
    for target, by in connection.execute(
        f"SELECT DISTINCT target, document_id FROM links WHERE target IN ({places})", list(named)
    ):
        for document in named[target] - {by}:
            found.setdefault(document, set()).add(by)
    return {document: len(others) for document, others in found.items()}


def recurring(connection: sqlite3.Connection, chunks: Sequence[int]) -> dict[int, int]:
    """How many documents, `MOST` at most, say each of these passages word for word."""
    return dict(
        connection.execute(
            "SELECT c.id, (SELECT count(*) FROM (SELECT DISTINCT o.document_id FROM chunks o "
            f"WHERE o.said = c.said LIMIT {MOST})) FROM chunks c WHERE c.id {AMONG}",
            [number_list(chunks)],
        ).fetchall()
    )

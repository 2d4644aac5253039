"""The catalog as views of single documents see it."""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from asterisk_search.answers import Filters
from asterisk_search.records import ChunkId, Kind, Skip, SkipReason
from asterisk_search.storage.connection import mapped_errors
from asterisk_search.storage.narrowing import document_condition
from asterisk_search.storage.pages import PAGE_COLUMNS, page_row
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.storage.rows import AMONG, number_list, unpack_list
from asterisk_search.storage.spaces import waiting
from asterisk_search.text.folding import fold, plain
from asterisk_search.text.urls import url_key
from asterisk_search.views import Card, Order

_CARD: Final = (
    "SELECT d.id, s.name, s.root, d.kind, d.ref, d.path, d.title, d.aliases, d.tags, "
    "d.properties, d.warnings, d.date, d.modified, d.demoted, d.digest, d.size, d.mtime_ns, "
    f"{PAGE_COLUMNS} "
    "FROM documents d JOIN sources s ON s.id = d.source_id "
    "LEFT JOIN pages p ON p.document_id = d.id"
)
_ORDER: Final = "ORDER BY s.id, d.path, d.ref"
_ORDERS: Final = {
    Order.DATE: "d.dated DESC",
    Order.MODIFIED: "d.mtime_ns DESC",
    Order.PATH: "s.name, d.path",
    Order.TITLE: "d.title COLLATE NOCASE",
}
_ENOUGH: Final = 50
"""Documents of one name that are looked at: beyond that, the name says nothing."""


class SqliteViewer(SqliteReader):
    """A reader that finds documents by their names and shows them whole."""

    def card(self, document: int) -> Card | None:
        """The document of that row number."""
        found = self._cards("d.id = ?", [document])
        return found[0] if found else None

    def by_ref(self, source: str, ref: bytes) -> Card | None:
        """The document at that place of a source."""
        found = self._cards("s.name = ? AND d.ref = ?", [source, ref])
        return found[0] if found else None

    def by_path(self, path: str, source: str | None = None) -> list[Card]:
        """Documents at that path, of one source or of all; case and accents do not matter."""
        one, of = ("", []) if source is None else (" AND s.name = ?", [source])
        found = self._cards(f"d.path_key = ?{one}", [plain(path), *of])
        return _closest(found, path, lambda card: [card.path])

    def by_name(self, name: str) -> list[Card]:
        """Documents of that title or alias; case and accents do not matter."""
        name = " ".join(name.split())
        found = self._cards("d.id IN (SELECT document_id FROM names WHERE key = ?)", [plain(name)])
        return _closest(found, name, lambda card: [card.title, *card.aliases])

    def by_address(self, url: str) -> list[Card]:
        """Saved pages of that web address, however it is spelt."""
        return self._cards(
            "d.id IN (SELECT document_id FROM page_addresses WHERE url_key = ?)", [url_key(url)]
        )

    def by_copy(self, source: str, folder: str) -> list[Card]:
        """The saved page of which a copy lies in that folder of an archive."""
        # Copies are kept as JSON, in which a folder stands as this very text.
        return self._cards("s.name = ? AND instr(p.copies, ?) > 0", [source, json.dumps(folder)])

    def by_ending(self, ending: str) -> list[Card]:
        """Documents whose path ends with these whole components."""
        key, parts = f"/{plain(ending)}", ending.count("/") + 1
        found = self._cards("substr(d.path_key, ?) = ?", [-len(key), key])
        return _closest(found, ending, lambda card: ["/".join(card.path.split("/")[-parts:])])

    def names(self, limit: int) -> list[str]:
        """Paths of documents, for suggestions."""
        with mapped_errors():
            rows = self._connection.execute("SELECT path FROM documents LIMIT ?", [limit])
            return [row[0] for row in rows]

    def body(self, document: int) -> str:
        """The readable text of a document; empty when it is gone."""
        with mapped_errors():
            row = self._connection.execute(
                "SELECT body FROM bodies WHERE document_id = ?", [document]
            ).fetchone()
            return "" if row is None else str(row[0])

    def span(self, document: int, ordinal: int) -> tuple[int, int] | None:
        """First and last line of a document's passage of that number."""
        with mapped_errors():
            row = self._connection.execute(
                "SELECT line, end_line FROM chunks WHERE document_id = ? AND ordinal = ?",
                [document, ordinal],
            ).fetchone()
            return None if row is None else (row[0], row[1])

    def listed(self, filters: Filters, order: Order, limit: int) -> list[Card]:
        """The documents that pass the filters; a negative ``limit`` means all of them."""
        where, values = document_condition(filters)
        return self._cards(where, values, limit, f"ORDER BY {_ORDERS[order]}, s.id, d.path, d.ref")

    def passing(self, documents: Sequence[int], filters: Filters) -> set[int]:
        """Those of the documents that pass the filters."""
        where, values = document_condition(filters)
        with mapped_errors():
            rows = self._connection.execute(
                "SELECT d.id FROM documents d JOIN sources s ON s.id = d.source_id "
                f"WHERE d.id {AMONG} AND {where}",
                [number_list(documents), *values],
            )
            return {row for (row,) in rows}

    def passage_counts(self, document: int) -> tuple[int, int, int]:
        """Passages of a document, those with a vector, and those that wait for one."""
        with mapped_errors():
            row = self._connection.execute(
                "SELECT count(*), count(c.embedding_id), "
                f"count(CASE WHEN {waiting(self._connection)} THEN 1 END) "
                "FROM chunks c WHERE c.document_id = ?",
                [document],
            ).fetchone()
            return row[0], row[1], row[2]

    def skip(self, source: str, ref: bytes) -> Skip | None:
        """Why the entry at that place of a source could not be indexed.

        The place may also be as it is shown, which is not always how the file system spells it.
        """
        with mapped_errors():
            row = self._connection.execute(
                "SELECT k.ref, k.path, k.reason, k.detail FROM skips k "
                "JOIN sources s ON s.id = k.source_id "
                "WHERE s.name = ? AND (k.ref = ? OR k.path = ?)",
                [source, ref, ref.decode("utf-8", "replace")],
            ).fetchone()
        return None if row is None else Skip(row[0], row[1], SkipReason(row[2]), row[3])

    def speaking(self, documents: Sequence[int]) -> dict[int, list[ChunkId]]:
        """The passages of these documents that have a vector and are shown, in order."""
        found: dict[int, list[ChunkId]] = {document: [] for document in documents}
        with mapped_errors():
            rows = self._connection.execute(
                "SELECT document_id, id FROM chunks WHERE hidden = 0 AND embedding_id "
                f"IS NOT NULL AND document_id {AMONG} ORDER BY document_id, ordinal",
                [number_list(documents)],
            )
            for document, chunk in rows:
                found[document].append(chunk)
        return found

    def _cards(
        self, where: str, values: Sequence[object], limit: int = _ENOUGH, order: str = _ORDER
    ) -> list[Card]:
        with mapped_errors():
            rows = self._connection.execute(
                f"{_CARD} WHERE {where} {order} LIMIT ?", [*values, limit]
            ).fetchall()
        return [card_row(row) for row in rows]


def _closest(cards: list[Card], wanted: str, names: Callable[[Card], Iterable[str]]) -> list[Card]:
    """Those of exactly that name; else those that differ in letter case alone; else all."""
    same: tuple[Callable[[str], str], ...] = (str, fold)
    for key in same:
        found = [card for card in cards if key(wanted) in map(key, names(card))]
        if found:
            return found
    return cards


def card_row(row: tuple[Any, ...]) -> Card:
    """A row of the catalog as a record."""
    (
        document, source, root, kind, ref, path, title, aliases, tags, properties, warnings, date,
        modified, demoted, digest, size, mtime_ns, *page,
    ) = row  # fmt: skip
    return Card(
        document=document, source=source, root=os.fsdecode(root), kind=Kind(kind), ref=ref,
        path=path, title=title, aliases=unpack_list(aliases), tags=unpack_list(tags),
        properties=tuple((key, value) for key, value in json.loads(properties)),
        warnings=unpack_list(warnings), date=date, modified=modified, demoted=demoted,
        digest=digest, size=size, mtime_ns=mtime_ns, page=page_row(tuple(page)),
    )  # fmt: skip

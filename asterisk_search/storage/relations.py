"""The catalog as a net: what links to what, cites the same pages, bears the same tags."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from asterisk_search.records import LinkKind
from asterisk_search.storage.connection import mapped_errors
from asterisk_search.storage.rows import AMONG, number_list
from asterisk_search.storage.viewing import SqliteViewer
from asterisk_search.text.folding import fold, plain

MOST_LINKS: Final = 2000
"""Links of one document, and documents that may link to it, that are looked at."""
COMMON: Final = 20
"""An address cited by more documents, or a day or tag of more, relates nothing."""


class SqliteRelations(SqliteViewer):
    """A viewer that follows links."""

    def internal_links(self, document: int) -> list[tuple[LinkKind, str]]:
        """Kind and target of a document's links to other notes and files, as written."""
        rows = self._rows(
            "SELECT DISTINCT kind, target FROM links WHERE document_id = ? AND kind <> 'url' "
            "AND target <> '' LIMIT ?",
            [document, MOST_LINKS],
        )
        return [(LinkKind(kind), target) for kind, target in rows]

    def links_like(self, name: str) -> list[tuple[int, str, LinkKind, str]]:
        """Document, its path, kind and target of links whose target holds this name."""
        pattern = "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in name)
        encoded = name.replace(" ", "%20")
        rows = self._rows(
            "SELECT DISTINCT l.document_id, d.path, l.kind, l.target FROM links l "
            "JOIN documents d ON d.id = l.document_id WHERE l.kind <> 'url' AND "
            "(l.target LIKE ? ESCAPE '\\' OR instr(l.target, ?) OR instr(l.target, ?)) LIMIT ?",
            [f"%{pattern}%", name, encoded, MOST_LINKS],
        )
        return [(row[0], row[1], LinkKind(row[2]), row[3]) for row in rows]

    def sharing_urls(self, document: int) -> list[tuple[int, str]]:
        """Documents that cite an address this one cites too, with that address."""
        rows = self._rows(
            "SELECT o.document_id, min(o.url_key) FROM citations c "
            "JOIN citations o ON o.url_key = c.url_key AND o.document_id <> c.document_id "
            "WHERE c.document_id = ? AND "
            "(SELECT count(*) FROM citations n WHERE n.url_key = c.url_key) <= ? "
            "GROUP BY o.document_id ORDER BY o.document_id LIMIT ?",
            [document, COMMON, MOST_LINKS],
        )
        return [(row[0], row[1]) for row in rows]

    def sharing_tags(self, document: int) -> list[tuple[int, str, int]]:
        """Documents with a tag of this one, that tag, and how many documents have it."""
        rows = self._rows(
            "SELECT o.document_id, o.tag, n.times FROM tags t JOIN "
            "(SELECT key, count(*) AS times FROM tags WHERE key IN "
            "(SELECT key FROM tags WHERE document_id = ?) GROUP BY key) n ON n.key = t.key "
            "JOIN tags o ON o.key = t.key AND o.document_id <> t.document_id "
            "WHERE t.document_id = ? AND n.times <= ? ORDER BY n.times, o.document_id LIMIT ?",
            [document, document, COMMON, MOST_LINKS],
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def same_day(self, document: int) -> list[tuple[int, str]]:
        """Documents of the day of this one; none when the day has too many to mean something."""
        rows = self._rows(
            "SELECT o.id, o.dated FROM documents d JOIN documents o "
            "ON o.dated = d.dated AND o.id <> d.id WHERE d.id = ? AND d.dated <> '' "
            "ORDER BY o.id LIMIT ?",
            [document, COMMON + 1],
        )
        return [(row[0], row[1]) for row in rows] if len(rows) <= COMMON else []

    def mentions_page(self, document: int) -> list[tuple[int, int]]:
        """Document and page of each citation of a saved page; of all documents if negative."""
        where = "" if document < 0 else "AND c.document_id = ?"
        rows = self._rows(
            "SELECT DISTINCT c.document_id, a.document_id FROM citations c "
            "JOIN page_addresses a ON a.url_key = c.url_key "
            f"WHERE c.document_id <> a.document_id {where} ORDER BY 1, 2",
            [] if document < 0 else [document],
        )
        return [(row[0], row[1]) for row in rows]

    def digests(self, documents: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """The digest of what was read of each of these documents."""
        rows = self._rows(
            f"SELECT id, digest FROM documents WHERE id {AMONG}", [number_list(documents)]
        )
        return ((row[0], row[1]) for row in rows)

    def by_key(self, key: str) -> list[tuple[int, str]]:
        """Documents whose file name, without its extension, is ``key`` but for accents, with
        their paths."""
        rows = self._rows(
            "SELECT d.id, d.path FROM names n JOIN documents d ON d.id = n.document_id "
            "WHERE n.key = ? ORDER BY length(d.path), d.path LIMIT ?",
            [plain(key), COMMON],
        )
        return [(row[0], row[1]) for row in rows]

    def at_path(self, path: str, near: int) -> int | None:
        """The document at that path in the source of the document ``near``."""
        rows = self._rows(
            "SELECT d.id, d.path FROM documents d WHERE d.path_key = ? AND d.source_id = "
            "(SELECT source_id FROM documents WHERE id = ?) ORDER BY d.path <> ?, d.path LIMIT ?",
            [plain(path), near, path, COMMON],
        )
        # A link without its accents leads elsewhere, in Obsidian, too.
        return next((row[0] for row in rows if fold(row[1]) == fold(path)), None)

    def _rows(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with mapped_errors():
            return self._connection.execute(sql, values).fetchall()

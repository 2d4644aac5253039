"""The catalog as maintenance sees it: what was left out, and whether the file is sound."""

from asterisk_search.records import Skip, SkipReason
from asterisk_search.storage.connection import mapped_errors
from asterisk_search.storage.reader import SqliteReader

LONGEST_PROBLEM = 120


class SqliteInspector(SqliteReader):
    """A reader that can also say what is wrong."""

    def skips(self) -> list[tuple[str, Skip]]:
        """What could not be indexed, with the source's name, in order of path."""
        with mapped_errors():
            rows = self._connection.execute(
                "SELECT s.name, k.ref, k.path, k.reason, k.detail FROM skips k "
                "JOIN sources s ON s.id = k.source_id ORDER BY s.id, k.path"
            ).fetchall()
        return [
            (name, Skip(ref, path, SkipReason(reason), detail))
            for name, ref, path, reason, detail in rows
        ]

    def warnings(self) -> list[tuple[str, str, str]]:
        """Source, path and oddity of the documents that were indexed with some."""
        with mapped_errors():
            return self._connection.execute(
                "SELECT s.name, d.path, w.value FROM documents d "
                "JOIN sources s ON s.id = d.source_id JOIN json_each(d.warnings) w "
                "WHERE d.warnings <> '[]' ORDER BY s.id, d.path"
            ).fetchall()

    def check(self) -> list[str]:
        """What SQLite itself and the word index find wrong with the file; empty when sound."""
        with mapped_errors():
            rows = self._connection.execute("PRAGMA quick_check(5)").fetchall()
        problems = [" ".join(row[0].split())[:LONGEST_PROBLEM] for row in rows if row[0] != "ok"]
        chunks = self._number("SELECT count(*) FROM chunks")
        words = self._number("SELECT count(*) FROM words_docsize")
        if chunks != words:
            problems.append(f"the word index has {words} rows for {chunks} chunks")
        return problems

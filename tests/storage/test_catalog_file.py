"""The catalog's file: made once, brought up to date, refused when it is not ours."""

import sqlite3
import threading
from pathlib import Path

import pytest

from asterisk_search.errors import CatalogError, CatalogTooNew, NothingIndexed
from asterisk_search.storage import schema
from asterisk_search.storage.connection import connect_reader, connect_writer, transaction
from asterisk_search.storage.migrate import migrate
from asterisk_search.storage.reader import SqliteReader
from tests.catalogs import Workbench, contents
from tests.fake_source import FakeSource
from tests.fakes import FakeEmbedder


def test_migrating_twice_does_nothing_the_second_time(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    assert migrate(path) == len(schema.MIGRATIONS)
    assert migrate(path) == 0


@pytest.mark.parametrize("attempt", range(40))
def test_many_first_openings_at_once(tmp_path: Path, attempt: int) -> None:
    """Often, since two that meet between SQLite's read lock and its write lock are rare."""
    path, problems = tmp_path / f"catalog-{attempt}.sqlite3", []
    together = threading.Barrier(8)

    def first() -> None:
        together.wait()
        try:
            migrate(path)
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=first) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    SqliteReader(path).close()


def test_a_migration_that_fails_leaves_the_version_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "catalog.sqlite3"
    migrate(path)
    bad = (*schema.MIGRATIONS, ("CREATE TABLE extra (a)", "this is no SQL"))
    monkeypatch.setattr("asterisk_search.storage.migrate.MIGRATIONS", bad)
    monkeypatch.setattr("asterisk_search.storage.migrate.VERSION", len(bad))
    monkeypatch.setattr("asterisk_search.storage.connection.VERSION", len(bad))
    with pytest.raises(CatalogError):
        migrate(path)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'extra'").fetchall()
    connection.close()


def test_keys_of_an_older_catalog_lose_their_accents(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    migrate(path)
    connection = connect_writer(path)
    connection.executescript(
        """
        INSERT INTO sources (name, type, root) VALUES ('v', 'vault', '/v');
        INSERT INTO documents VALUES (1, 1, 'x', '', '', 0, 0, 0, 0, 'note', 'Élan/Ça.md',
            'élan/ça.md', 'Ça', '[]', '[]', '[]', '[]', NULL, '', '', '');
        INSERT INTO bodies VALUES (1, '');
        INSERT INTO tags VALUES (1, 'résumé', 'Résumé'), (1, 'resume', 'resume');
        INSERT INTO names VALUES (1, 'ça'), (1, 'ca');
        INSERT INTO properties VALUES (1, 'clé', 'été'), (1, 'clé', 'ete');
        PRAGMA user_version = 4;
        """
    )
    connection.close()
    assert migrate(path) == schema.VERSION - 4
    connection = connect_reader(path)
    for sql, kept in (
        ("SELECT path_key FROM documents", "elan/ca.md"),
        ("SELECT key FROM tags", "resume"),
        ("SELECT key FROM names", "ca"),
        ("SELECT name || value FROM properties", "cleete"),
    ):
        assert connection.execute(sql).fetchall() == [(kept,)]
    connection.close()


def test_words_of_an_older_catalog_are_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    source = FakeSource()
    source.write("Łódź.md", "An der Straße. #Øst")
    source.write("b.md", "Of salt.\n\n# Two\n\nOf كِتَابٌ")
    bench = Workbench(path, source, FakeEmbedder())
    bench.update()
    made = contents(path)
    connection = connect_writer(path)
    connection.executescript(
        """
        INSERT INTO words (words) VALUES ('delete-all');
        INSERT INTO words (rowid, body) VALUES (1, 'what it said by other rules');
        PRAGMA user_version = 5;
        """
    )
    assert contents(path)["words"] != made["words"]
    assert migrate(path) == schema.VERSION - 5
    assert contents(path) == made
    bench.writer.forget("fake")
    assert contents(path)["words"] == [], "each row was forgotten as it was made"
    connection.close()
    bench.close()


def test_a_missing_or_empty_catalog_means_nothing_is_indexed(tmp_path: Path) -> None:
    with pytest.raises(NothingIndexed):
        connect_reader(tmp_path / "catalog.sqlite3")
    (tmp_path / "catalog.sqlite3").touch()
    with pytest.raises(NothingIndexed):
        connect_reader(tmp_path / "catalog.sqlite3")


def test_a_newer_catalog_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    migrate(path)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    connection.close()
    with pytest.raises(CatalogTooNew):
        connect_reader(path)
    with pytest.raises(CatalogTooNew):
        migrate(path)


def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    path.write_bytes(b"no database" * 500)
    with pytest.raises(CatalogError, match="not a database"):
        connect_reader(path)
    with pytest.raises(CatalogError, match="not a database"):
        connect_writer(path)


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    migrate(path)
    connection = connect_reader(path)
    with pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM documents")
    connection.close()


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    migrate(path)
    connection = connect_writer(path)
    with pytest.raises(KeyboardInterrupt), transaction(connection):
        connection.execute("INSERT INTO meta (key, value) VALUES ('a', 'b')")
        raise KeyboardInterrupt
    assert not connection.execute("SELECT 1 FROM meta WHERE key = 'a'").fetchall()
    assert not connection.in_transaction
    connection.close()

"""SQLite keeps the contract of a catalog."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from asterisk_search.storage.inspection import SqliteInspector
from asterisk_search.storage.migrate import migrate
from asterisk_search.storage.writer import SqliteWriter
from tests.conformance.catalog import CatalogContract


class TestSqliteCatalog(CatalogContract):
    @pytest.fixture(autouse=True)
    def _file(self, tmp_path: Path) -> Iterator[None]:
        self.path = tmp_path / "catalog.sqlite3"
        migrate(self.path)
        with ExitStack() as self.opened:
            yield

    def writer(self) -> SqliteWriter:
        return self.opened.enter_context(closing(SqliteWriter(self.path)))

    def reader(self) -> SqliteInspector:
        return self.opened.enter_context(closing(SqliteInspector(self.path)))

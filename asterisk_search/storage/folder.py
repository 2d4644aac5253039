"""The data folder: what lies where, and who may write."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from asterisk_search.errors import CatalogBusy, CatalogError
from asterisk_search.storage.vector_file import VectorFiles


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths inside the data folder. Everything in it can be made anew from the sources."""

    root: Path

    @property
    def catalog(self) -> Path:
        """The SQLite catalog."""
        return self.root / "catalog.sqlite3"

    @property
    def vectors(self) -> VectorFiles:
        """The saved vector index."""
        return VectorFiles(self.root)

    def create(self) -> None:
        """Make the folder, readable by its owner alone.

        Raises:
            CatalogError: it cannot be made or written to.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(str(error)) from error
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise self._unwritable("permission denied")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Exclusive right to write; the system releases it when the process ends, however it ends.

        Raises:
            CatalogBusy: another process holds it.
        """
        self.create()
        lock = FileLock(self.root / "index.lock", mode=0o600)
        try:
            with lock.acquire(timeout=0):
                yield
        except Timeout as error:
            raise CatalogBusy(
                f"another process is indexing into {self.root}",
                hint="wait for it to end; queries work meanwhile",
            ) from error

    def set_aside(self, moment: datetime) -> Path | None:
        """Rename a catalog that is to be made anew; return its new name, if there was one."""
        self.vectors.remove()
        if not self.catalog.exists():
            return None
        aside = self.catalog.with_name(f"catalog.{moment:%Y%m%d-%H%M%S}.old")
        self.catalog.replace(aside)
        for suffix in ("-wal", "-shm"):
            self.catalog.with_name(self.catalog.name + suffix).unlink(missing_ok=True)
        return aside

    def size(self) -> int:
        """Bytes of all files in the folder."""
        if not self.root.is_dir():
            return 0
        return sum(path.stat().st_size for path in self.root.iterdir() if path.is_file())

    def _unwritable(self, why: str) -> CatalogError:
        return CatalogError(
            f"the data folder {self.root} cannot be used: {why}",
            hint="choose another with --data-dir or ASTERISK_SEARCH_DATA_DIR",
        )

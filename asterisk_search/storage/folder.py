"""The data folder: what lies where, and who may write."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from asterisk_search.errors import CatalogBusy, CatalogError, reason_of

LOOK_S: Final = 0.05
"""Seconds between two tries to take the lock."""


def expanded(path: str) -> Path:
    """``path`` with ``~`` filled in; one of an unknown user stays, and is then not found."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - pathlib raises RuntimeError instead


@dataclass(frozen=True, slots=True)
class VectorFiles:
    """Where the three files of the saved vector index are."""

    folder: Path

    @property
    def graph(self) -> Path:
        """hnswlib's own format."""
        return self.folder / "vectors.hnsw"

    @property
    def labels(self) -> Path:
        """Living labels, little-endian int64."""
        return self.folder / "vectors.labels"

    @property
    def sidecar(self) -> Path:
        """What the other two must be, as JSON."""
        return self.folder / "vectors.json"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all three, the sidecar first."""
        return (self.sidecar.name, self.graph.name, self.labels.name)

    def remove(self) -> None:
        """Delete all three."""
        for name in self.names:
            (self.folder / name).unlink(missing_ok=True)


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
            raise self._unwritable(reason_of(error)) from error
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise self._unwritable("permission denied")

    @contextmanager
    def locked(self, patience_s: float) -> Iterator[None]:
        """Exclusive right to write; the system releases it when the process ends, however it ends.

        Raises:
            CatalogBusy: another process holds it, and still does after ``patience_s`` seconds.
        """
        self.create()
        try:
            handle = os.open(self.root / "index.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unwritable(reason_of(error)) from error
        try:
            self._take(handle, time.monotonic() + patience_s)
            yield
        finally:
            os.close(handle)

    def _take(self, handle: int, until: float) -> None:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise CatalogBusy(
                        f"another process is indexing into {self.root}",
                        hint="wait for it to end; queries work meanwhile",
                    ) from error
                time.sleep(LOOK_S)
            except OSError as error:
                raise self._unwritable(reason_of(error)) from error
            else:
                return

    def set_aside(self, moment: datetime) -> Path | None:
        """Rename a catalog that is to be made anew; return its new name, if there was one."""
        self.vectors.remove()
        if not self.catalog.exists():
            return None
        aside = self.catalog.with_name(f"catalog.{moment:%Y%m%d-%H%M%S}.old")
        # What an interruption left in the write-ahead log belongs to it.
        log = self.catalog.with_name(self.catalog.name + "-wal")
        if log.exists():
            log.replace(aside.with_name(aside.name + "-wal"))
        self.catalog.with_name(self.catalog.name + "-shm").unlink(missing_ok=True)
        self.catalog.replace(aside)
        return aside

    def size(self) -> int:
        """Bytes of the catalog and of the saved vector index."""
        names = (self.catalog.name, f"{self.catalog.name}-wal", *self.vectors.names)
        return sum(
            (self.root / name).stat().st_size for name in names if (self.root / name).is_file()
        )

    def _unwritable(self, why: str) -> CatalogError:
        return CatalogError(
            f"the data folder {self.root} cannot be used: {why}",
            hint="choose another with --data-dir or ASTERISK_SEARCH_DATA_DIR",
        )

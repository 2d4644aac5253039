"""Where an archive keeps its snapshots."""

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from asterisk_search.sources.archivebox.database import NAME
from asterisk_search.sources.archivebox.rows import Row

ARCHIVE: Final = "archive"
_TIMESTAMP = re.compile(r"\d+(?:\.\d+)?")
_ID = re.compile(r"[0-9a-f]{32}")
_USERS = (f"{ARCHIVE}/users", "users")
_LOOKED_AT = 200


def data_folder(path: Path) -> Path | None:
    """The data folder that ``path`` means: itself, above ``archive``, or below it as ``data``.

    ``None`` for a folder that is no archive, or that holds notes beside one.
    """
    if _is_data_folder(path):
        return path
    if path.name == ARCHIVE and _is_data_folder(path.parent):
        return path.parent
    below = path / "data"
    return below if _is_data_folder(below) and not _holds_notes(path) else None


def _holds_notes(folder: Path) -> bool:
    """Whether Markdown lies in it that is more than the README and LICENSE of a program."""
    try:
        return any(not note.stem.isupper() for note in folder.glob("*.[mM][dD]"))
    except OSError:
        return False


def _is_data_folder(folder: Path) -> bool:
    """Whether snapshots lie in it, or at least the database and settings of an ArchiveBox."""
    made = (folder / NAME).exists() and (folder / "ArchiveBox.conf").exists()
    return made or _has_snapshots(folder / ARCHIVE)


def _has_snapshots(archive: Path) -> bool:
    try:
        with os.scandir(archive) as entries:
            for _, entry in zip(range(_LOOKED_AT), entries, strict=False):
                if entry.name == "users" and any((archive / "users").glob("*/snapshots")):
                    return True
                described = _TIMESTAMP.fullmatch(entry.name)
                if described and (archive / entry.name / "index.json").is_file():
                    return True
    except OSError:
        return False
    return False


class Layout:
    """The folders of an archive at one moment."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._root_name = str(root)
        self._top = self._names(ARCHIVE)
        self._users = [
            f"{base}/{user}/snapshots" for base in _USERS for user in sorted(self._names(base))
        ]
        self._by_id: dict[str, str] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is no folder at all, as on a disk that is not mounted."""
        return not self._top and not self._users

    def placed(self, row: Row) -> Row:
        """The row with its folder, without one if it has none."""
        if row.folder:
            return row
        return row.lying_in(self._folder(row))

    def _folder(self, row: Row) -> str:
        if row.timestamp in self._top and _TIMESTAMP.fullmatch(row.timestamp):
            return f"{ARCHIVE}/{row.timestamp}"
        id_ = row.id.replace("-", "").lower()
        if not self._users or not _ID.fullmatch(id_):
            return ""
        for base in self._users:
            folder = f"{base}/{row.when[:10].replace('-', '')}/{_host(row.url)}/{id_}"
            if self.mtime_ns(folder) >= 0:
                return folder
        if self._by_id is None:
            self._by_id = {name[-36:].split("/")[-1].replace("-", ""): name for name in self.deep()}
        return self._by_id.get(id_, "")

    def mtime_ns(self, folder: str) -> int:
        """When files were last added to a folder, -1 for one that cannot be looked at."""
        try:
            return os.stat(f"{self._root_name}/{folder}").st_mtime_ns  # noqa: PTH116 - many
        except (OSError, ValueError):
            return -1

    def flat(self) -> list[str]:
        """The folders named for a time (ArchiveBox up to 0.8)."""
        return [f"{ARCHIVE}/{name}" for name in sorted(self._top) if _TIMESTAMP.fullmatch(name)]

    def deep(self) -> list[str]:
        """The folders below users, days and hosts (ArchiveBox 0.9)."""
        found: list[str] = []
        for base in self._users:
            for day in sorted(self._names(base)):
                for host in sorted(self._names(f"{base}/{day}")):
                    below = f"{base}/{day}/{host}"
                    found += [f"{below}/{name}" for name in sorted(self._names(below))]
        return found

    def _names(self, folder: str) -> set[str]:
        try:
            return set(os.listdir(self._root / folder))  # noqa: PTH208 - names alone are needed
        except OSError:
            return set()


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = f"_{parts.port}" if parts.port else ""
    except ValueError:
        return "unknown"
    return f"{parts.hostname or ''}{port}"

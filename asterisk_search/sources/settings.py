"""What a vault's own configuration says; all of it is optional and may be half written."""

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from asterisk_search.errors import EntrySkipped
from asterisk_search.sources.files import read_bytes
from asterisk_search.text.dates import daily_date, daily_pattern

READ_FILES = frozenset(
    {
        b"app.json",
        b"daily-notes.json",
        b"templates.json",
        b"plugins/templater-obsidian/data.json",
        b"plugins/periodic-notes/data.json",
    }
)
"""What decides how notes are read, relative to the vault's configuration folder."""

_MARKS = ("app.json", "workspace.json")
_MAX_BYTES = 4_000_000
_JSON_TOKENS = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|[\[\]{}]", re.DOTALL)
_MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class DailyNotes:
    """Where daily notes lie and how their names are written."""

    folder: str
    pattern: re.Pattern[str]

    def date(self, path: str) -> str | None:
        """Return the date that the path of a note states by this pattern, or ``None``."""
        name = path.removesuffix(".md")
        if self.folder:
            if not name.startswith(f"{self.folder}/"):
                return None
            name = name[len(self.folder) + 1 :]
        return daily_date(self.pattern, name)


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """The settings that matter to reading and opening notes."""

    ignored: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    daily: tuple[DailyNotes, ...] = ()
    plugins: frozenset[str] = frozenset()

    @property
    def opens_at_lines(self) -> bool:
        """Whether the plug-in is enabled that can open a note at a line."""
        return "obsidian-advanced-uri" in self.plugins


def config_folder(root: Path) -> Path | None:
    """Return the folder that marks ``root`` as a vault, ``.obsidian`` or one renamed.

    ``None`` if there is none, or none that can be looked at.
    """
    usual = root / ".obsidian"
    if stat.S_ISDIR(_mode(usual)):
        return usual
    try:
        with os.scandir(root) as entries:
            dotted = sorted(entry.name for entry in entries if entry.name.startswith("."))
    except OSError:
        return None
    for name in dotted:
        # A mark is found only below a folder, so there is no need to look at what `name` is.
        if any(stat.S_ISREG(_mode(root / name / mark)) for mark in _MARKS):
            return root / name
    return None


def _mode(path: Path) -> int:
    """Return the type and mode of a file, 0 for what cannot be looked at, whatever the reason."""
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def read_settings(root: Path) -> VaultSettings:
    """Return the settings of the vault at ``root``; what is missing or broken counts as unset."""
    folder = config_folder(root)
    if folder is None:
        return VaultSettings()
    return VaultSettings(
        ignored=_texts(_get(read_json(folder / "app.json"), "userIgnoreFilters")),
        templates=_template_folders(folder),
        daily=_daily_notes(folder),
        plugins=frozenset(_texts(read_json(folder / "community-plugins.json"))),
    )


def read_json(path: Path) -> object:
    """Return the value in a JSON file, or ``None`` when there is none that can be read.

    A FIFO or a device is none, nor is a file far larger than settings are.
    """
    try:
        return parse_json(read_bytes(os.fsencode(path), _MAX_BYTES).decode("utf-8-sig"))
    except (EntrySkipped, ValueError):
        return None


def parse_json(source: str) -> object:
    """Return the value of a JSON text.

    Raises:
        ValueError: it is not JSON, or nested deeper than any person or plug-in writes.
    """
    depth = 0
    for match in _JSON_TOKENS.finditer(source):
        depth += (match[0] in "[{") - (match[0] in "]}")
        if depth > _MAX_DEPTH:
            raise ValueError(f"nested more than {_MAX_DEPTH} levels")
    return json.loads(source)


def _get(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else []
    texts = (item for item in items if isinstance(item, str) and item.strip())
    return tuple(normalize("NFC", text) for text in texts)


def _folder(value: object) -> str:
    return normalize("NFC", value.strip().strip("/")) if isinstance(value, str) else ""


def _template_folders(folder: Path) -> tuple[str, ...]:
    core = _folder(_get(read_json(folder / "templates.json"), "folder"))
    templater = _get(
        read_json(folder / "plugins" / "templater-obsidian" / "data.json"), "templates_folder"
    )
    return tuple(sorted({name for name in (core, _folder(templater)) if name}))


def _daily_notes(folder: Path) -> tuple[DailyNotes, ...]:
    core = read_json(folder / "daily-notes.json")
    periodic = _get(read_json(folder / "plugins" / "periodic-notes" / "data.json"), "daily")
    found = []
    for value in (core, periodic):
        if isinstance(value, dict):
            written = _get(value, "format")
            pattern = daily_pattern(written if isinstance(written, str) and written else _ISO)
            if pattern is not None:
                found.append(DailyNotes(_folder(_get(value, "folder")), pattern))
    return tuple(found)


_ISO = "YYYY-MM-DD"

"""config.toml and the environment -> frozen `Settings`.

Order of precedence: command-line option, ``ASTERISK_SEARCH_*`` variable, file, default. An unknown
key is an error with a suggestion: a misspelt setting that is silently ignored is worse than none.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_type_hints

import dacite
import platformdirs

from asterisk_search.errors import ConfigError, reason_of
from asterisk_search.sources.archivebox.preference import PREFERENCE
from asterisk_search.storage.folder import expanded

APP = "asterisk-search"
PREFIX = "ASTERISK_SEARCH_"
SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """The table ``[index]``."""

    threads: int = 0
    """Threads that embed; 0 means one per core, at most 4."""
    max_file_mb: int = 50
    """Larger files are skipped, and listed as skipped."""
    passage_tokens: int = 200
    """Longest passage in the model's tokens, its title and headings included."""

    def __post_init__(self) -> None:
        _within("index.threads", self.threads, 0, 64)
        _within("index.max_file_mb", self.max_file_mb, 1, 2000)
        _within("index.passage_tokens", self.passage_tokens, 32, 510)


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """The table ``[search]``."""

    limit: int = 10
    """Results shown."""
    mode: str = "hybrid"
    """``hybrid``, ``keyword`` or ``semantic``."""
    exact_up_to: int = 20_000
    """Up to this many passages all vectors are compared; above, an HNSW graph is used."""
    snippet_ms: int = 4
    """Milliseconds of a query in which the model may look for the best sentences; 0: never."""
    history: bool = True
    """Remember the last list of results, for `open`, and what was opened from it."""

    def __post_init__(self) -> None:
        _within("search.limit", self.limit, 1, 1000)
        _within("search.exact_up_to", self.exact_up_to, 0, 10_000_000)
        _within("search.snippet_ms", self.snippet_ms, 0, 10_000)
        if self.mode not in ("hybrid", "keyword", "semantic"):
            raise ConfigError(
                f"search.mode is {self.mode!r}", hint="use hybrid, keyword or semantic"
            )


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """The table ``[model]``."""

    path: str = ""
    """Folder of another model bundle; empty means the one that came with the program."""


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """The table ``[http]``."""

    enabled: bool = True
    """Whether the daemon serves the page and the API."""
    host: str = "127.0.0.1"
    """Address to listen on; one beyond this machine makes every request need the token."""
    port: int = 8737
    """0 takes any free one."""
    require_token: bool = False
    """Whether reading needs the token too."""
    allowed_hosts: list[str] = field(default_factory=list)
    """Names under which browsers may address the service, beside localhost."""

    def __post_init__(self) -> None:
        _within("http.port", self.port, 0, 65_535)
        if not self.host.strip():
            raise ConfigError("http.host is empty", hint="use 127.0.0.1")


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """The table ``[archive]``."""

    server: str = ""
    """Address of a running ArchiveBox, which then opens saved pages; empty opens their files."""
    prefer: list[str] = field(default_factory=lambda: list(PREFERENCE))
    """Extracts in the order in which they are tried; the first good one is the page's text."""

    def __post_init__(self) -> None:
        if self.server and not self.server.startswith(("http://", "https://")):
            raise ConfigError(
                f"archive.server is {self.server!r}",
                hint="write it whole: http://127.0.0.1:8000",
            )
        for name in self.prefer:
            if name not in PREFERENCE:
                raise ConfigError(
                    f"archive.prefer names {name!r}", hint=f"known: {', '.join(PREFERENCE)}"
                )


@dataclass(frozen=True, slots=True)
class DaemonSettings:
    """The table ``[daemon]``."""

    watch: bool = True
    """Notice changes by the system's events; otherwise by looking every ``poll_seconds``."""
    settle_ms: int = 300
    """How long a file must have been left alone before it is read."""
    poll_seconds: int = 30
    reconcile_minutes: int = 60
    """How often everything is looked through for what events have missed; 0 means never."""
    max_cpu_percent: int = 100
    """Share of all processors that indexing many notes may take."""
    pause_on_battery: bool = True
    max_load: int = 4
    """Waiting processes per processor from which indexing many notes pauses; 0 means any."""
    max_celsius: int = 85
    """Temperature from which indexing many notes pauses; 0 means any."""

    def __post_init__(self) -> None:
        _within("daemon.settle_ms", self.settle_ms, 50, 60_000)
        _within("daemon.poll_seconds", self.poll_seconds, 1, 86_400)
        _within("daemon.reconcile_minutes", self.reconcile_minutes, 0, 10_080)
        _within("daemon.max_cpu_percent", self.max_cpu_percent, 1, 100)
        _within("daemon.max_load", self.max_load, 0, 1000)
        _within("daemon.max_celsius", self.max_celsius, 0, 150)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """A table ``[sources.NAME]``."""

    path: str
    exclude: list[str] | None = None
    """Patterns in gitignore syntax, relative to the path; left out, those given before stay."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be configured."""

    data_dir: str = ""
    """Where the index lives; empty means the usual place of the system."""
    index: IndexSettings = field(default_factory=IndexSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    daemon: DaemonSettings = field(default_factory=DaemonSettings)
    http: HttpSettings = field(default_factory=HttpSettings)
    archive: ArchiveSettings = field(default_factory=ArchiveSettings)
    sources: dict[str, SourceSettings] = field(default_factory=dict)

    @property
    def data_path(self) -> Path:
        """The folder that holds the catalog."""
        if self.data_dir:
            return expanded(self.data_dir)
        return Path(platformdirs.user_data_path(APP, appauthor=False))


def default_config_path() -> Path:
    """Where config.toml is looked for when nothing else is said."""
    return Path(platformdirs.user_config_path(APP, appauthor=False)) / "config.toml"


def load_settings(
    config: Path | None, environ: Mapping[str, str] = os.environ, data_dir: str | None = None
) -> Settings:
    """The settings in force.

    ``config`` and ``data_dir`` are the command line's; a missing file is an error only when it was
    asked for by name.

    Raises:
        ConfigError: unreadable, not TOML, an unknown key, or a value out of its range.
    """
    named = config or (Path(environ[PREFIX + "CONFIG"]) if environ.get(PREFIX + "CONFIG") else None)
    settings = parse_settings(_read(named), named) if named else _default_file()
    return _overridden(settings, environ, data_dir)


def given_settings(text: str, environ: Mapping[str, str], data_dir: str) -> Settings:
    """The same, when the text of the file is known; raises as `load_settings`."""
    return _overridden(parse_settings(text), environ, data_dir)


def parse_settings(text: str, path: Path | None = None) -> Settings:
    """The settings that a TOML text describes.

    Raises:
        ConfigError: not TOML, an unknown key, a value of another type or out of its range.
    """
    where = f" in {path}" if path else ""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the configuration{where} is not TOML: {error}") from error
    _refuse_unknown(data, Settings, where)
    try:
        return dacite.from_dict(Settings, data, dacite.Config(strict=True))
    except dacite.DaciteError as error:
        raise ConfigError(f"the configuration{where} is wrong: {error}") from error


def _read(path: Path) -> str:
    try:
        return expanded(str(path)).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the configuration {path} cannot be read: {reason_of(error)}",
            hint="check --config and ASTERISK_SEARCH_CONFIG",
        ) from error


def _default_file() -> Settings:
    path = default_config_path()
    # Unlike Path.is_file, this takes a folder that may not be looked into as one without the file.
    there = os.path.isfile(path)  # noqa: PTH113 - see above
    return parse_settings(_read(path), path) if there else Settings()


def _overridden(settings: Settings, environ: Mapping[str, str], data_dir: str | None) -> Settings:
    folder = data_dir or environ.get(PREFIX + "DATA_DIR") or settings.data_dir
    model = environ.get(PREFIX + "MODEL_PATH") or settings.model.path
    threads = environ.get(PREFIX + "THREADS") or str(settings.index.threads)
    if not threads.isdecimal():
        raise ConfigError(f"{PREFIX}THREADS is {threads!r}", hint="use a whole number; 0 is auto")
    return replace(
        settings,
        data_dir=folder,
        model=ModelSettings(model),
        index=replace(settings.index, threads=int(threads)),
    )


def _refuse_unknown(data: Mapping[str, Any], kind: type[Any], where: str, at: str = "") -> None:
    """Walk the tables beside the dataclasses; name the first key that nothing answers to."""
    types = get_type_hints(kind)
    known = {item.name for item in fields(kind)}
    for key, value in data.items():
        if key not in known:
            close = get_close_matches(key, known, 1)
            names = ", ".join(sorted(known))
            raise ConfigError(
                f"unknown setting {at + key!r}{where}",
                hint=f"did you mean {at + close[0]!r}?" if close else f"known: {names}",
            )
        if at + key == SOURCES and isinstance(value, dict):
            for name, table in value.items():
                if isinstance(table, dict):
                    _refuse_unknown(table, SourceSettings, where, f"{SOURCES}.{name}.")
        elif is_dataclass(types[key]) and isinstance(value, dict):
            _refuse_unknown(value, types[key], where, f"{key}.")


def _within(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not low <= value <= high:
        raise ConfigError(f"{name} is {value}", hint=f"use a number from {low} to {high}")

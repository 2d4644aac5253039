"""The daemon's log: bounded, and without a word of any note but its path."""

import logging
import sys
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import platformdirs

from asterisk_search.config import APP, Settings
from asterisk_search.errors import CatalogError

LARGEST: Final = 1_000_000
"""Bytes of one file; there are at most four."""
OLD: Final = 3
FORMAT: Final = "%(asctime)s %(levelname)s %(message)s"
QUIET: Final = ("uvicorn.access", "asyncio")
"""These would write down what was asked for."""


def log_path(settings: Settings) -> Path:
    """The file: beside the index if a data folder was named, else where the system has logs."""
    if settings.data_dir:
        return settings.data_path / "logs" / "daemon.log"
    return Path(platformdirs.user_log_path(APP, appauthor=False)) / "daemon.log"


def set_up(settings: Settings) -> Path:
    """Write the log of this process from now on, also to a terminal if there is one.

    Raises:
        CatalogError: the file cannot be written.
    """
    path = log_path(settings)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = RotatingFileHandler(path, maxBytes=LARGEST, backupCount=OLD, encoding="utf-8",
                                   errors="backslashreplace")  # fmt: skip
    except OSError as error:
        raise CatalogError(f"the log {path} cannot be written: {error.strerror}") from error
    handlers: list[logging.Handler] = [file]
    if sys.stderr is not None and sys.stderr.isatty():
        handlers.append(logging.StreamHandler())
    logging.basicConfig(level=logging.INFO, format=FORMAT, handlers=handlers, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    return path


def last_lines(settings: Settings, count: int) -> list[str]:
    """The last lines of the log, those of the file before included if need be."""
    path = log_path(settings)
    lines: deque[str] = deque(maxlen=count)
    for file in (path.with_name(path.name + ".1"), path):
        try:
            with file.open(encoding="utf-8", errors="replace") as opened:
                lines.extend(line.rstrip("\n") for line in opened)
        except OSError:
            continue  # there is none yet
    return list(lines)

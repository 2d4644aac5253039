"""What configures a run, as it was given and not yet understood: enough to find the daemon.

The daemon, which has the means to understand it at hand, says whether it has the same settings. So
a command that it carries out need not import them.
"""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

VARIABLES = ("ASTERISK_SEARCH_DATA_DIR", "ASTERISK_SEARCH_MODEL_PATH", "ASTERISK_SEARCH_THREADS")

_USUAL: Final = {
    "config": ("XDG_CONFIG_HOME", "~/.config"),
    "data": ("XDG_DATA_HOME", "~/.local/share"),
}


class Given(NamedTuple):
    """The sources of settings, in the order in which the earlier one wins."""

    data_dir: str
    """Of the command line."""
    environ: tuple[str, ...]
    """The values of `VARIABLES`."""
    text: str
    """Of the configuration file."""

    @property
    def root(self) -> Path:
        """The folder that holds the catalog.

        Raises:
            ValueError: the configuration is wrong.
        """
        folder = self.data_dir or self.environ[0] or _named_in(self.text)
        return Path(_expanded(folder)) if folder else _usual("data")


def given(config: str | None, data_dir: str | None, environ: Mapping[str, str]) -> Given:
    """What the command line's options, the environment and the file say.

    Raises:
        OSError, ValueError: the file cannot be read.
    """
    named = config or environ.get("ASTERISK_SEARCH_CONFIG")
    path = Path(_expanded(named)) if named else _usual("config") / "config.toml"
    # As `load_settings` has it: only a file that was asked for must be there.
    text = path.read_text("utf-8") if named or os.path.isfile(path) else ""  # noqa: PTH113
    return Given(data_dir or "", tuple(environ.get(name, "") for name in VARIABLES), text)


def _named_in(text: str) -> str:
    """The folder that a configuration names; one that cannot name any need not be parsed."""
    if "data" not in text and "\\" not in text:
        return ""
    return str(import_module("tomllib").loads(text).get("data_dir", ""))


def _usual(kind: str, system: str = sys.platform) -> Path:
    """Where the system keeps a program's ``config`` or ``data``."""
    if system == "linux":  # platformdirs costs as much as all else that a client imports
        variable, default = _USUAL[kind]
        folder = os.environ.get(variable, "")
        return Path(folder if os.path.isabs(folder) else _expanded(default), "asterisk-search")  # noqa: PTH117
    where = getattr(import_module("platformdirs"), f"user_{kind}_path")
    return Path(where("asterisk-search", appauthor=False))


def _expanded(path: str) -> str:
    return os.path.expanduser(path)  # noqa: PTH111 - pathlib raises RuntimeError instead

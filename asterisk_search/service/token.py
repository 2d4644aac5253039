"""The token that lets a program change state, and reach the service from another machine."""

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from asterisk_search.errors import CatalogError, ConfigError, reason_of
from asterisk_search.storage.folder import DataFolder

NAME: Final = "http.token"
_BYTES: Final = 32
_SHORTEST: Final = 32


def token_of(folder: DataFolder, *, renew: bool = False) -> str:
    """The token of a data folder, made when there is none or a new one is wanted.

    Raises:
        ConfigError: the file can be read by others, or holds no token.
        CatalogError: it cannot be read or written.
    """
    path = folder.root / NAME
    try:
        if renew or not path.exists():
            folder.create()
            _write(path, secrets.token_urlsafe(_BYTES))
        return _read(path)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(
            f"the token in {path} cannot be used: {reason_of(error)}",
            hint="delete the file; a new token is then made",
        ) from error


def _write(path: Path, token: str) -> None:
    """Never half written, and never readable by others, not even for a moment."""
    made = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token + "\n")
    made.replace(path)


def _read(path: Path) -> str:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigError(
            f"the token in {path} can be read by others",
            hint="make a new one: asterisk-search token --new",
        )
    token = path.read_text(encoding="ascii").strip()
    if len(token) < _SHORTEST:
        raise ConfigError(
            f"{path} holds no token", hint="make a new one: asterisk-search token --new"
        )
    return token

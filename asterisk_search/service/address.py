"""Where a daemon of a data folder is found: its lock, what it says of itself, its socket."""

import fcntl
import json
import os
import stat
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from asterisk_search.errors import CatalogError, DaemonRunning

LONGEST: Final = 100
"""Bytes of a socket's path: the system's limit is 108, on macOS 104."""
PROTOCOL: Final = 1
"""Of the talk over the socket; another number is not talked to."""


@dataclass(frozen=True, slots=True)
class Address:
    """What a running daemon has written down."""

    pid: int
    socket: str
    """Its path; empty while it does not answer yet."""
    version: str


@dataclass(frozen=True, slots=True)
class Post:
    """The files of a daemon in its data folder."""

    root: Path

    @property
    def lock(self) -> Path:
        """Held for as long as the daemon lives; the system releases it however that ends."""
        return self.root / "daemon.lock"

    @property
    def card(self) -> Path:
        """An `Address` as JSON."""
        return self.root / "daemon.json"

    def running(self) -> Address | None:
        """The daemon of this folder, if one is alive.

        The lock tells, not the number of a process: numbers are used again.
        """
        try:
            handle = os.open(self.lock, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return self.read()
        finally:
            os.close(handle)
        return None

    def read(self) -> Address | None:
        """What was written down last, whether or not it still holds."""
        try:
            data = json.loads(self.card.read_bytes())
            return Address(int(data["pid"]), str(data["socket"]), str(data["version"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, address: Address) -> None:
        """Write it down, all or nothing."""
        new = self.card.with_suffix(".new")
        new.write_text(json.dumps(asdict(address)), encoding="utf-8")
        new.replace(self.card)

    def take(self) -> int:
        """Become the daemon of this folder; return the handle that holds the lock.

        Raises:
            DaemonRunning: another is alive.
            CatalogError: the folder cannot be written to.
        """
        try:
            handle = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise CatalogError(f"{self.lock} cannot be used: {error.strerror}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            known = self.read()
            raise DaemonRunning(
                f"a daemon of {self.root} is running" + (f" (pid {known.pid})" if known else ""),
                hint="`asterisk-search daemon stop` ends it",
            ) from error
        return handle


def socket_path(root: Path, runtime: str, user: int) -> Path:
    """Where the daemon of a data folder listens.

    In the user's runtime folder (``$XDG_RUNTIME_DIR``) where there is one, else in the data
    folder, else, if that path is too long for a socket, in a folder of the user's own in ``/tmp``.
    """
    name = f"{zlib.crc32(os.fsencode(root)):08x}-{len(os.fsencode(root))}.sock"
    places = [Path(runtime) / "asterisk-search" / name] if runtime else []
    places += [root / "run" / "daemon.sock", Path(f"/tmp/asterisk-search-{user}") / name]
    return next(path for path in places if len(os.fsencode(path)) <= LONGEST)


def private_folder(path: Path) -> None:
    """Make a folder that only its owner may look into.

    Raises:
        CatalogError: it belongs to somebody else, or cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            raise CatalogError(f"{path} belongs to somebody else")
        path.chmod(0o700)
    except OSError as error:
        raise CatalogError(f"{path} cannot be used: {error.strerror}") from error

"""Asking a running daemon; standard library only, so that asking costs next to nothing."""

import json
import os
import socket
import struct
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from asterisk_search import errors
from asterisk_search.errors import AsteriskError, DaemonUnreachable
from asterisk_search.service.address import PROTOCOL, Post

if TYPE_CHECKING:
    from asterisk_search.config import Settings

CONNECT_S: Final = 0.25
ANSWER_S: Final = 10.0
LARGEST: Final = 64_000_000
"""Bytes of an answer; more is no answer."""


class Elsewhere(Exception):
    """The daemon, if there is one, cannot answer this; the caller does it itself."""


def ask(
    settings: "Settings", operation: str, body: Mapping[str, Any], *, patience: float = ANSWER_S
) -> Any:  # noqa: ANN401 - what the operation gives
    """What the daemon of this data folder answers.

    Raises:
        Elsewhere: there is none, or one of another version or with other settings, or it is silent.
        AsteriskError: the daemon's own answer is this error.
    """
    request = {"op": operation, "settings": settings_key(settings), "body": dict(body)}
    return exchange(settings.data_path, request, patience)


def exchange(root: Path, request: Mapping[str, Any], patience: float = ANSWER_S) -> Any:  # noqa: ANN401
    """What the daemon of the data folder ``root`` answers to a request; raises as `ask`."""
    address = Post(root).running()
    if address is None or not address.socket or address.version != version():
        raise Elsewhere
    line = json.dumps({"v": PROTOCOL, **request}).encode()
    try:
        reply = json.loads(_talk(address.socket, line, patience))
    except (OSError, ValueError) as error:
        raise Elsewhere from error
    return _unpacked(reply)


def demand(settings: "Settings", operation: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The same for what only a daemon can do.

    Raises:
        DaemonUnreachable: there is none that would answer.
    """
    try:
        return ask(settings, operation, body)
    except Elsewhere as error:
        running = Post(settings.data_path).running()
        if running is None:
            raise DaemonUnreachable(
                "no daemon is running", hint="`asterisk-search daemon start` starts one"
            ) from error
        raise DaemonUnreachable(
            f"the daemon (pid {running.pid}) does not answer, or has other settings",
            hint="restart it: `asterisk-search daemon stop`, then `asterisk-search daemon start`",
        ) from error


def settings_key(settings: "Settings") -> str:
    """What must be the same here and there for the same answer."""
    parts = (settings.search, settings.model, settings.archive)
    return json.dumps([asdict(part) for part in parts], sort_keys=True)


def version() -> str:
    """Names this very installation: two of them need not understand each other."""
    return f"{__file__}@{os.stat(__file__).st_mtime_ns}"  # noqa: PTH116 - no pathlib for one call


def wanted(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a daemon may answer: ``ASTERISK_SEARCH_NO_DAEMON`` forbids it."""
    return environ.get("ASTERISK_SEARCH_NO_DAEMON", "0") in ("", "0")


def _talk(path: str, line: bytes, patience: float) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(CONNECT_S)
        connection.connect(path)
        if not _ours(connection):
            raise OSError("somebody else listens there")
        connection.settimeout(patience)
        connection.sendall(line + b"\n")
        parts, size = [], 0
        while part := connection.recv(1 << 18):
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise OSError("that is no answer")
    return b"".join(parts)


def _ours(connection: socket.socket) -> bool:
    """Whether a process of this user is at the other end, where the system says (Linux)."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    size = struct.calcsize("3i")
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    return bool(struct.unpack("3i", raw)[1] == os.geteuid())


def _unpacked(reply: Any) -> Any:  # noqa: ANN401 - JSON has no type
    if not isinstance(reply, dict) or reply.get("v") != PROTOCOL:
        raise Elsewhere
    if "error" in reply:
        told = reply["error"]
        kind = getattr(errors, told["kind"], None)
        if isinstance(kind, type) and issubclass(kind, AsteriskError):
            raise kind(told["message"], hint=told["hint"])
        raise Elsewhere
    if "answer" not in reply:
        raise Elsewhere
    return reply["answer"]

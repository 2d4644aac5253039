"""Starting and stopping the daemon from outside."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from typing import Final

from asterisk_search.config import Settings
from asterisk_search.errors import DaemonRunning, DaemonUnreachable
from asterisk_search.service.address import Address, Post
from asterisk_search.service.logbook import log_path
from asterisk_search.service.program import CLI, environment
from asterisk_search.storage.folder import DataFolder

START_S: Final = 30.0
STOP_S: Final = 15.0
STEP_S: Final = 0.05


def start(settings: Settings, config: str | None, data_dir: str | None) -> Address:
    """Start a daemon of its own session; ``config`` and ``data_dir`` are the command line's.

    Raises:
        DaemonRunning: there is one.
        DaemonUnreachable: it ended at once, or does not begin to answer.
    """
    DataFolder(settings.data_path).create()
    post = Post(settings.data_path)
    known = post.running()
    if known is not None:
        raise DaemonRunning(
            f"a daemon is running already (pid {known.pid})",
            hint="`asterisk-search daemon stop` ends it",
        )
    options = ["--config", config] if config else []
    options += ["--data-dir", data_dir] if data_dir else []
    out = log_path(settings).with_name("daemon.out")
    out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with out.open("wb") as stream:
        process = subprocess.Popen(
            [*CLI, *options, "daemon", "run"], start_new_session=True, env=environment(),
            stdin=subprocess.DEVNULL, stdout=stream, stderr=stream,
        )  # fmt: skip
    address = _begun(process, post)
    if address is None:
        said = out.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise DaemonUnreachable(
            f"the daemon did not start: {said[0] if said else 'it said nothing'}",
            hint="`asterisk-search daemon logs` may tell more",
        )
    return address


def _begun(process: "subprocess.Popen[bytes]", post: Post) -> Address | None:
    """Wait until the daemon answers, or has ended."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        address = post.running()
        if address is not None and address.pid == process.pid and address.socket:
            process.returncode = 0  # it stays, and is not ours to wait for
            return address
        time.sleep(STEP_S)
    return None


def stop(settings: Settings) -> int | None:
    """End the daemon of this data folder; return its number, or ``None`` if there was none.

    Raises:
        DaemonUnreachable: it does not end.
    """
    post = Post(settings.data_path)
    address = post.running()
    if address is None:
        return None
    with suppress(ProcessLookupError):
        os.kill(address.pid, signal.SIGTERM)
    until = time.monotonic() + STOP_S
    while time.monotonic() < until:
        now = post.running()
        if now is None or now.pid != address.pid:
            return address.pid
        time.sleep(STEP_S)
    raise DaemonUnreachable(
        f"the daemon (pid {address.pid}) does not end", hint=f"kill -9 {address.pid}"
    )

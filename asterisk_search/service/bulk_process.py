"""The program that `bulk` runs: one update, told line by line on standard output."""

import json
import os
import sys
import threading
import time
from typing import Any, Final, NoReturn

import dacite

from asterisk_search.config import Settings
from asterisk_search.errors import AsteriskError, CatalogBusy
from asterisk_search.library.attending import Attending
from asterisk_search.service.attention import Attentive, Requests
from asterisk_search.service.pacing import Paced
from asterisk_search.service.priority import lower_process
from asterisk_search.service.surroundings import Surroundings
from asterisk_search.service.wire import update_json

TELL_EVERY_S: Final = 0.2


class Teller:
    """`indexing.progress.Progress` as lines of JSON."""

    def __init__(self) -> None:
        self._state: dict[str, Any] = {"phase": "", "done": 0, "total": 0, "unit": ""}
        self._told = 0.0

    def note(self, text: str) -> None:
        """Nothing: counts are in the report."""

    def begin(self, phase: str, total: int, unit: str) -> None:
        """Tell of a phase."""
        self._state.update(phase=phase, done=0, total=total, unit=unit)
        tell(self._state)

    def advance(self, amount: int) -> None:
        """Tell how far it is, now and then."""
        self._state["done"] += amount
        if time.monotonic() - self._told > TELL_EVERY_S:
            self._told = time.monotonic()
            tell(self._state)

    def end(self) -> None:
        """The next phase, or the report, says so."""


def tell(message: dict[str, Any]) -> None:
    """Write one line; without a reader there is nobody to work for."""
    try:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()
    except OSError:
        os._exit(0)


def _hear_parent(requests: Requests) -> None:
    """End with the process that asked: its end of standard input closes, however it ends."""
    requests.hear(0)
    os._exit(0)


def main() -> NoReturn:
    """Read a request from standard input, carry it out, tell the outcome."""
    os.umask(0o077)
    lower_process()
    request = json.loads(_first_line())
    requests = Requests()
    threading.Thread(target=_hear_parent, args=[requests], daemon=True).start()
    settings = dacite.from_dict(Settings, request["settings"])
    threads = settings.index.threads or os.cpu_count() or 1
    surroundings = Surroundings(settings.daemon, own_load=float(threads))
    library = Attending(settings)
    progress = Attentive(requests, library.attend)
    progress.inner = Paced(
        Teller(),
        settings.daemon.max_cpu_percent,
        surroundings.objection,
        lambda reason: tell({"paused": reason}),
        sleep=progress.wait,
    )
    try:
        tell({"report": update_json(library.update(request["names"], progress))})
    except AsteriskError as error:
        busy = isinstance(error, CatalogBusy)
        tell({"error": error.message, "hint": error.hint, "busy": busy})
    # Nothing is left to be tidied: every step was a transaction.
    os._exit(0)


def _first_line() -> bytes:
    line = b""
    while not line.endswith(b"\n") and (part := os.read(0, 1)):
        line += part
    return line


if __name__ == "__main__":
    main()

"""Indexing much in a process of its own, whose memory is given back when it ends."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any, Final

from asterisk_search.config import Settings
from asterisk_search.service.program import environment

PROGRAM: Final = (sys.executable, "-m", "asterisk_search.service.bulk_process")
END_S: Final = 3.0
"""Seconds a process that was told to end may take."""
TURN_S: Final = 0.2
"""How soon it is told of small changes, and to end."""

Told = Callable[[dict[str, Any]], None]
Small = Callable[[float], Iterable[bytes]]
"""Small changes as lines (`attention.asking`), waited for so many seconds at most."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended."""

    report: dict[str, Any] | None = None
    """`wire.update_json` of the update, or ``None``."""
    error: str = ""
    hint: str = ""
    busy: bool = False
    """Somebody else was indexing."""


def update(
    settings: Settings,
    names: Sequence[str] | None,
    told: Told,
    stop: threading.Event,
    small: Small,
) -> Outcome:
    """Bring these sources up to date in another process; ``told`` hears what it is at.

    What ``small`` gives goes first, as soon as may be. When ``stop`` is set, the process is ended;
    what it did is kept.
    """
    with _process(settings, names, stop, small) as (process, lines):
        outcome = Outcome(error="indexing ended without a word")
        for line in lines:
            message = json.loads(line)
            if "report" in message or "error" in message:
                outcome = Outcome(**message)
            else:
                told(message)
        process.wait()
    return Outcome(error="stopped") if stop.is_set() and outcome.report is None else outcome


@contextlib.contextmanager
def _process(
    settings: Settings, names: Sequence[str] | None, stop: threading.Event, small: Small
) -> "Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]":
    with subprocess.Popen(
        PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment(),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        # The process ends when this pipe does: nobody is left to index for.
        process.stdin.write(json.dumps({"settings": asdict(settings), "names": names}).encode())
        process.stdin.write(b"\n")
        process.stdin.flush()
        ended = threading.Event()
        beside = threading.Thread(
            target=_attend, args=(process, process.stdin.fileno(), small, stop, ended), daemon=True
        )
        beside.start()
        try:
            yield process, process.stdout
        finally:
            ended.set()
            beside.join()
            if process.poll() is None:
                process.kill()


def _attend(
    process: "subprocess.Popen[bytes]",
    heard: int,
    small: Small,
    stop: threading.Event,
    ended: threading.Event,
) -> None:
    while not ended.is_set():
        if stop.is_set():
            process.send_signal(signal.SIGTERM)
            if not ended.wait(END_S):
                process.kill()
            return
        for line in small(TURN_S):
            with contextlib.suppress(BrokenPipeError):  # it has ended
                os.write(heard, line)  # nothing must be left to be flushed when it is closed

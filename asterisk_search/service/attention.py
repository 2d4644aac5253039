"""In the process that indexes much: hearing of small changes, and letting them go first."""

import json
import os
import queue
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final

from asterisk_search.errors import AsteriskError
from asterisk_search.indexing.progress import Progress

Attend = Callable[[str, Collection[bytes]], object]
"""Source and refs: bring these up to date now."""
Asked = tuple[str, frozenset[bytes]]

BLIND: Final = "scan"
"""The phase in which it cannot be told yet what of a source is new: what comes in then waits."""
RENEWING: Final = "embed"
"""When it begins, all sources were looked through, with what had been attended to before in hand:
that is attended to once more."""


def asking(source: str, refs: Collection[bytes]) -> bytes:
    """A request as a line."""
    return json.dumps({"source": source, "refs": [ref.hex() for ref in refs]}).encode() + b"\n"


class Requests:
    """What was asked for on a pipe and is not attended to yet."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Asked] = queue.SimpleQueue()

    def hear(self, handle: int) -> None:
        """Take requests in until the other end is closed; for a thread of its own."""
        rest = b""
        # Not a file object: its lock would be held at the interpreter's end.
        while part := os.read(handle, 1 << 16):
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                asked = json.loads(line)
                self._waiting.put((asked["source"], frozenset(map(bytes.fromhex, asked["refs"]))))

    def next(self, patience: float) -> Asked | None:
        """The next one; waits for it, but at most ``patience`` seconds."""
        with suppress(queue.Empty):
            return self._waiting.get(patience > 0, max(patience, 0.0) or None)
        return None


class Attentive:
    """A `Progress` that attends to requests whenever it is told of a step, or made to wait."""

    def __init__(
        self, requests: Requests, attend: Attend, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._requests = requests
        self._attend = attend
        self._sleep = sleep
        self._attended: set[Asked] = set()
        self._phase = BLIND
        self.inner: Progress | None = None
        """Told of everything too, once it is set."""

    def note(self, text: str) -> None:
        """Passed on."""
        if self.inner:
            self.inner.note(text)

    def begin(self, phase: str, total: int, unit: str) -> None:
        """Passed on."""
        if self.inner:
            self.inner.begin(phase, total, unit)
        self._phase = phase
        if phase == RENEWING:
            for asked in self._attended:
                self._serve(asked)

    def advance(self, amount: int) -> None:
        """Passed on; then what was asked for is done."""
        if self.inner:
            self.inner.advance(amount)
        self.wait(0.0)

    def end(self) -> None:
        """Passed on."""
        if self.inner:
            self.inner.end()

    def wait(self, seconds: float) -> None:
        """Let so much time pass, but for what is asked for meanwhile."""
        if self._phase == BLIND:
            if seconds > 0:  # to sleep for no time takes a hundred times as long as one step
                self._sleep(seconds)
            return
        until = time.monotonic() + seconds
        while asked := self._requests.next(until - time.monotonic()):
            self._attended.add(asked)
            self._serve(asked)

    def _serve(self, asked: Asked) -> None:
        # Whoever asked looks at it again in the end, and tells what is wrong with it.
        with suppress(AsteriskError):
            self._attend(*asked)

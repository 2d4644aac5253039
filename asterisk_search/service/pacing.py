"""Work in small steps with rests between them."""

import os
import time
from collections.abc import Callable

from asterisk_search.indexing.progress import Progress

LOOK_EVERY_S = 5.0
"""Seconds between two looks at battery, load and heat."""
LONGEST_REST_S = 30.0


class Paced:
    """A `Progress` that makes whoever reports to it rest.

    After each step the process sleeps until its share of all processors' time since the last one is
    no more than ``most`` per cent, and for as long as ``objection`` names a reason.
    """

    def __init__(
        self,
        inner: Progress,
        most: int,
        objection: Callable[[], str],
        on_pause: Callable[[str], None],
        *,
        clock: Callable[[], float] = time.monotonic,
        used: Callable[[], float] = time.process_time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``on_pause`` is told the reason of a pause, and an empty one when it ends."""
        self._inner = inner
        self._share = most / 100 * (os.cpu_count() or 1)
        self._objection = objection
        self._on_pause = on_pause
        self._clock, self._used, self._sleep = clock, used, sleep
        self._started, self._spent = clock(), used()
        self._looked = float("-inf")

    def note(self, text: str) -> None:
        """Passed on."""
        self._inner.note(text)

    def begin(self, phase: str, total: int, unit: str) -> None:
        """Passed on."""
        self._inner.begin(phase, total, unit)

    def advance(self, amount: int) -> None:
        """Passed on; then rest."""
        self._inner.advance(amount)
        self._rest()
        self._pause()

    def end(self) -> None:
        """Passed on."""
        self._inner.end()

    def _rest(self) -> None:
        now, used = self._clock(), self._used()
        owed = (used - self._spent) / self._share - (now - self._started)
        if owed > 0.01:
            self._sleep(min(owed, LONGEST_REST_S))
        if owed > 0.01 or now - self._started > 1:
            # What was not used of the past is not saved up for a burst.
            self._started, self._spent = self._clock(), self._used()

    def _pause(self) -> None:
        if self._clock() - self._looked < LOOK_EVERY_S:
            return
        told = ""
        while reason := self._objection():
            if reason != told:
                self._on_pause(reason)
                told = reason
            self._sleep(LOOK_EVERY_S)
        if told:
            self._on_pause("")
            self._started, self._spent = self._clock(), self._used()
        self._looked = self._clock()

"""A circuit breaker: after repeated failures an embedder is left alone for a while.

    closed ──(failures in a row)──> open ──(cool-down over)──> half-open ──(success)──> closed
                                     ^                             │
                                     └──────────(failure)──────────┘

Open means `EmbedderUnavailable` at once; a vector is never made up. Half-open lets one call try,
and refuses the others meanwhile. Source: Nygard, "Release It!" (2007).
"""

import threading
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.protocols import Embedder, TextRole

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors


class State(StrEnum):
    """Where the breaker is."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """An `Embedder` that stops asking another one that keeps failing; thread-safe."""

    def __init__(
        self,
        inner: Embedder,
        *,
        failures: int = 3,
        cooldown: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``failures`` in a row open it, for ``cooldown`` seconds of ``clock``."""
        self._inner = inner
        self._limit = failures
        self._cooldown = cooldown
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._opened = 0.0
        self._state = State.CLOSED
        self._last: EmbedderUnavailable | None = None

    @property
    def state(self) -> State:
        """Where the breaker is now; open becomes half-open with the next call after the wait."""
        return self._state

    @property
    def fingerprint(self) -> str:
        """That of the embedder inside."""
        return self._inner.fingerprint

    @property
    def dim(self) -> int:
        """That of the embedder inside."""
        return self._inner.dim

    @property
    def max_tokens(self) -> int:
        """That of the embedder inside."""
        return self._inner.max_tokens

    def count_tokens(self, text: str) -> int:
        """Passed on whatever the state: counting does not need the model."""
        return self._inner.count_tokens(text)

    def embed(self, texts: Sequence[str], role: TextRole = "passage") -> "Vectors":
        """Passed on when closed: shape (len(texts), dim), float32.

        Raises:
            EmbedderUnavailable: from the embedder inside, or at once while open.
        """
        self._admit()
        try:
            vectors = self._inner.embed(texts, role)
        except EmbedderUnavailable as error:
            self._failure(error)
            raise
        except BaseException:
            # A fault of the program, or an interruption: no verdict on the model either way.
            self._undecided()
            raise
        self._success()
        return vectors

    def _admit(self) -> None:
        """Let the call through, as a trial if the cool-down is over, or refuse it."""
        with self._lock:
            if self._state is State.CLOSED:
                return
            waited = self._clock() - self._opened
            if self._state is State.OPEN and waited >= self._cooldown:
                self._state = State.HALF_OPEN
                return
            raise self._refusal(max(0.0, self._cooldown - waited))

    def _refusal(self, left: float) -> EmbedderUnavailable:
        """What a refused call is told: the last failure, and when the next trial is due."""
        reason = self._last.message if self._last else "unknown reason"
        hint = self._last.hint if self._last else ""
        return EmbedderUnavailable(
            f"the model failed repeatedly and is left alone for {left:.0f} s more: {reason}",
            hint=hint,
        )

    def _failure(self, error: EmbedderUnavailable) -> None:
        """Count, and open when there were enough, or when the trial failed."""
        with self._lock:
            self._failed += 1
            self._last = error
            if self._state is State.HALF_OPEN or self._failed >= self._limit:
                self._state = State.OPEN
                self._opened = self._clock()

    def _undecided(self) -> None:
        """Give the trial back."""
        with self._lock:
            if self._state is State.HALF_OPEN:
                self._state = State.OPEN

    def _success(self) -> None:
        """Close, and forget past failures."""
        with self._lock:
            self._failed = 0
            self._last = None
            self._state = State.CLOSED

"""One connection: uvicorn's, with a deadline on the head of a request."""

import asyncio
import socket
from contextlib import suppress
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 10.0
"""From when a connection may send a request to the last byte of its head."""
ANSWER_SECONDS: Final = 40.0
"""From there until all of the answer is taken; the application gives up before that."""
MOST_CONNECTIONS: Final = 256


class Connection(H11Protocol):
    """Ends clients that send a head byte by byte, never take their answer, or are too many.

    uvicorn ends only connections on which nothing at all happens between two requests.
    """

    _timer: asyncio.TimerHandle | None = None
    _timed: object = None
    """The request that the timer is running for; more bytes do not start it anew."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn does
        """A client has connected."""
        super().connection_made(transport)
        # asyncio does so for sockets that were made with a protocol's number, which this one was
        # not. Otherwise the body waits, up to 40 ms, for the client to confirm the head.
        with suppress(OSError):  # it is gone already
            connected = transport.get_extra_info("socket")
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._wait(HEAD_SECONDS)

    def handle_events(self) -> None:
        """Bytes have come; when they complete a head, the answer gets its own time."""
        super().handle_events()
        cycle = self.cycle
        if cycle is not None and cycle is not self._timed and not cycle.response_complete:
            self._timed = cycle
            self._wait(ANSWER_SECONDS)

    def on_response_complete(self) -> None:
        """The next head may come; or the client may never take what was sent."""
        super().on_response_complete()
        self._wait(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self, seconds: float) -> None:
        self._stop()
        self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

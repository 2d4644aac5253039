"""Bounds on what one request, and all of them together, may take of the machine."""

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from asterisk_search.service.http.failures import (
    BAD_REQUEST,
    OVERLOADED,
    TIMEOUT,
    TOO_LARGE,
    failed,
)

LONGEST_ADDRESS: Final = 32_768
"""Bytes of a query string: 10,000 characters may take three bytes each, and more as %XX."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds."""

    requests: int = 64
    """Requests in progress; more are told to come back."""
    seconds: float = 30.0
    """From the first byte of the request to the last byte that the client takes."""
    body_bytes: int = 65_536


class Limited:
    """ASGI middleware that keeps the `Limits`."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app = app
        self.limits = limits
        self.running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say why not."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if len(scope["query_string"]) > LONGEST_ADDRESS:
            response = failed(BAD_REQUEST, "the address is too long", "ask for less at once")
            return await response(scope, receive, send)
        if self.running >= self.limits.requests:
            response = failed(OVERLOADED, "too many requests at once", "try again in a moment")
            return await response(scope, receive, send)
        self.running += 1
        try:
            return await self._timed(scope, receive, send)
        finally:
            self.running -= 1

    async def _timed(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            async with asyncio.timeout(self.limits.seconds):
                if not await self._body_fits(scope, receive):
                    response = failed(TOO_LARGE, "the body is too long", "send none")
                    return await response(scope, receive, send)
                return await self.app(scope, receive, sent)
        except TimeoutError:
            if begun:
                raise  # too late to say anything: the connection is closed
            response = failed(TIMEOUT, "the answer took too long", "ask for less, or again")
            return await response(scope, receive, send)

    async def _body_fits(self, scope: Scope, receive: Receive) -> bool:
        """Read the body and throw it away: no request needs one."""
        if scope["method"] in ("GET", "HEAD"):
            return True
        size, more = 0, True
        while more and size <= self.limits.body_bytes:
            message = await receive()
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
        return size <= self.limits.body_bytes

"""Who may ask at all, decided before anything is read or searched.

The service listens where every page in the user's browser can reach it. Three things tell a page
of ours from a stranger's: the ``Host`` a browser was sent to (a rebound DNS name is not ours), the
``Origin`` that it reports, and ``Sec-Fetch-Site``. There are no CORS headers, so that a stranger's
page can read nothing even where it may ask.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from asterisk_search.service.http.failures import FORBIDDEN, UNAUTHORIZED, Failure, failed

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_SAFE_METHODS: Final = ("GET", "HEAD")
_OURS: Final = ("same-origin", "none")


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may ask what."""

    token: str
    everything: bool = False
    """Whether reading needs the token too, not only what changes something."""
    hosts: frozenset[str] = frozenset()
    """Names under which the service may be addressed, beside localhost and addresses of numbers."""

    def refusal(self, method: str, headers: Headers) -> tuple[Failure, str, str] | None:
        """Why a request is refused: kind, message, hint; ``None`` when it is not."""
        return (
            self._host(headers)
            or self._origin(headers)
            or _fetched(method, headers)
            or self._token(method, headers)
        )

    def _host(self, headers: Headers) -> tuple[Failure, str, str] | None:
        host = headers.get("host", "")
        if len(headers.getlist("host")) == 1 and self._known(host):
            return None
        return FORBIDDEN, "the service is not known by this name", "use http://127.0.0.1"

    def _known(self, host: str) -> bool:
        name = _name(host)
        return name == "localhost" or name in self.hosts or _is_address(name)

    def _origin(self, headers: Headers) -> tuple[Failure, str, str] | None:
        origin = headers.get("origin")
        ours = {f"{scheme}://{headers.get('host', '')}".lower() for scheme in ("http", "https")}
        if origin is None or origin.lower() in ours:
            return None
        return FORBIDDEN, "pages of other sites may not ask", ""

    def _token(self, method: str, headers: Headers) -> tuple[Failure, str, str] | None:
        if method in _SAFE_METHODS and not self.everything:
            return None
        if any(hmac.compare_digest(said, self.token.encode()) for said in _tokens(headers)):
            return None
        hint = "send `Authorization: Bearer TOKEN`; `asterisk-search token` prints it"
        return UNAUTHORIZED, "this needs the token", hint


def _fetched(method: str, headers: Headers) -> tuple[Failure, str, str] | None:
    """A link to the page may be followed from anywhere; nothing else may come from elsewhere."""
    site = headers.get("sec-fetch-site")
    followed = (
        method in _SAFE_METHODS
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )
    if site is None or site in _OURS or followed:
        return None
    return FORBIDDEN, "pages of other sites may not ask", ""


def _name(host: str) -> str:
    """The name in a ``Host`` header, in lower case, without brackets and port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].rstrip(".").lower()


def _is_address(name: str) -> bool:
    """Whether it is an address of numbers: DNS, and so a rebound name, had no part in it."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _tokens(headers: Headers) -> Iterable[bytes]:
    scheme, _, said = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        yield said.strip().encode("utf-8", "replace")
    elif scheme.lower() == "basic":
        try:
            yield base64.b64decode(said, validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            return


class Gate:
    """ASGI middleware: refuses who may not ask; puts the protective headers on every response."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self.app = app
        self.rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a refusal."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self.rules.refusal(scope["method"], Headers(scope=scope))
        response = failed(*refused) if refused else self.app
        return await response(scope, receive, protected)

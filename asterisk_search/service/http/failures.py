"""Errors as HTTP says them: one JSON shape, ``{"error": {"code", "message", "hint"}}``."""

import json
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from asterisk_search.errors import (
    AsteriskError,
    CatalogBusy,
    EmbedderUnavailable,
    NoSuchDocument,
    NothingIndexed,
    UsageError,
)
from asterisk_search.text.folding import printable

JSON: Final = "application/json; charset=utf-8"
RETRY_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class Failure:
    """A kind of failure: its code in the body, its status, and whether to try again."""

    code: str
    status: int
    retry: bool = False


BAD_REQUEST: Final = Failure("bad_request", 400)
UNAUTHORIZED: Final = Failure("unauthorized", 401)
FORBIDDEN: Final = Failure("forbidden", 403)
NOT_FOUND: Final = Failure("not_found", 404)
NOTHING_INDEXED: Final = Failure("nothing_indexed", 404)
METHOD_NOT_ALLOWED: Final = Failure("method_not_allowed", 405)
TOO_LARGE: Final = Failure("too_large", 413)
INTERNAL: Final = Failure("internal", 500)
BUSY: Final = Failure("busy", 503, retry=True)
MODEL_UNAVAILABLE: Final = Failure("model_unavailable", 503)
OVERLOADED: Final = Failure("overloaded", 503, retry=True)
TIMEOUT: Final = Failure("timeout", 504, retry=True)

ALL: Final = (
    BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, NOTHING_INDEXED, METHOD_NOT_ALLOWED,
    TOO_LARGE, INTERNAL, BUSY, MODEL_UNAVAILABLE, OVERLOADED, TIMEOUT,
)  # fmt: skip
_KINDS: Final = (
    (UsageError, BAD_REQUEST),
    (NoSuchDocument, NOT_FOUND),
    (NothingIndexed, NOTHING_INDEXED),
    (CatalogBusy, BUSY),
    (EmbedderUnavailable, MODEL_UNAVAILABLE),
)


def failure_of(error: AsteriskError) -> Failure:
    """What kind of failure a deliberate error is."""
    return next((failure for kind, failure in _KINDS if isinstance(error, kind)), INTERNAL)


def failed(failure: Failure, message: str, hint: str = "") -> Response:
    """The response of a failure."""
    body = {
        "error": {
            "code": failure.code,
            "message": printable(message),
            "hint": printable(hint) or None,
        }
    }
    headers = {"Retry-After": str(RETRY_SECONDS)} if failure.retry else {}
    if failure is UNAUTHORIZED:
        # Basic, so that a browser asks for the token by itself; any user name will do.
        headers["WWW-Authenticate"] = 'Basic realm="Asterisk Search", charset="UTF-8"'
    return Response(json.dumps(body, ensure_ascii=False), failure.status, headers, JSON)

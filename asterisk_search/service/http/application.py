"""The whole application: limits around a gate around the endpoints and the page."""

from concurrent.futures import Executor
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from asterisk_search.service.desk import Desk
from asterisk_search.service.http.endpoints import Api
from asterisk_search.service.http.failures import (
    BAD_REQUEST,
    INTERNAL,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    failed,
)
from asterisk_search.service.http.gate import Gate, Rules
from asterisk_search.service.http.limits import Limited, Limits
from asterisk_search.service.http.openapi import PREFIX
from asterisk_search.service.http.page import Page
from asterisk_search.service.operations import Defaults

SEE: Final = f"{PREFIX}/openapi.json describes what there is"


def application(
    desk: Desk, defaults: Defaults, rules: Rules, workers: Executor, limits: Limits | None = None
) -> ASGIApp:
    """The ASGI application that answers for ``desk``."""
    inner = Starlette(
        routes=[
            *Api(desk, defaults, workers).routes(),
            *Page(desk, defaults, workers).routes(),
        ],
        exception_handlers={HTTPException: _refused, Exception: _broken},
    )
    return Gate(Limited(inner, limits or Limits()), rules)


async def _refused(_request: Request, error: Exception) -> Response:
    """What the router itself has to say."""
    status = error.status_code if isinstance(error, HTTPException) else 0
    if status == METHOD_NOT_ALLOWED.status:
        return failed(
            METHOD_NOT_ALLOWED,
            "this is not done with this method",
            SEE,
        )
    if status == NOT_FOUND.status:
        return failed(NOT_FOUND, "there is nothing here", SEE)
    return failed(BAD_REQUEST, "the request is not understood")


async def _broken(_request: Request, _error: Exception) -> Response:
    """A defect of ours: uvicorn logs it; the client learns no more than that."""
    return failed(INTERNAL, "something went wrong", "see the log, and please report it")

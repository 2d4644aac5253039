"""The API under ``/api/v1``: each request is one operation, done in a worker thread."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from asterisk_search.errors import AsteriskError
from asterisk_search.service.desk import Desk
from asterisk_search.service.http.failures import JSON, failed, failure_of
from asterisk_search.service.http.openapi import PREFIX, description, path_of
from asterisk_search.service.operations import OPERATIONS, REINDEX, Defaults
from asterisk_search.service.parameters import checked
from asterisk_search.service.wire import SCHEMA, Json

Said = dict[str, list[str]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Api:
    """The endpoints on something that answers."""

    desk: Desk
    defaults: Defaults
    workers: Executor

    def routes(self) -> list[Route]:
        """Path and method of each endpoint."""
        questions = [
            Route(_pattern(name), self._endpoint(partial(self._answer, name)), methods=["GET"])
            for name in OPERATIONS
        ]
        return [
            *questions,
            Route(f"{PREFIX}/health", self._endpoint(_health), methods=["GET"]),
            Route(f"{PREFIX}/reindex", self._endpoint(self._reindex, 202), methods=["POST"]),
            Route(f"{PREFIX}/openapi.json", self._endpoint(_described), methods=["GET"]),
        ]

    def _answer(self, name: str, said: Said) -> Json:
        return OPERATIONS[name](self.desk, said, self.defaults)

    def _reindex(self, said: Said) -> Json:
        self.desk.reindex(checked(said, REINDEX).texts("source") or None)
        return {"schema": SCHEMA, "accepted": True}

    def _endpoint(self, work: Callable[[Said], Json], status: int = 200) -> Endpoint:
        """Answer with the JSON that ``work`` makes in a worker thread, or the failure it meets."""

        async def endpoint(request: Request) -> Response:
            loop = asyncio.get_running_loop()
            try:
                body = await loop.run_in_executor(self.workers, work, said_by(request))
            except AsteriskError as error:
                return failed(failure_of(error), error.message, error.hint)
            return Response(json.dumps(body, ensure_ascii=False), status, media_type=JSON)

        return endpoint


def _pattern(name: str) -> str:
    """The path as Starlette wants it; what is placed in it may hold slashes."""
    return path_of(name).replace("}", ":path}")


def said_by(request: Request) -> Said:
    """The parameters of a request, from its query and its path."""
    said: Said = defaultdict(list)
    for name, value in request.query_params.multi_items():
        said[name].append(value)
    for name, value in request.path_params.items():
        said[name] = [str(value)]
    return said


def _health(said: Said) -> Json:
    checked(said, ())
    return {"schema": SCHEMA, "status": "ok"}


def _described(said: Said) -> Json:
    checked(said, ())
    return description()

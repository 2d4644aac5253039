"""The page at ``/``, drawn here for browsers without JavaScript; its script does the same."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from asterisk_search.errors import AsteriskError
from asterisk_search.service.desk import Desk
from asterisk_search.service.http.endpoints import Said, said_by
from asterisk_search.service.http.failures import failure_of
from asterisk_search.service.http.frame import document
from asterisk_search.service.http.markup import Markup, joined, tag
from asterisk_search.service.http.rows import FACETS, chips, result_row
from asterisk_search.service.http.snapshots import Shown, SnapshotResponse, snapshot_of
from asterisk_search.service.operations import OPERATIONS, Defaults
from asterisk_search.service.parameters import LONGEST_VALUE
from asterisk_search.service.wire import Json

HTML: Final = "text/html; charset=utf-8"
_FILES: Final = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_FOLDER: Final = Path(__file__).parent.parent / "web"
_LIMIT: Final = "30"
_PASSAGE: Final = re.compile(r"#\d+$")
"""The part of a result's id that names the passage in its document."""
Draw = Callable[[Said], tuple[str, Markup]]


@dataclass(frozen=True, slots=True)
class Page:
    """The pages for people."""

    desk: Desk
    defaults: Defaults
    workers: Executor

    def routes(self) -> list[Route]:
        """Paths of the pages and of what they load."""
        files = [
            Route(f"/{name}", partial(_file, name, kind), methods=["GET"])
            for name, kind in _FILES.items()
        ]
        return [
            Route("/", self._endpoint(self._search), methods=["GET"]),
            Route("/read", self._endpoint(self._read), methods=["GET"]),
            Route("/snapshot/{id:path}", self._snapshot, methods=["GET"]),
            Route("/skipped", self._endpoint(self._skipped), methods=["GET"]),
            *files,
        ]

    def _endpoint(self, draw: Draw) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            said = said_by(request)
            query = (said.get("q") or [""])[0][:LONGEST_VALUE]
            status = 200
            try:
                loop = asyncio.get_running_loop()
                title, body = await loop.run_in_executor(self.workers, draw, said)
            except AsteriskError as error:
                status = failure_of(error).status
                title, body = error.message, _told(error)
            return _page(title, query, said, body, status)

        return endpoint

    async def _snapshot(self, request: Request) -> Response:
        def found() -> Shown:
            return snapshot_of(self.desk.library.find(request.path_params["id"]).card)

        try:
            loop = asyncio.get_running_loop()
            return SnapshotResponse(await loop.run_in_executor(self.workers, found))
        except AsteriskError as error:
            return _page(error.message, "", {}, _told(error), failure_of(error).status)

    def _ask(self, name: str, said: Said) -> Json:
        return OPERATIONS[name](self.desk, said, self.defaults)

    def _search(self, said: Said) -> tuple[str, Markup]:
        known = {name: values for name, values in said.items() if any(values)}
        known = {name: [value for value in known[name] if value] for name in known}
        if "similar" in known:
            answer = self._ask("similar", {"id": known["similar"][:1], "limit": [_LIMIT]})
            title = f"Like {answer['of']['title']}"
        elif set(known) & {"q", *FACETS, "before"}:
            answer = self._ask("search", {"limit": [_LIMIT], **known})
            title = answer["query"]
        else:
            known.pop("mode", None)
            answer = self._ask("recent", {"limit": [_LIMIT], **known})
            title = ""
        chosen: Said = {name: known[name] for name in ("q", "mode", *FACETS) if name in known}
        return title, joined(
            tag("nav", chips(answer.get("facets", {}), chosen), id="chips", aria_label="Filters"),
            *(tag("p", text, class_="note", dir="auto") for text in answer["notices"]),
            tag("p", _summary(answer, title), id="summary", role="status", dir="auto"),
            tag("ol", *map(result_row, answer["results"]), id="results", aria_label="Results"),
        )

    def _read(self, said: Said) -> tuple[str, Markup]:
        line, end = (_whole(said, name) for name in ("line", "end"))
        note = _PASSAGE.sub("", (said.get("id") or [""])[0])
        body = self._ask("document", {"id": [note]})
        first = body["line"]
        lines = body["text"].split("\n")
        passage = range(line - first, max(end, line) - first + 1) if line else range(0)
        shown = [
            tag("mark", text, id="passage" if number == passage.start else None)
            if number in passage
            else joined(text)
            for number, text in enumerate(lines)
        ]
        broken = [joined(one, "\n") for one in shown]
        return body["title"], joined(
            tag("h1", body["title"], dir="auto"),
            tag("p", f"{body['source']} · {body['path']}", class_="facts", dir="auto"),
            tag("pre", *broken, class_="text", dir="auto"),
        )

    def _skipped(self, _said: Said) -> tuple[str, Markup]:
        status = self._ask("status", {})
        rows = [
            [item["source"], item["path"], item["reason"].replace("_", " "), item["detail"] or ""]
            for item in status["skipped"]
        ]
        rows += [
            [item["source"], item["path"], "indexed, but", item["warning"]]
            for item in status["warnings"]
        ]
        head = tag("tr", *(tag("th", name, scope="col") for name in _COLUMNS))
        cells = [tag("tr", *(tag("td", text, dir="auto") for text in row)) for row in rows]
        count = f"{len(rows):,} files were left out or odd." if rows else "Nothing was skipped."
        return "Skipped files", joined(
            tag("h1", "Skipped files"),
            tag("p", count),
            tag("table", tag("thead", head), tag("tbody", *cells)) if rows else None,
        )


def _page(title: str, query: str, said: Said, body: Markup, status: int) -> Response:
    return Response(document(title, query, said, body), status, media_type=HTML)


_COLUMNS: Final = ("Source", "Path", "Reason", "Detail")


def _summary(answer: Json, title: str) -> str:
    number = len(answer["results"])
    if not title:
        return "Newest documents" if number else "Nothing is indexed yet."
    if "of" in answer:
        return f"{title}: {number} similar documents"
    if not number:
        return f"Nothing found · {answer['took_ms']:.0f} ms"
    return f"{_counted(answer)} · {answer['took_ms']:.0f} ms"


def _counted(answer: Json) -> str:
    """How many there are; the total of a question in words, all that was looked at, is not said."""
    rows, total = answer["results"], answer["total"]
    number, weak = len(rows), sum(row["confidence"] == "low" for row in rows)
    if not rows[0]["why"]:
        newest = f"The newest {number} of {total} documents"
        return newest if number < total else _several(number, "document")
    if weak == number:
        return _several(weak, "weak result")
    best = "" if weak or number < int(_LIMIT) else "The best "
    return best + _several(number - weak, "result") + (f", {weak} weaker" if weak else "")


def _several(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _told(error: AsteriskError) -> Markup:
    return joined(
        tag("p", error.message, id="summary", role="alert", class_="note", dir="auto"),
        tag("p", error.hint) if error.hint else None,
    )


def _whole(said: Said, name: str) -> int:
    text = (said.get(name) or [""])[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


async def _file(name: str, kind: str, _request: Request) -> Response:
    return Response(
        (_FOLDER / name).read_bytes(), media_type=kind, headers={"Cache-Control": "no-cache"}
    )

"""What can be asked over HTTP and MCP: parameters in, the wire shape out, one function each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from asterisk_search.answers import Answer, Filters, Mode, Query
from asterisk_search.errors import UsageError
from asterisk_search.search.dates import parse_day
from asterisk_search.service.desk import Desk
from asterisk_search.service.parameters import Given, Parameter, Shape, checked
from asterisk_search.service.wire import (
    SCHEMA,
    Json,
    answer_json,
    progress_json,
    source_json,
    status_json,
)
from asterisk_search.service.wire_views import reading_json, similar_json

MOST_RESULTS: Final = 100
BEGINNING: Final = "0001-01-01"
"""Every document is as old as this or younger."""
_LIMIT = Parameter(
    "limit", "Results wanted.", Shape.WHOLE, ("n", "top_k"), least=1, most=MOST_RESULTS
)
_SOURCE = Parameter("source", "Only these sources.", aliases=("sources",), many=True)
_NARROWING = (
    _SOURCE,
    Parameter("folder", "Only below these folders.", aliases=("folders",), many=True),
    Parameter("tag", "Only with these tags, or ones nested in them.", aliases=("tags",), many=True),
    Parameter(
        "type",
        "Only what lies in a vault (`note`), only saved web pages (`page`), or one kind of "
        "document (`canvas`, `base`, `text`, `pdf`).",
        aliases=("types",),
        many=True,
    ),
    Parameter(
        "domain",
        "Only pages of these sites, sub-domains included.",
        aliases=("domains",),
        many=True,
    ),
    Parameter("after", "Only on or after: 2024-03-09, 2024, 30d, today.", aliases=("since",)),
    Parameter("before", "Only before that day."),
)
SEARCH: Final = (
    Parameter(
        "query",
        "What to look for; without words the newest documents that pass the filters are listed.",
        aliases=("q",),
    ),
    _LIMIT,
    Parameter(
        "mode", "Words, meaning, or both (the default).", choices=tuple(mode.value for mode in Mode)
    ),
    *_NARROWING,
    Parameter("min_score", "Leave out results that score less.", Shape.NUMBER, least=0, most=1),
    Parameter("explain", "Each retriever's part in the score.", Shape.FLAG),
)
RECENT: Final = (_LIMIT, *_NARROWING)
_NOTE: Final = "the `id` of a result, a path, a title, an alias or the end of a path"
DOCUMENT: Final = (
    Parameter("id", f"Which document: {_NOTE}.", required=True, placed=True),
    Parameter("line", "The first line wanted.", Shape.WHOLE, least=1, most=10_000_000),
    Parameter("lines", "How many lines are wanted.", Shape.WHOLE, least=1, most=10_000),
)
SIMILAR: Final = (
    Parameter("id", f"What to compare with: {_NOTE}."),
    Parameter("text", "Or a text to compare with."),
    _LIMIT,
    *_NARROWING,
)
REINDEX: Final = (_SOURCE,)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the configuration says of a search that does not say it."""

    limit: int = 10
    mode: str = Mode.HYBRID.value


@dataclass(frozen=True, slots=True)
class Operation:
    """One question: what it means, its parameters, and how it is answered."""

    meaning: str
    returns: str
    """Name of its shape in the description of the API."""
    parameters: tuple[Parameter, ...]
    answer: Callable[[Desk, Given, Defaults], Json]

    def __call__(self, desk: Desk, given: Mapping[str, Sequence[Any]], defaults: Defaults) -> Json:
        """The answer as JSON-ready data.

        Raises:
            UsageError: the parameters are wrong.
            AsteriskError: there is no answer.
        """
        return self.answer(desk, checked(given, self.parameters), defaults)


def query_of(given: Given, defaults: Defaults) -> Query:
    """The query that parameters of the tables `SEARCH` and `RECENT` describe."""
    return Query(
        text=given.text("query"),
        filters=filters_of(given),
        mode=Mode(given.text("mode") or defaults.mode),
        limit=given.whole("limit", min(defaults.limit, MOST_RESULTS)),
    )


def filters_of(given: Given) -> Filters:
    """The filters that parameters describe."""
    today = date.today()
    after, before = given.text("after"), given.text("before")
    return Filters(
        sources=given.texts("source"),
        folders=given.texts("folder"),
        tags=given.texts("tag"),
        types=given.texts("type"),
        domains=given.texts("domain"),
        after=parse_day(after, today) if after else None,
        before=parse_day(before, today) if before else None,
    )


def above(answer: Answer, least: float) -> Answer:
    """The same answer without results that score below ``least``."""
    kept = tuple(result for result in answer.results if result.score >= least)
    return replace(answer, results=kept)


def _search(desk: Desk, given: Given, defaults: Defaults) -> Json:
    answer = above(desk.search(query_of(given, defaults)), given.number("min_score", 0.0))
    return answer_json(answer, explain=given.flag("explain"), served_by=desk.served_by)


def _recent(desk: Desk, given: Given, defaults: Defaults) -> Json:
    query = query_of(given, defaults)
    filters = query.filters or Filters(after=BEGINNING)
    answer = desk.search(replace(query, filters=filters))
    return answer_json(answer, served_by=desk.served_by)


def _document(desk: Desk, given: Given, _defaults: Defaults) -> Json:
    line, lines = given.whole("line", 0) or None, given.whole("lines", 0) or None
    return reading_json(desk.document(given.text("id"), line, lines))


def _similar(desk: Desk, given: Given, defaults: Defaults) -> Json:
    if bool(given.text("id")) == bool(given.text("text")):
        raise UsageError("one thing is to be compared", hint="give either `id` or `text`")
    found = desk.similar(
        given.text("id") or None,
        text=given.text("text"),
        filters=filters_of(given),
        limit=given.whole("limit", defaults.limit),
    )
    return similar_json(found)


def _progress(desk: Desk, _given: Given, _defaults: Defaults) -> Json:
    return progress_json(desk.standing())


def _sources(desk: Desk, _given: Given, _defaults: Defaults) -> Json:
    return {"schema": SCHEMA, "sources": [source_json(info) for info in desk.sources()]}


def _status(desk: Desk, _given: Given, _defaults: Defaults) -> Json:
    return status_json(desk.status(), desk.vitals())


OPERATIONS: Final = {
    "search": Operation("Search by words and by meaning.", "Answer", SEARCH, _search),
    "similar": Operation("Documents that say the same.", "Similar", SIMILAR, _similar),
    "document": Operation("A document, or lines of it.", "Document", DOCUMENT, _document),
    "recent": Operation("The newest documents, newest first.", "Answer", RECENT, _recent),
    "progress": Operation("What is being done now.", "Progress", (), _progress),
    "sources": Operation("The indexed folders.", "Sources", (), _sources),
    "status": Operation("What is indexed, what waits, what was skipped.", "Status", (), _status),
}

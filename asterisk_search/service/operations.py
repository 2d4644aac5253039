"""What can be asked over HTTP and MCP: parameters in, the wire shape out, one function each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from asterisk_search.answers import Answer, Filters, Mode, Query
from asterisk_search.search.dates import parse_day
from asterisk_search.service.asking import Asked
from asterisk_search.service.parameters import Given, Parameter, Shape, checked
from asterisk_search.service.wire import Json, answer_json, source_json, status_json

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
    answer: Callable[[Asked, Given, Defaults], Json]

    def __call__(
        self, asked: Asked, given: Mapping[str, Sequence[Any]], defaults: Defaults
    ) -> Json:
        """The answer as JSON-ready data.

        Raises:
            UsageError: the parameters are wrong.
            AsteriskError: there is no answer.
        """
        return self.answer(asked, checked(given, self.parameters), defaults)


def query_of(given: Given, defaults: Defaults) -> Query:
    """The query that parameters of the tables `SEARCH` and `RECENT` describe."""
    today = date.today()
    after, before = given.text("after"), given.text("before")
    return Query(
        text=given.text("query"),
        filters=Filters(
            given.texts("source"),
            given.texts("folder"),
            given.texts("tag"),
            parse_day(after, today) if after else None,
            parse_day(before, today) if before else None,
        ),
        mode=Mode(given.text("mode") or defaults.mode),
        limit=given.whole("limit", min(defaults.limit, MOST_RESULTS)),
    )


def above(answer: Answer, least: float) -> Answer:
    """The same answer without results that score below ``least``."""
    kept = tuple(result for result in answer.results if result.score >= least)
    return replace(answer, results=kept)


def _search(asked: Asked, given: Given, defaults: Defaults) -> Json:
    answer = above(asked.search(query_of(given, defaults)), given.number("min_score", 0.0))
    return answer_json(answer, explain=given.flag("explain"))


def _recent(asked: Asked, given: Given, defaults: Defaults) -> Json:
    query = query_of(given, defaults)
    filters = query.filters or Filters(after=BEGINNING)
    return answer_json(asked.search(replace(query, filters=filters)))


def _sources(asked: Asked, _given: Given, _defaults: Defaults) -> Json:
    return {"schema": 1, "sources": [source_json(info) for info in asked.sources()]}


def _status(asked: Asked, _given: Given, _defaults: Defaults) -> Json:
    return status_json(asked.status())


OPERATIONS: Final = {
    "search": Operation("Search by words and by meaning.", "Answer", SEARCH, _search),
    "recent": Operation("The newest documents, newest first.", "Answer", RECENT, _recent),
    "sources": Operation("The indexed folders.", "Sources", (), _sources),
    "status": Operation("What is indexed, what waits, what was skipped.", "Status", (), _status),
}

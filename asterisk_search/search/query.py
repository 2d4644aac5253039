"""Making any query safe to ask."""

from dataclasses import replace
from datetime import date

from asterisk_search.answers import Filters, Query
from asterisk_search.errors import UsageError
from asterisk_search.search.language import LONGEST, understood
from asterisk_search.text.folding import printable


def prepared(query: Query, today: date) -> Query:
    """The query with its text understood, in well-formed Unicode and of bounded length.

    Raises:
        UsageError: nothing is asked for, or the dates leave no day between them.
    """
    query = understood(cleaned(query), today)
    if not query.text.strip() and not query.filters:
        raise UsageError("there is nothing to search for", hint="give some words or a filter")
    _refuse_no_day(query.filters)
    return query


def cleaned(query: Query) -> Query:
    """The same query in well-formed Unicode and of bounded length.

    A command line may carry bytes that are no UTF-8; neither SQLite nor the tokenizer takes them.

    Raises:
        UsageError: the dates leave no day between them.
    """
    filters = query.filters
    _refuse_no_day(filters)
    return replace(
        query,
        text=printable(query.text[:LONGEST]),
        filters=replace(
            filters,
            sources=tuple(map(printable, filters.sources)),
            folders=tuple(map(printable, filters.folders)),
            tags=tuple(map(printable, filters.tags)),
            domains=tuple(map(printable, filters.domains)),
        ),
    )


def _refuse_no_day(filters: Filters) -> None:
    if filters.after and filters.before and filters.after >= filters.before:
        raise UsageError(
            f"no day is on or after {filters.after} and before {filters.before}",
            hint="the second names the first day that is too late",
        )

"""Making any query safe to ask."""

from dataclasses import fields, replace
from typing import Any

from asterisk_search.answers import Query
from asterisk_search.errors import UsageError
from asterisk_search.text.folding import printable

LONGEST = 10_000
"""Characters of a query that are looked at; the model reads far fewer, and so do the words."""


def cleaned(query: Query) -> Query:
    """The same query in well-formed Unicode and of bounded length.

    A command line may carry bytes that are no UTF-8; neither SQLite nor the tokenizer takes them.

    Raises:
        UsageError: the dates leave no day between them.
    """
    filters = query.filters
    if filters.after and filters.before and filters.after >= filters.before:
        raise UsageError(
            f"no day is on or after {filters.after} and before {filters.before}",
            hint="--before names the first day that is too late",
        )
    return replace(
        query,
        text=printable(query.text[:LONGEST]),
        filters=replace(
            filters,
            **{item.name: _printable(getattr(filters, item.name)) for item in fields(filters)},
        ),
        alternatives=_printable(query.alternatives),
        asked=printable(query.asked[:LONGEST]),
    )


def _printable(value: Any) -> Any:
    """The strings in a string, a tuple or a tuple of tuples, each made printable."""
    if isinstance(value, tuple):
        return tuple(map(_printable, value))
    return printable(value) if isinstance(value, str) else value

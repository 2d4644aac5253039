"""Making any query safe to ask."""

from dataclasses import replace

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
            sources=tuple(map(printable, filters.sources)),
            folders=tuple(map(printable, filters.folders)),
            tags=tuple(map(printable, filters.tags)),
            domains=tuple(map(printable, filters.domains)),
        ),
    )

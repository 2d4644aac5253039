"""Why a document is not among the results of a query."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from asterisk_search.answers import Answer, Filters, Query
from asterisk_search.search.language import NARROWS, OR
from asterisk_search.text.folding import printable
from asterisk_search.views import Card

_KEYS: Final = {name: key for key, name in NARROWS.items()}
_ONE_IS_ENOUGH: Final = ("sources", "folders", "paths", "types", "domains", "urls")
_ALL_MUST: Final = ("tags", "titles", "properties", "phrases")


def absence(
    card: Card,
    answer: Answer,
    passes: Callable[[Filters], bool],
    search: Callable[[Query], Answer],
) -> str:
    """What keeps ``card`` out of an answer that does not show it, in one sentence.

    ``passes`` says whether it passes some filters.
    """
    query = answer.query
    if stopped := [typed for typed, one in _each(query.filters) if not passes(one)]:
        return f"left out by {', '.join(stopped)}"
    for result in answer.results:
        if any(twin.document == card.document for twin in result.duplicates):
            return f"it says the same as {printable(result.passage.path)}, which is shown for it"
    if len(answer.results) >= query.limit:
        return f"not among the first {query.limit:,} results"
    # Only itself to choose from, it is shown however low it scores.
    narrow = replace(query.filters, sources=(card.source,), paths=(printable(card.path),))
    alone = search(replace(query, filters=narrow))
    scores = [one.score for one in alone.results if one.passage.document == card.document]
    if scores:
        return f"it scores {scores[0]:.4f}, too low to be shown beside the others"
    return "it has none of the words, and nothing in it is near in meaning"


def _each(filters: Filters) -> Iterator[tuple[str, Filters]]:
    """Every filter by itself, as it may be typed."""
    yield from _wanted(filters)
    yield from _unwanted(filters)
    if filters.after:
        yield f"after:{filters.after}", Filters(after=filters.after)
    if filters.before:
        yield f"before:{filters.before}", Filters(before=filters.before)


def _wanted(filters: Filters) -> Iterator[tuple[str, Filters]]:
    for kind in _ONE_IS_ENOUGH:
        if values := getattr(filters, kind):
            yield f" {OR} ".join(_typed(kind, value) for value in values), _only(kind, *values)
    for kind in _ALL_MUST:
        for value in getattr(filters, kind):
            yield _typed(kind, value), _only(kind, value)
    for group in filters.either:
        typed = f" {OR} ".join(_typed(choice.kind, choice.wanted) for choice in group)
        yield typed, _only("either", group)


def _unwanted(filters: Filters) -> Iterator[tuple[str, Filters]]:
    for kind in (*_KEYS, "properties"):
        for value in getattr(filters, f"without_{kind}"):
            yield f"-{_typed(kind, value)}", _only(f"without_{kind}", value)
    for words in filters.excluded:
        yield f"-{_quoted(words)}", _only("excluded", words)


def _only(kind: str, *values: object) -> Filters:
    narrow: dict[str, Any] = {kind: values}
    return Filters(**narrow)


def _typed(kind: str, value: Any) -> str:  # noqa: ANN401 - a value of any field of `Filters`
    if kind == "properties":
        return f"[{value[0]}:{_quoted(value[1])}]"
    if kind == "phrases":
        return f'"{value}"'
    if kind == "tags":
        return f"#{value.lstrip('#')}"
    return f"{_KEYS[kind]}:{_quoted(value)}"


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value

"""A running daemon's answers as records, for shells that can also answer themselves."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from asterisk_search.answers import Filters, Query
from asterisk_search.config import Settings
from asterisk_search.service.client import ANSWER_S, Elsewhere, ask, wanted
from asterisk_search.service.standing import Vitals
from asterisk_search.service.wire_records import decoded, encoded
from asterisk_search.views import Similar

Record = TypeVar("Record")

VITALS_S: Final = 5.0
"""For how long a daemon is asked how it is: it has the answer at hand."""


def answered(
    kind: type[Record],
    settings: Settings,
    operation: str,
    body: Mapping[str, Any],
    patience: float = ANSWER_S,
) -> Record | None:
    """What the daemon of this data folder answers; ``None`` when the caller has to do it itself.

    Raises:
        AsteriskError: the daemon's own answer is this error.
    """
    if not wanted():
        return None
    try:
        return decoded(kind, ask(settings, operation, body, patience=patience))
    except (Elsewhere, ValueError, TypeError, KeyError, AttributeError):
        return None


def similar(
    settings: Settings, note: str | None, text: str, filters: Filters, limit: int
) -> Similar | None:
    """Documents like a note or a text, as `answered`."""
    query = encoded(Query("", filters))
    body = {"note": note, "text": text, "query": query, "limit": limit}
    return answered(Similar, settings, "similar", body)


def vitals(settings: Settings) -> Vitals | None:
    """How the daemon is, as `answered`."""
    return answered(Vitals, settings, "vitals", {}, VITALS_S)

"""Asking a running daemon for similar documents if there is one, and else this process."""

from asterisk_search.answers import Filters, Query
from asterisk_search.config import Settings
from asterisk_search.library import open_library
from asterisk_search.service.client import Elsewhere, ask, wanted
from asterisk_search.service.wire_records import decoded, encoded
from asterisk_search.views import Similar


def similar(
    settings: Settings, note: str | None, text: str, filters: Filters, limit: int, *, daemon: bool
) -> Similar:
    """Documents like a note or a text. Raises as `Library.similar`."""
    if daemon and wanted():
        try:
            query = encoded(Query("", filters))
            body = {"note": note, "text": text, "query": query, "limit": limit}
            return _decoded(ask(settings, "similar", body))
        except Elsewhere:
            pass
    return open_library(settings).similar(note, text=text, filters=filters, limit=limit)


def _decoded(data: object) -> Similar:
    try:
        return decoded(Similar, data)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Elsewhere from error

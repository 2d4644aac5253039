"""Asking a running daemon if there is one, and else this process; whoever asks notices nothing."""

from typing import TypeVar

from asterisk_search.answers import Answer, Query
from asterisk_search.config import Settings
from asterisk_search.library import open_library
from asterisk_search.service.client import Elsewhere, ask, wanted
from asterisk_search.service.wire_records import decoded, encoded

Record = TypeVar("Record")

DAEMON, PROCESS = "daemon", "process"


def search(settings: Settings, query: Query, *, remember: bool, daemon: bool) -> tuple[Answer, str]:
    """The answer, and who gave it: ``daemon`` or ``process``.

    ``remember`` the results, so that `open` knows their numbers. Raises as `Library.search`.
    """
    if daemon and wanted():
        try:
            body = {"query": encoded(query), "remember": remember}
            return decoded_or_elsewhere(Answer, ask(settings, "search", body)), DAEMON
        except Elsewhere:
            pass
    library = open_library(settings)
    answer = library.search(query)
    if remember:
        library.remember(answer.results)
    return answer, PROCESS


def decoded_or_elsewhere(kind: type[Record], data: object) -> Record:
    """The record; raises Elsewhere when ``data`` was not made of one."""
    try:
        return decoded(kind, data)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Elsewhere from error

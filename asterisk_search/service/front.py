"""A desk that lets a running daemon answer where there is one, and else answers itself."""

from collections.abc import Mapping
from typing import Any, TypeVar

from asterisk_search.answers import Answer, Filters, Query
from asterisk_search.config import Settings
from asterisk_search.indexing.reports import Status
from asterisk_search.service.client import Elsewhere, ask, wanted
from asterisk_search.service.desk import Desk
from asterisk_search.service.wire_records import decoded, encoded
from asterisk_search.views import Similar

Record = TypeVar("Record")


class Front(Desk):
    """The same questions as `Desk`, the same answers, and the same errors."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._by = "process"

    @property
    def served_by(self) -> str:
        """Who gave the last answer: ``daemon`` or ``process``."""
        return self._by

    def search(self, query: Query) -> Answer:
        """Answer a query."""
        body = {"query": encoded(query), "remember": False}
        return self._asked(Answer, "search", body) or super().search(query)

    def similar(
        self,
        note: str | None = None,
        *,
        text: str = "",
        filters: Filters | None = None,
        limit: int = 10,
    ) -> Similar:
        """Documents like a note or a text."""
        query = encoded(Query("", filters or Filters()))
        body = {"note": note, "text": text, "query": query, "limit": limit}
        found = self._asked(Similar, "similar", body)
        return found or super().similar(note, text=text, filters=filters, limit=limit)

    def status(self) -> Status:
        """The state of the index."""
        return self._asked(Status, "status", {}) or super().status()

    def _asked(self, kind: type[Record], name: str, body: Mapping[str, Any]) -> Record | None:
        self._by = "process"
        if not wanted():
            return None
        try:
            found = decoded(kind, ask(self.settings, name, body))
        except (Elsewhere, ValueError, TypeError, KeyError, AttributeError):
            return None
        self._by = "daemon"
        return found

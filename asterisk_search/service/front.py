"""A desk that lets a running daemon answer where there is one, and else answers itself."""

from typing import TypeVar

from asterisk_search.answers import Answer, Filters, Query
from asterisk_search.config import Settings
from asterisk_search.indexing.reports import Status
from asterisk_search.service import remote
from asterisk_search.service.desk import Desk
from asterisk_search.service.standing import Vitals
from asterisk_search.service.wire_records import encoded
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
        found = self._noted(remote.answered(Answer, self.settings, "search", body))
        return found or super().search(query)

    def similar(
        self,
        note: str | None = None,
        *,
        text: str = "",
        filters: Filters | None = None,
        limit: int = 10,
    ) -> Similar:
        """Documents like a note or a text."""
        found = remote.similar(self.settings, note, text, filters or Filters(), limit)
        return self._noted(found) or super().similar(note, text=text, filters=filters, limit=limit)

    def status(self) -> Status:
        """The state of the index."""
        found = self._noted(remote.answered(Status, self.settings, "status", {}))
        return found or super().status()

    def vitals(self) -> Vitals | None:
        """How the daemon is; ``None`` when none answers."""
        return remote.vitals(self.settings)

    def _noted(self, found: Record | None) -> Record | None:
        self._by = "process" if found is None else "daemon"
        return found

"""Operations that list documents and explain single ones."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asterisk_search.answers import Filters, Query
from asterisk_search.library.asking import Asking
from asterisk_search.library.remembering import Remembering
from asterisk_search.records import SourceSpec
from asterisk_search.storage.registry import choose
from asterisk_search.views import Card, Listing, Order, Ranked, Why

if TYPE_CHECKING:
    from asterisk_search.sources.rules import Rulebook

LOOKED_AT: Final = 1000
"""Results in which the rank of a document is looked for."""


class Explaining(Asking, Remembering):
    """List, explain."""

    def documents(
        self, filters: Filters, *, order: Order = Order.DATE, limit: int | None = None
    ) -> Listing:
        """The documents that pass the filters.

        Raises:
            NothingIndexed: there is no index, no source, or none of the name asked for.
        """
        from asterisk_search.search.notices import unknown
        from asterisk_search.search.query import cleaned

        with self._viewing() as viewer:
            specs = choose(viewer.specs(), filters.sources or None)
            narrowed = cleaned(Query("", filters)).in_sources(specs).filters
            cards = viewer.listed(narrowed, order, -1 if limit is None else limit)
            notices = tuple(unknown(narrowed, viewer, found=bool(cards)))
            return Listing(tuple(cards), viewer.count(narrowed), notices)

    def why(self, path: str, query: str = "") -> Why:
        """Whether ``path`` is indexed and why; with ``query``, what it gets for it.

        Raises:
            NoSuchDocument, UsageError: it is no path, and no document, or several, answer to it.
            NothingIndexed: there is no index.
        """
        from asterisk_search.search.explaining import Explainer

        with self._viewing() as viewer:
            why = Explainer(viewer, viewer.specs(), self._rulebook).explain(path)
        if not query or why.card is None:
            return why
        return replace(why, ranked=self._ranked(why.card, query))

    def _ranked(self, card: Card, text: str) -> Ranked:
        from asterisk_search.search.absence import absence

        answer = self.search(Query(text, limit=LOOKED_AT))
        number, mode = card.document, answer.mode.value
        found = next((r for r in answer.results if r.passage.document == number), None)
        if found is not None:
            return Ranked(text, mode, found, LOOKED_AT, answer.total)
        with self._viewing() as viewer:
            missing = absence(
                card, answer, lambda one: bool(viewer.passing([number], one)), self.search
            )
        return Ranked(text, mode, None, LOOKED_AT, answer.total, missing)

    def _rulebook(self, spec: SourceSpec) -> "Rulebook":
        from asterisk_search.sources.opening import kinds_of
        from asterisk_search.sources.rules import Rulebook

        limit = self._settings.index.max_file_mb * 1_000_000
        return Rulebook(Path(spec.root), spec.exclude, limit, kinds_of(spec.type))

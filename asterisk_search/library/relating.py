"""Operations that compare documents with each other."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from asterisk_search.answers import Filters, Query
from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.library.viewing import Viewing
from asterisk_search.storage.registry import choose
from asterisk_search.views import Duplicates, Order, Related, Relative

if TYPE_CHECKING:
    from asterisk_search.storage.relations import SqliteRelations


class Relating(Viewing):
    """Related documents, duplicates."""

    def related(self, note: str, *, filters: Filters | None = None, limit: int = 10) -> Related:
        """What belongs to ``note``: by links, addresses, tags, meaning, day; each with reasons.

        Without vectors the other reasons answer.

        Raises:
            NoSuchDocument, UsageError: see `Viewing.find`.
            NothingIndexed: there is no index, or no source of the name asked for.
        """
        from asterisk_search.search.notices import unknown
        from asterisk_search.search.related import related
        from asterisk_search.search.results import present
        from asterisk_search.search.similar import Neighbourhood

        started, filters = time.monotonic(), filters or Filters()
        with self._net() as net:
            narrowed = self._narrowed(filters, net)
            card = self._resolved(note, net).card
            notices = tuple(unknown(narrowed, net))
            try:
                near = Neighbourhood(net, self._index(net), narrowed).around(
                    self._of_note(card, net), card.document
                )
            except EmbedderUnavailable as error:
                near, notices = [], (*notices, f"meaning took no part: {error.message}")

            def allowed(documents: Iterable[int]) -> set[int]:
                return net.passing(list(documents), narrowed)

            kin = related(card, net, near, allowed)[:limit]
            shown = present(
                [one.group for one in kin],
                Query("", narrowed, limit=limit),
                self._settings.archive.server,
            )
            relatives = tuple(
                Relative(result, one.reasons) for result, one in zip(shown, kin, strict=True)
            )
        return Related(card, relatives, notices, (time.monotonic() - started) * 1000)

    def duplicates(self, filters: Filters | None = None) -> Duplicates:
        """Groups of documents that say the same, with the one to keep suggested; none is deleted.

        Raises:
            NothingIndexed: there is no index, or no source of the name asked for.
        """
        from asterisk_search.search.duplicates import MOST_DOCUMENTS, MOST_PASSAGES, Finder
        from asterisk_search.search.notices import unknown

        started = time.monotonic()
        with self._net() as net:
            narrowed = self._narrowed(filters or Filters(), net)
            cards = {
                card.document: card for card in net.listed(narrowed, Order.DATE, MOST_DOCUMENTS)
            }
            total, passages = net.count(narrowed), len(net.matching(narrowed))
            notices = list(unknown(narrowed, net))
            if total > len(cards):
                notices.append(f"only the newest {len(cards):,} of {total:,} were compared")
            index = None
            if passages > MOST_PASSAGES:
                notices.append("too many passages to compare by meaning: narrow with filters")
            else:
                try:
                    index = self._index(net)
                except EmbedderUnavailable as error:
                    notices.append(f"only equal content was found: {error.message}")
            groups = Finder(net, index, cards).find()
        return Duplicates(
            tuple(groups), len(cards), tuple(notices), (time.monotonic() - started) * 1000
        )

    @contextmanager
    def _net(self) -> "Iterator[SqliteRelations]":
        from asterisk_search.storage.relations import SqliteRelations

        with closing(SqliteRelations(self._folder.catalog)) as net, net.snapshot():
            yield net

    def _narrowed(self, filters: Filters, net: "SqliteRelations") -> Filters:
        from asterisk_search.search.query import cleaned

        specs = choose(net.specs(), filters.sources or None)
        return cleaned(Query("", filters)).in_sources(specs).filters

"""What was found and opened last."""

from collections.abc import Sequence

from asterisk_search.answers import Result
from asterisk_search.errors import NoSuchDocument, UsageError
from asterisk_search.library.viewing import Viewing
from asterisk_search.views import Found, Place


class Remembering(Viewing):
    """The last list of results, and what was opened from it."""

    def remember(self, results: Sequence[Result]) -> None:
        """Remember a list that was shown, so that `picked` knows its numbers."""
        from asterisk_search.storage.history import History

        if not self._settings.search.history:
            return
        found = [
            Found(result.rank, passage.source, passage.ref, passage.line, result.url)
            for result in results
            for passage in [result.passage]
        ]
        History(self._folder.root).remember(found)

    def picked(self, rank: int) -> tuple[Place, Found]:
        """The result of that number in the last list.

        Raises:
            UsageError: there is no such number, or nothing is remembered.
            NoSuchDocument: it is no longer indexed.
            NothingIndexed: there is no index.
        """
        from asterisk_search.storage.history import History

        if not self._settings.search.history:
            raise UsageError(
                "results are not remembered", hint="set history = true in [search], or name a note"
            )
        found = History(self._folder.root).found(rank)
        if found is None:
            raise UsageError(
                f"the last list has no result {rank}", hint="run `asterisk-search query` first"
            )
        with self._viewing() as viewer:
            card = viewer.by_ref(found.source, found.ref)
        if card is None:
            raise NoSuchDocument(f"result {rank} is no longer indexed", hint="run the query again")
        return Place(card, found.line), found

    def count_opened(self, place: Place) -> None:
        """Count that a document was opened; ranking may prefer what is opened often."""
        from asterisk_search.storage.history import History

        if self._settings.search.history:
            History(self._folder.root).count(place.card.source, place.card.ref)

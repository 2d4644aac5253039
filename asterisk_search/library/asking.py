"""Operations that answer a question; they never write."""

import time
from datetime import date

from asterisk_search.answers import Answer, Query
from asterisk_search.library.opening import Opened
from asterisk_search.storage.registry import choose


class Asking(Opened):
    """Search."""

    def search(self, query: Query) -> Answer:
        """Answer a query, whose text is in the language of `search.language`.

        Raises:
            NothingIndexed: there is no index, no source, or none of the name asked for.
            UsageError: neither words nor filters were given.
            EmbedderUnavailable: meaning alone was asked for, and the model cannot be used.
        """
        from asterisk_search.search.answering import answer
        from asterisk_search.search.query import prepared
        from asterisk_search.storage.history import History

        started = time.monotonic()
        query = prepared(query, date.today())
        with self._reading() as reader, reader.snapshot():
            specs = choose(reader.specs(), query.filters.sources or None)
            query = query.in_sources(specs)
            server, search = self._settings.archive.server, self._settings.search
            found = answer(
                query,
                reader,
                lambda: self._semantic(reader),
                server=server,
                opened=History(self._folder.root).opened_counts() if search.history else {},
                snippet_ms=search.snippet_ms,
            )
        return found.timed(time.monotonic() - started)

"""Operations that answer a question; they never write."""

import time
from dataclasses import replace
from datetime import date
from typing import Final

from asterisk_search.answers import Answer, Mode, Query
from asterisk_search.library.opening import Opened
from asterisk_search.storage.registry import choose

_FORMER: Final = (
    "the model in the configuration is another than the one that made the vectors, which answers "
    "until there are new ones: run `asterisk-search index`"
)


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
            if found.mode is not Mode.KEYWORD and self._another_configured(reader):
                found = replace(found, notices=(*found.notices, _FORMER))
        return found.timed(time.monotonic() - started)

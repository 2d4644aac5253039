"""One query from beginning to end."""

from collections.abc import Callable

from asterisk_search.answers import Answer, Mode, Query
from asterisk_search.search.fusion import Fusion
from asterisk_search.search.ladder import Climbed, Semantic, climb
from asterisk_search.search.notices import notices
from asterisk_search.search.results import group, listed, present
from asterisk_search.storage.reader import SqliteReader

TITLES = 20


def answer(
    query: Query,
    reader: SqliteReader,
    semantic: Callable[[], Semantic],
    fusion: Fusion | None = None,
    *,
    server: str = "",
) -> Answer:
    """Rank, group and present; say what the reader should know about the answer.

    ``server`` is the address of an ArchiveBox that shows saved pages; without it files are opened.

    Raises:
        EmbedderUnavailable: meaning alone was asked for, and it is not available.
        CatalogError: the catalog cannot be read.
    """
    fusion = fusion or Fusion()
    if query.text.strip():
        climbed = climb(query, reader, semantic, fusion)
        named = query.mode is not Mode.SEMANTIC
        titled = reader.titled(query.text, query.filters, TITLES) if named else []
        groups = group(climbed.hits, titled, reader)
        total = len(groups)
    else:
        climbed = Climbed([], Mode.KEYWORD)
        groups = listed(reader.recent(query.filters, query.limit), reader)
        total = reader.count(query.filters)
    documents, _, pending = reader.totals()
    return Answer(
        query=query,
        mode=climbed.mode,
        results=present(groups, query, server),
        total=total,
        documents=documents,
        pending=pending,
        updated=reader.updated(),
        degraded=climbed.degraded_reason is not None,
        degraded_reason=climbed.degraded_reason,
        notices=notices(query, reader, documents, pending),
    )

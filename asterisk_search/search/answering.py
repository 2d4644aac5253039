"""One query from beginning to end."""

from collections.abc import Callable, Mapping
from datetime import date

from asterisk_search.answers import Answer, Mode, Query
from asterisk_search.search.facets import facets
from asterisk_search.search.folding import folded
from asterisk_search.search.ladder import Climbed, Semantic, climb
from asterisk_search.search.notices import notices
from asterisk_search.search.ranking import Known, Ranked, rank
from asterisk_search.search.results import listed, present
from asterisk_search.search.spelling import respelt
from asterisk_search.storage.reader import SqliteReader

TITLES = 20


def answer(
    query: Query,
    reader: SqliteReader,
    semantic: Callable[[], Semantic],
    *,
    server: str = "",
    today: date | None = None,
    opened: Mapping[tuple[str, bytes], int] | None = None,
) -> Answer:
    """Rank, group and present; say what the reader should know about the answer.

    ``server`` is the address of an ArchiveBox that shows saved pages; without it files are opened.
    ``opened`` says how often a result was opened, by source and ref.

    Raises:
        EmbedderUnavailable: meaning alone was asked for, and it is not available.
        CatalogError: the catalog cannot be read.
    """
    known = Known(today or date.today(), opened or {})
    if query.text.strip():
        wanted, query = respelt(query, reader)
        climbed = climb(query, wanted, reader, semantic)
        named = query.mode is not Mode.SEMANTIC
        titled = reader.titled(query.text, query.filters, TITLES) if named else []
        ranked = rank(climbed, titled, reader, known, query.limit)
        groups = folded(ranked.groups, query.limit)
    else:
        climbed = Climbed(Mode.KEYWORD, reader.wording(""), [], [])
        groups = listed(reader.recent(query.filters, query.limit), reader)
        ranked = Ranked(groups, reader.count(query.filters))
    documents, _, pending = reader.totals()
    return Answer(
        query=query,
        mode=climbed.mode,
        results=present(groups, query, server),
        total=ranked.total,
        documents=documents,
        pending=pending,
        updated=reader.updated(),
        degraded=climbed.degraded_reason is not None,
        degraded_reason=climbed.degraded_reason,
        notices=notices(query, reader, documents, pending),
        facets=facets([found.passage for found in ranked.groups], known.today)
        if query.text.strip()
        else (),
    )

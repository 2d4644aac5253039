"""One query from beginning to end."""

from collections.abc import Callable, Mapping
from datetime import date

from asterisk_search.answers import Answer, Mode, Query
from asterisk_search.search.facets import facets
from asterisk_search.search.folding import folded
from asterisk_search.search.fusion import COVERAGE
from asterisk_search.search.ladder import Climbed, Semantic, climb
from asterisk_search.search.notices import notices
from asterisk_search.search.ranking import Known, Ranked, rank
from asterisk_search.search.results import Group, listed, present
from asterisk_search.search.sentences import EXPLAINED
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
    snippet_ms: float = 0.0,
) -> Answer:
    """Rank, group and present; say what the reader should know about the answer.

    ``server`` is the address of an ArchiveBox that shows saved pages; without it files are opened.
    ``opened`` says how often a result was opened, by source and ref. The model may look for the
    best sentences for ``snippet_ms``.

    Raises:
        EmbedderUnavailable: meaning alone was asked for, and it is not available.
        CatalogError: the catalog cannot be read.
    """
    known = Known(today or date.today(), opened or {})
    if query.text.strip():
        # The model reads what was typed: it knows more words than the index has seen.
        wanted, spelt = respelt(query, reader)
        climbed = climb(query, wanted, reader, semantic)
        query = spelt
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
        results=present(groups, query, server, _beginning(climbed, snippet_ms)),
        total=ranked.total,
        documents=documents,
        pending=pending,
        updated=reader.updated(),
        degraded=climbed.degraded_reason is not None,
        degraded_reason=climbed.degraded_reason,
        notices=notices(query, reader, documents, pending, found=bool(ranked.total)),
        facets=facets([found.passage for found in ranked.groups], known.today)
        if query.text.strip()
        else (),
    )


def _beginning(climbed: Climbed, snippet_ms: float) -> Callable[[Group, str], int | None] | None:
    """Where snippets begin of results that their words do not explain."""
    if climbed.semantic is None or climbed.vector is None or snippet_ms <= 0:
        return None
    start = climbed.semantic.sentence_start(climbed.vector, snippet_ms)

    def begin(group: Group, text: str) -> int | None:
        said = [part.raw for part in group.hit.parts if part.retriever == COVERAGE]
        return None if said and said[0] >= EXPLAINED else start(text)

    return begin

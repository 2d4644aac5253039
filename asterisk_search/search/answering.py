"""One query from beginning to end."""

from collections.abc import Callable
from difflib import get_close_matches

from asterisk_search.answers import Answer, Mode, Query
from asterisk_search.search.fusion import Fusion
from asterisk_search.search.ladder import Climbed, Semantic, climb
from asterisk_search.search.results import group, listed, present
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.text.folding import tag_key

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
        notices=tuple(_notices(query, reader, documents, pending)),
    )


def _notices(query: Query, reader: SqliteReader, documents: int, pending: int) -> list[str]:
    notices = [
        f"no note has the tag #{tag_key(tag)}{_nearest(tag_key(tag), reader.tags())}"
        for tag in query.filters.tags
        if not reader.has_tag(tag)
    ]
    notices += [
        f"no note lies in the folder {folder!r}{_nearest(folder, reader.folders())}"
        for folder in query.filters.folders
        if not reader.has_folder(folder)
    ]
    notices += [
        f"no page is of the web site {domain!r}{_nearest(domain, reader.domains())}"
        for domain in query.filters.domains
        if not reader.has_domain(domain)
    ]
    if not documents:
        notices.append("the index is empty: run `asterisk-search index`")
    if pending and query.mode is not Mode.KEYWORD:
        notices.append(
            f"{pending} passages have no vector yet and are found by their words only: "
            "run `asterisk-search index`"
        )
    return notices


def _nearest(word: str, known: list[str]) -> str:
    by_key = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_key, 1, 0.5)
    return f" (nearest: {by_key[close[0]]})" if close else ""

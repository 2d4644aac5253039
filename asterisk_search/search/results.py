"""From hits to what is shown: grouped by document, titled, with snippets and links."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from asterisk_search.answers import Hit, Part, Passage, Query, Result, Scored, Titled
from asterisk_search.protocols import CatalogReader
from asterisk_search.records import ChunkId
from asterisk_search.search.fusion import TITLE
from asterisk_search.sources.archivebox.links import page_url
from asterisk_search.sources.obsidian_uri import open_uri
from asterisk_search.storage.fts import content_terms, terms
from asterisk_search.text.snippets import snippet, without_headings

SNIPPET_WIDTH = 240
DEMOTION = 0.6
"""Factor on the score of conflict copies, templates and the like."""
EXACT_TITLE = 0.35
"""Added for a document whose whole name was typed; a prefix adds its share of the name's length,
squared, so that three letters do not outrank meaning."""
SUBSTANTIAL = 12
"""Words from which a passage counts fully."""


@dataclass(frozen=True, slots=True)
class Group:
    """One document's best passage."""

    score: float
    hit: Hit
    passage: Passage
    others: int


def group(hits: Sequence[Hit], titled: Sequence[Titled], reader: CatalogReader) -> list[Group]:
    """One group per document, best first; ties in order of source and path.

    A hidden passage (a comment, a property) may be why a document is found, but another one of it
    is shown.
    """
    named = {found.document: found for found in titled}
    every = [*hits, *_title_hits(hits, titled)]
    passages = reader.hydrate([hit.id for hit in every])
    groups: dict[int, Group] = {}
    for hit in every:
        passage = passages.get(hit.id)
        if passage is None:
            continue  # removed since the search began
        seen = groups.get(passage.document)
        if seen is None:
            groups[passage.document] = _grouped(hit, passage, named.get(passage.document))
        else:
            groups[passage.document] = replace(
                seen, others=seen.others + 1, passage=_shown(seen.passage, passage)
            )
    unseen = [number for number, found in groups.items() if found.passage.hidden]
    for passage in reader.hydrate(reader.leading(unseen)).values():
        found = groups[passage.document]
        groups[passage.document] = replace(found, passage=passage)
    # What scores nothing is shown only where nothing else is: as the closest there is.
    worth = [found for found in groups.values() if found.score > 0] or groups.values()
    return sorted(worth, key=lambda g: (-g.score, g.passage.source, g.passage.path, g.passage.ref))


def listed(newest: Sequence[Scored], reader: CatalogReader) -> list[Group]:
    """Documents as they are, in the order given: nothing was asked that could rank them."""
    passages = reader.hydrate([chunk.id for chunk in newest])
    return [
        Group(chunk.score, Hit(chunk.id, chunk.score, ()), passages[chunk.id], 0)
        for chunk in newest
        if chunk.id in passages
    ]


def _shown(first: Passage, second: Passage) -> Passage:
    return second if first.hidden and not second.hidden else first


def present(groups: Sequence[Group], query: Query, server: str = "") -> tuple[Result, ...]:
    """The first ``query.limit`` groups, ready to be shown; ``server`` opens saved pages."""
    words = [word.strip('"') for word in content_terms(terms(query.text))]
    shown = groups[: query.limit]
    return tuple(_result(rank, found, words, server) for rank, found in enumerate(shown, 1))


def open_url(passage: Passage, server: str = "") -> str:
    """The address that opens a passage: a note in Obsidian, a page as ``server`` or a file."""
    if passage.page is not None:
        return page_url(passage.page, passage.root, server)
    heading = passage.headings[-1] if passage.headings else ""
    return open_uri(Path(passage.root) / os.fsdecode(passage.ref), heading)


def _grouped(hit: Hit, passage: Passage, titled: Titled | None) -> Group:
    score, parts = hit.score * _substance(passage.text), hit.parts
    if titled is not None:
        bonus = EXACT_TITLE * titled.share**2
        score, parts = min(score + bonus, 1.0), (*parts, Part(TITLE, 1, titled.share, bonus))
    if passage.demoted:
        score *= DEMOTION
    return Group(score, Hit(hit.id, hit.score, parts), passage, 0)


def _substance(text: str) -> float:
    """Factor for passages that are hardly more than a heading: 0.7 to 1.

    Both retrievers overrate them: nothing else in them dilutes the word that matched.
    """
    words = len(text.split(maxsplit=SUBSTANTIAL))
    return 1.0 - 0.3 * max(SUBSTANTIAL - words, 0) / SUBSTANTIAL


def _title_hits(hits: Sequence[Hit], titled: Sequence[Titled]) -> list[Hit]:
    """First chunks of the named documents, for those that no retriever found; they come last."""
    known: Mapping[ChunkId, Hit] = {hit.id: hit for hit in hits}
    return [Hit(found.chunk, 0.0, ()) for found in titled if found.chunk not in known]


def _result(rank: int, found: Group, words: Sequence[str], server: str) -> Result:
    passage = found.passage
    said = "" if passage.hidden else passage.text
    above = (passage.title, *passage.headings)
    shown = snippet(without_headings(said, above), words, SNIPPET_WIDTH)
    return Result(
        rank=rank,
        score=round(found.score, 4),
        passage=passage,
        snippet=shown.text,
        highlights=shown.highlights,
        url=open_url(passage, server),
        parts=found.hit.parts,
        others=found.others,
    )

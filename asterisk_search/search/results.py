"""From hits to what is shown: grouped by document, titled, with snippets and links."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from asterisk_search.answers import Hit, Passage, Query, Result, Scored
from asterisk_search.protocols import CatalogReader
from asterisk_search.sources.archivebox.links import page_url
from asterisk_search.sources.obsidian_uri import open_uri
from asterisk_search.storage.fts import content_terms, terms
from asterisk_search.text.snippets import Snippet, snippet, without_headings

SNIPPET_WIDTH = 240
DEMOTION = 0.6
"""Factor on the likeness of conflict copies, templates and the like."""


@dataclass(frozen=True, slots=True)
class Group:
    """One document's best passage."""

    score: float
    hit: Hit
    passage: Passage
    others: int
    duplicates: tuple[Passage, ...] = ()
    """Passages of other documents that say the same."""


def listed(newest: Sequence[Scored], reader: CatalogReader) -> list[Group]:
    """Documents as they are, in the order given: nothing was asked that could rank them."""
    passages = reader.hydrate([chunk.id for chunk in newest])
    return [
        Group(chunk.score, Hit(chunk.id, chunk.score, ()), passages[chunk.id], 0)
        for chunk in newest
        if chunk.id in passages
    ]


def present(
    groups: Sequence[Group],
    query: Query,
    server: str = "",
    begin: Callable[[Group, str], int | None] | None = None,
) -> tuple[Result, ...]:
    """The first ``query.limit`` groups, ready to be shown; ``server`` opens saved pages.

    ``begin`` may say where in a result's text the snippet should begin.
    """
    words = [word.strip('"') for word in content_terms(terms(query.text))]
    shown = groups[: query.limit]
    return tuple(_result(rank, found, words, server, begin) for rank, found in enumerate(shown, 1))


def open_url(passage: Passage, server: str = "") -> str:
    """The address that opens a passage: a note in Obsidian, a page as ``server`` or a file."""
    if passage.page is not None:
        return page_url(passage.page, passage.root, server)
    heading = passage.headings[-1] if passage.headings else ""
    return open_uri(Path(passage.root) / os.fsdecode(passage.ref), heading)


def _snippet(
    found: Group, words: Sequence[str], begin: Callable[[Group, str], int | None] | None
) -> Snippet:
    passage = found.passage
    said = "" if passage.hidden else passage.text
    text = without_headings(said, (passage.title, *passage.headings))
    start = begin(found, text) if begin else None
    if start is None:
        return snippet(text, words, SNIPPET_WIDTH)
    # From there on, and no further than a snippet is wide: it is not to look for a better place.
    room = SNIPPET_WIDTH - 2
    end = len(text) if len(text) - start <= room else text.rfind(" ", start, start + room)
    shown = snippet(text[start : end if end > start else start + room], words, SNIPPET_WIDTH)
    before, after = ("…" if start else ""), ("…" if end != len(text) else "")
    moved = tuple((at + len(before), to + len(before)) for at, to in shown.highlights)
    return Snippet(before + shown.text + after, moved)


def _result(
    rank: int,
    found: Group,
    words: Sequence[str],
    server: str,
    begin: Callable[[Group, str], int | None] | None,
) -> Result:
    passage = found.passage
    shown = _snippet(found, words, begin)
    return Result(
        rank=rank,
        score=round(found.score, 4),
        passage=passage,
        snippet=shown.text,
        highlights=shown.highlights,
        url=open_url(passage, server),
        parts=found.hit.parts,
        others=found.others,
        duplicates=found.duplicates,
    )

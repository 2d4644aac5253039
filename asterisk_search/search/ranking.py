"""From what the retrievers found to documents in order of how likely they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from asterisk_search.answers import Hit, Mode, Passage, Titled
from asterisk_search.protocols import CatalogReader
from asterisk_search.records import ChunkId
from asterisk_search.search.closeness import Closeness, Looker
from asterisk_search.search.evidence import Standing, evidence, total
from asterisk_search.search.fusion import (
    DOUBT,
    KEYWORD,
    Found,
    doubtful,
    fused,
    score,
    trust,
    weights_of,
)
from asterisk_search.search.ladder import Climbed
from asterisk_search.search.recurring import recurring
from asterisk_search.search.results import Group
from asterisk_search.search.weights import Weights

DEPTH: Final = 40
"""Passages that are read, and documents weighed, at least."""
WORTH: Final = 0.001
"""What meaning alone found and scores less is shown only where nothing else is: as the closest.

What words found stays: how rare a word is, and with it such a score, changes with every note.
"""
CLOSEST: Final = 3
"""Shown of it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What ranking is told beside the query."""

    today: date
    opened: Mapping[tuple[str, bytes], int]
    """How often a result was opened, by source and ref."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Documents, best first, and how many there were among the candidates."""

    groups: list[Group]
    total: int


def rank(
    climbed: Climbed, titled: Sequence[Titled], reader: CatalogReader, known: Known, limit: int
) -> Ranked:
    """One group per document, best first; ties in order of source and path."""
    weights = weights_of(climbed.mode)
    found = fused(climbed.keyword, climbed.wanted.ceiling, climbed.meaning, weights)
    owners = reader.owners([one.id for one in found])
    first = [*found[: max(DEPTH, 4 * limit)], *_named(found, titled)]
    passages = reader.hydrate([one.id for one in first])
    present = [one for one in first if one.id in passages]  # else removed since the search began
    close: list[Closeness | None] = [None] * len(present)
    most, sure, repeated = 1.0, 1.0, dict[ChunkId, int]()
    if climbed.mode is Mode.HYBRID:
        looker = Looker.of(climbed.wanted)
        close = [looker.look(said(passages[one.id])) for one in present]
        most = max((seen.coverage for seen in close if seen), default=1.0)
        sure = trust(most)
        seen_by = {one.id: seen for one, seen in zip(present, close, strict=True)}
        repeated = recurring(passages.values(), seen_by, looker)
    hits = _hits(present, close, weights, sure)
    if climbed.mode is Mode.HYBRID and doubtful(hits, weights, most):
        hits = _hits(present, close, weights, sure * DOUBT)
    groups = _grouped(hits, passages, owners, reader)
    weighed = _weighed(groups, titled, reader, known, repeated)
    worth = [group for group in weighed if _worth(group)] or weighed[:CLOSEST]
    return Ranked(worth, max(_count(found, owners, weights), len(worth)))


def _count(found: Sequence[Found], owners: Mapping[ChunkId, int], weights: Weights) -> int:
    """Documents that may be shown: those of passages that words found, or that mean enough."""
    enough = [
        one
        for one in found
        if one.keyword is not None or score(weights.bias + one.log_odds) >= WORTH
    ]
    return len({owners[one.id] for one in enough if one.id in owners})


def _hits(
    found: Sequence[Found], close: Sequence[Closeness | None], weights: Weights, trust: float
) -> list[Hit]:
    """All that is known of each passage, added up."""
    return [one.hit(weights, seen, trust) for one, seen in zip(found, close, strict=True)]


def _worth(group: Group) -> bool:
    """Whether it is shown beside better ones."""
    return group.score >= WORTH or any(part.retriever == KEYWORD for part in group.hit.parts)


def _named(found: Sequence[Found], titled: Sequence[Titled]) -> list[Found]:
    """First passages of the named documents that no retriever found."""
    known = {one.id for one in found}
    return [Found(name.chunk, None, None, 0.0) for name in titled if name.chunk not in known]


def said(passage: Passage) -> str:
    """All that a passage is found by, but for tags."""
    return "\n".join((passage.title, *passage.headings, passage.text))


def _grouped(
    hits: Sequence[Hit],
    passages: Mapping[ChunkId, Passage],
    owners: Mapping[ChunkId, int],
    reader: CatalogReader,
) -> list[Group]:
    """The best passage of each document.

    A hidden passage (a comment, a property) may be why a document is found, but another one of it
    is shown.
    """
    matched: dict[int, int] = {}
    for document in owners.values():
        matched[document] = matched.get(document, 0) + 1
    groups: dict[int, Group] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.id)):
        passage = passages[hit.id]
        seen = groups.setdefault(
            passage.document,
            Group(hit.score, hit, passage, max(matched.get(passage.document, 1) - 1, 0)),
        )
        if seen.passage.hidden and not passage.hidden:
            groups[passage.document] = replace(seen, passage=passage)
    unseen = [number for number, group in groups.items() if group.passage.hidden]
    for passage in reader.hydrate(reader.leading(unseen)).values():
        groups[passage.document] = replace(groups[passage.document], passage=passage)
    return list(groups.values())


def _weighed(
    groups: Sequence[Group],
    titled: Sequence[Titled],
    reader: CatalogReader,
    known: Known,
    repeated: Mapping[ChunkId, int],
) -> list[Group]:
    """With what speaks for and against each document, and a score that is a probability."""
    recurs = reader.recurring([group.passage.id for group in groups])
    for chunk, count in repeated.items():
        recurs[chunk] = max(count, recurs.get(chunk, 0))
    standing = Standing(
        today=known.today,
        titled={name.document: name for name in titled},
        linked=reader.linked([group.passage for group in groups]),
        recurring=recurs,
        opened=known.opened,
    )
    weighed = []
    for group in groups:
        parts, hit = evidence(group.passage, standing), group.hit
        weighed.append(
            Group(
                score(hit.score + total(parts)),
                Hit(hit.id, hit.score, (*hit.parts, *parts)),
                group.passage,
                group.others,
                group.duplicates,
            )
        )
    return sorted(
        weighed, key=lambda g: (-g.score, g.passage.source, g.passage.path, g.passage.ref)
    )

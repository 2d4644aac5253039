"""What belongs to a note, for whatever reason: one list, each entry with its reasons.

Reasons are independent pieces of evidence, so weights combine as probabilities do: an entry with
weights a and b gets ``1 - (1 - a)(1 - b)``. Many reasons outrank one, and none goes above 1.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from asterisk_search.answers import Hit, Part
from asterisk_search.search.links import incoming, outgoing
from asterisk_search.search.results import DEMOTION, Group
from asterisk_search.storage.relations import COMMON, SqliteRelations
from asterisk_search.text.urls import shown_url
from asterisk_search.views import Card, Reason

LINKS: Final = 0.5
BACKLINKS: Final = 0.5
PAGE: Final = 0.6
SHARED_URL: Final = 0.4
TAG: Final = 0.25
"""Of a tag that only the two have; one that twenty have gets a fifth of it."""
MEANING: Final = 0.6
DAY: Final = 0.08

Reasons = dict[int, list[Reason]]


@dataclass(frozen=True, slots=True)
class Kin:
    """One related document and why it is."""

    group: Group
    reasons: tuple[Reason, ...]


def related(
    card: Card,
    net: SqliteRelations,
    near: Sequence[Group],
    allowed: Callable[[Iterable[int]], set[int]],
) -> list[Kin]:
    """Documents related to ``card``, most related first.

    ``near`` are those of like meaning, best first (`search.similar`); ``allowed`` keeps the
    documents that pass the filters.
    """
    reasons = _reasons(card, net)
    for group in near:
        if group.score > 0:
            detail = f"{group.hit.parts[0].raw:.2f}"
            reasons[group.passage.document].append(Reason("meaning", detail, MEANING * group.score))
    passages = {group.passage.document: group for group in near}
    kept = allowed(document for document in reasons if document != card.document)
    groups = {**_led(kept - set(passages), net), **passages}
    kin = [_kin(groups[document], reasons[document]) for document in kept if document in groups]
    return sorted(
        kin,
        key=lambda k: (-k.group.score, k.group.passage.source, k.group.passage.path),
    )


def _reasons(card: Card, net: SqliteRelations) -> Reasons:
    found: Reasons = defaultdict(list)
    document = card.document
    for other in outgoing(net, card):
        found[other].append(Reason("links to", "", LINKS))
    for other in incoming(net, card):
        found[other].append(Reason("linked from", "", BACKLINKS))
    for page in net.cited_pages(document):
        found[page].append(Reason("cites", "", PAGE))
    for other in net.citing(document):
        found[other].append(Reason("cited by", "", PAGE))
    for other, url in net.sharing_urls(document):
        found[other].append(Reason("same address", shown_url(url), SHARED_URL))
    for other, tag, times in net.sharing_tags(document):
        found[other].append(Reason("rare tag", f"#{tag}", TAG * _rarity(times)))
    for other, day in net.same_day(document):
        found[other].append(Reason("same day", day, DAY))
    return found


def _rarity(times: int) -> float:
    """1 for what two documents have, 0.2 for what `COMMON` have."""
    return 1 - 0.8 * math.log(max(times, 2) / 2) / math.log(COMMON / 2)


def _led(documents: Iterable[int], net: SqliteRelations) -> dict[int, Group]:
    """Documents that meaning did not find, by the passage that stands for each."""
    led: dict[int, Group] = {}
    wanted = sorted(documents)
    for at in range(0, len(wanted), 500):
        for chunk, passage in net.hydrate(net.leading(wanted[at : at + 500])).items():
            led[passage.document] = Group(0.0, Hit(chunk, 0.0, ()), passage, 0)
    return led


def _kin(group: Group, reasons: Sequence[Reason]) -> Kin:
    missing = math.prod(1 - reason.weight for reason in reasons)
    score = (1 - missing) * (DEMOTION if group.passage.demoted else 1.0)
    ordered = tuple(sorted(reasons, key=lambda reason: (-reason.weight, reason.kind)))
    parts = tuple(Part(reason.kind, 1, reason.weight, reason.weight) for reason in ordered)
    return Kin(Group(score, Hit(group.hit.id, score, parts), group.passage, 0), ordered)

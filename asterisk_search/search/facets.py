"""What an answer could be narrowed by, with counts over the documents that matched."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from asterisk_search.answers import Facet, Passage
from asterisk_search.records import Kind

MOST: Final = 5
"""Values shown of one kind: the commonest."""
AGES: Final = (("7d", 7), ("30d", 30), ("365d", 365))


def facets(passages: Sequence[Passage], today: date) -> tuple[Facet, ...]:
    """Sources, types, folders, tags, sites and times of these documents, one passage each.

    What all of them share narrows nothing and is left out.
    """
    counted = {
        "source": Counter(passage.source for passage in passages),
        "type": Counter("page" if passage.kind is Kind.PAGE else "note" for passage in passages),
        "folder": Counter(_folders(passages)),
        "tag": Counter(tag for passage in passages for tag in passage.tags),
        "domain": Counter(passage.page.domain for passage in passages if passage.page),
    }
    found = [Facet(name, _commonest(counter, len(passages))) for name, counter in counted.items()]
    found.append(Facet("after", tuple(_ages(passages, today))))
    return tuple(facet for facet in found if facet.values)


def _commonest(counter: Counter[str], documents: int) -> tuple[tuple[str, int], ...]:
    ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return tuple((name, number) for name, number in ranked if name and number < documents)[:MOST]


def _folders(passages: Sequence[Passage]) -> Iterable[str]:
    """The topmost folder of each note; addresses of pages are no folders."""
    for passage in passages:
        folder, slash, _ = passage.path.partition("/")
        if slash and passage.kind is not Kind.PAGE:
            yield folder


def _ages(passages: Sequence[Passage], today: date) -> Iterable[tuple[str, int]]:
    days = [passage.date or passage.modified[:10] for passage in passages]
    for name, ago in AGES:
        since = (today - timedelta(days=ago)).isoformat()
        number = sum(day >= since for day in days)
        if 0 < number < len(days):
            yield name, number

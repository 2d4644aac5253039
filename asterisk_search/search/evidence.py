"""What speaks for or against a document, whatever was asked: small nudges, in log-odds.

None of them can be learnt from the development sets, whose documents have no names that are typed,
no dates, links or openings; they were set by hand, small enough to reorder only what is nearly
equal, and a test holds that they do no harm (docs/ranking.md).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from asterisk_search.answers import Part, Passage, Titled

TITLE: Final = "title"
RECENCY: Final = "recency"
LINKS: Final = "links"
OPENED: Final = "opened"
SHORT: Final = "short"
RECURRING: Final = "recurring"
DEMOTED: Final = "demoted"

TITLE_WEIGHT: Final = 4.0
"""For a document whose whole name was typed; a prefix adds its share of the name's length,
squared, so that three letters do not outrank meaning."""
RECENCY_WEIGHT: Final = 0.15
"""For what was changed today; half of it for what was changed `HALF_LIFE` days ago."""
HALF_LIFE: Final = 180
LINKS_WEIGHT: Final = 0.2
"""For a note that `MANY` others link to; the logarithm of their number below."""
MANY: Final = 20
OPENED_WEIGHT: Final = 0.4
"""For a result opened `OFTEN` times; the logarithm of the number below."""
OFTEN: Final = 10
SHORT_WEIGHT: Final = -0.8
"""For a passage without a word; none from `SUBSTANTIAL` words on. Both retrievers overrate what is
hardly more than a heading: nothing else in it dilutes the word that matched."""
SUBSTANTIAL: Final = 12
RECURRING_WEIGHT: Final = -0.7
"""For each doubling of the documents, from the third on, that say the same passage word for word:
templates, headings of daily notes, cookie banners."""
DEMOTED_WEIGHT: Final = -1.2
"""For conflict copies, templates and the like."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the catalog and the history know of the documents and passages at hand."""

    today: date
    titled: Mapping[int, Titled] = field(default_factory=dict)
    """By document."""
    linked: Mapping[int, int] = field(default_factory=dict)
    """How many documents link to a document."""
    recurring: Mapping[int, int] = field(default_factory=dict)
    """How many documents say a passage, by chunk."""
    opened: Mapping[tuple[str, bytes], int] = field(default_factory=dict)
    """How often a result was opened, by source and ref."""


def evidence(passage: Passage, standing: Standing) -> tuple[Part, ...]:
    """The parts that are not nothing."""
    titled = standing.titled.get(passage.document)
    linked = standing.linked.get(passage.document, 0)
    opened = standing.opened.get((passage.source, passage.ref), 0)
    recurs = standing.recurring.get(passage.id, 1)
    words = len(passage.text.split(maxsplit=SUBSTANTIAL))
    share = titled.share if titled else 0.0
    values = (
        (TITLE, share, TITLE_WEIGHT * share**2),
        (RECENCY, *_recency(passage, standing.today)),
        (LINKS, linked, LINKS_WEIGHT * _share(linked, MANY)),
        (OPENED, opened, OPENED_WEIGHT * _share(opened, OFTEN)),
        (SHORT, words, SHORT_WEIGHT * max(SUBSTANTIAL - words, 0) / SUBSTANTIAL),
        (RECURRING, recurs, RECURRING_WEIGHT * math.log2(max(recurs, 2) / 2)),
        (DEMOTED, 1, DEMOTED_WEIGHT if passage.demoted else 0.0),
    )
    return tuple(
        Part(name, 0, float(raw), contribution)
        for name, raw, contribution in values
        if contribution
    )


def _recency(passage: Passage, today: date) -> tuple[float, float]:
    """Age in days and what it adds."""
    try:
        day = date.fromisoformat((passage.date or passage.modified)[:10])
    except ValueError:
        return 0.0, 0.0
    age = max((today - day).days, 0)
    return float(age), RECENCY_WEIGHT * 0.5 ** (age / HALF_LIFE)


def _share(count: int, much: int) -> float:
    return min(math.log1p(count) / math.log1p(much), 1.0)


def total(parts: Sequence[Part]) -> float:
    """What they add together."""
    return sum(part.contribution for part in parts)

"""What many of the documents found say in the same words, inside passages that say more.

The catalog counts whole passages that recur. A daily note's checklist is short, and shares its
passage with what was written that day; such a paragraph is recognised among what a question finds.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from asterisk_search.answers import Passage
from asterisk_search.records import ChunkId
from asterisk_search.search.closeness import Closeness, Looker

LEAST: Final = 3
"""Documents that must say a paragraph before it counts as recurring."""
REST: Final = 0.5
"""Where the rest of a passage says less than this share of what all of it says, the recurring
paragraphs are why it was found."""
_GAP: Final = re.compile(r"\n\s*\n")


def recurring(
    passages: Collection[Passage], close: Mapping[ChunkId, Closeness | None], looker: Looker
) -> dict[ChunkId, int]:
    """How many of these documents say the paragraphs that a passage was found for.

    Only passages that were found for what recurs; ``close`` is how much each says of the question.
    """
    split = {passage.id: _paragraphs(passage) for passage in passages}
    said_by: dict[str, set[int]] = {}
    for passage in passages:
        for key in split[passage.id]:
            said_by.setdefault(key, set()).add(passage.document)
    many = {key: len(by) for key, by in said_by.items() if len(by) >= LEAST}
    found: dict[ChunkId, int] = {}
    for passage in passages if many else ():
        counts = [many[key] for key in split[passage.id] if key in many]
        seen = close.get(passage.id)
        if counts and seen is not None and seen.coverage:
            rest = [text for key, text in split[passage.id].items() if key not in many]
            if looker.look("\n".join((passage.title, *rest))).coverage < REST * seen.coverage:
                found[passage.id] = max(counts)
    return found


def _paragraphs(passage: Passage) -> dict[str, str]:
    """Headings and paragraphs, by what is compared of them."""
    parts = (*passage.headings, *_GAP.split(passage.text))
    return {" ".join(part.split()).casefold(): part for part in parts if part.strip()}

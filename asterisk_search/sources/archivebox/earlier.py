"""What earlier copies of a page said that the one shown does not say any more."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from asterisk_search.records import BlockKind
from asterisk_search.text.pages import PageBlock, words

EARLIER: Final = "Earlier version"
_FEW: Final = 8
"""Words; shorter blocks are dates, counters and the like."""
_NEW: Final = 0.3
"""Share of a block's words that must be new: below it, the block was only touched up."""


def earlier_blocks(
    shown: Sequence[PageBlock], copies: Iterable[tuple[str, Sequence[PageBlock]]]
) -> list[PageBlock]:
    """The blocks of other copies, each copy with its day, that say something else.

    Each copy's blocks come under a heading of their own, so that they can be found and nobody
    takes them for what the page says now. What several copies said is kept once.
    """
    known = {word for block in shown for word in words(block.text)}
    found: list[PageBlock] = []
    for day, blocks in copies:
        heading = f"{EARLIER}, {day}"
        other = [
            replace(block, headings=(heading, *block.headings), run=0)
            for block in blocks
            if block.kind is not BlockKind.HEADING and _is_news(block.text, known)
        ]
        if other:
            head = PageBlock(BlockKind.HEADING, heading, (heading,), True, False, False, 0)
            found += [head, *other]
            known.update(word for block in other for word in words(block.text))
    return found


def _is_news(text: str, known: set[str]) -> bool:
    said = set(words(text))
    return len(said) >= _FEW and len(said - known) >= _NEW * len(said)

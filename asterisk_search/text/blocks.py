"""Pieces of text put together to a body, with the offsets at which they came to lie."""

from collections.abc import Iterable
from dataclasses import dataclass

from asterisk_search.records import Block, BlockKind


@dataclass(frozen=True, slots=True)
class Piece:
    """Readable text from ``line`` to ``end_line`` of a file, not yet at a place in a body.

    Neighbours of one ``group`` (not 0) become one block, a line each; neighbours of one ``run``
    (not 0) stand on the next line, all others behind a blank one.
    """

    kind: BlockKind
    text: str
    line: int
    end_line: int
    headings: tuple[str, ...] = ()
    group: int = 0
    run: int = 0


def assemble(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """Return the body and its blocks: in order, apart, and holding all text but white space."""
    parts: list[str] = []
    blocks: list[Block] = []
    length = 0
    last: Piece | None = None
    for piece in pieces:
        grouped = _grouped(last, piece)
        between = _between(last, piece, grouped)
        start = length + len(between)
        length = start + len(piece.text)
        parts += (between, piece.text)
        if grouped:
            previous = blocks.pop()
            start, line = previous.start, previous.line
        else:
            line = piece.line
        blocks.append(Block(start, length, line, piece.end_line, piece.kind, piece.headings))
        last = piece
    return "".join(parts), tuple(blocks)


def _grouped(last: Piece | None, piece: Piece) -> bool:
    return (
        last is not None
        and piece.group != 0
        and (last.group, last.kind) == (piece.group, piece.kind)
    )


def _between(last: Piece | None, piece: Piece, grouped: bool) -> str:
    if last is None:
        return ""
    together = grouped or (piece.run != 0 and last.run == piece.run)
    return "\n" if together else "\n\n"

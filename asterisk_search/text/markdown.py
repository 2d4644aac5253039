"""Obsidian's Markdown to a readable body: what a person would read, and where it stands."""

from dataclasses import dataclass

from asterisk_search.records import Block, BlockKind, Link
from asterisk_search.text.blocks import Piece, assemble
from asterisk_search.text.lines import clean_text
from asterisk_search.text.masking import Comment, mask
from asterisk_search.text.tags import unique_tags
from asterisk_search.text.walking import walk

MAX_PARSED = 2_000_000
"""Characters of a note that are parsed; what follows is kept for keyword search alone."""

MAX_LINES = 40_000
"""The same for lines: each may become several tokens of some hundred bytes."""

_HIDDEN_SIZE = 2_000


@dataclass(frozen=True, slots=True)
class Markdown:
    """A text, read. Blocks are as `records.Document` promises them."""

    body: str
    blocks: tuple[Block, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    block_ids: tuple[tuple[str, int], ...] = ()
    first_heading: str = ""
    """Text of the first heading of level 1."""
    warnings: tuple[str, ...] = ()


def read_markdown(text: str, first_line: int = 1, hidden: tuple[Piece, ...] = ()) -> Markdown:
    """Return what a Markdown text says; ``first_line`` is the file's line it begins on.

    ``hidden`` pieces (property values) are put at the end of the body, after the comments. Any
    text at all can be read, in a time that grows with its length.
    """
    text, rest = _capped(clean_text(text))
    masked = mask(text)
    walked = walk(masked.text, first_line)
    pieces = [*walked.pieces, *_comments(masked.comments, first_line)]
    warnings = walked.warnings
    if rest:
        pieces += paragraphs(rest, first_line + text.count("\n"))
        warnings = (*warnings, f"too_long: read as Markdown up to character {len(text)}")
    body, blocks = assemble([*pieces, *hidden])
    findings = walked.findings
    return Markdown(
        body,
        blocks,
        unique_tags(findings.tags),
        tuple(findings.links),
        tuple(findings.fields),
        tuple(findings.block_ids),
        walked.first_heading,
        warnings,
    )


def _capped(text: str) -> tuple[str, str]:
    """Split off what is too much to parse, behind a line end if one is near."""
    end = len(text)
    if end > MAX_PARSED:
        end = text.rfind("\n", MAX_PARSED // 2, MAX_PARSED) + 1 or MAX_PARSED
    if text.count("\n", 0, end) > MAX_LINES:
        end = sum(len(line) + 1 for line in text.split("\n", MAX_LINES)[:MAX_LINES])
    return text[:end], text[end:]


def _comments(comments: tuple[Comment, ...], first_line: int) -> list[Piece]:
    return [
        Piece(
            BlockKind.HIDDEN, comment.text, first_line + comment.line, first_line + comment.end_line
        )
        for comment in comments
        if comment.text
    ]


def paragraphs(text: str, first_line: int) -> list[Piece]:
    """Return plain text as hidden pieces of a few paragraphs each, parted at blank lines."""
    pieces: list[Piece] = []
    gathered: list[str] = []
    start = size = 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.strip():
            start = start if gathered else number
            gathered.append(line.rstrip())
            size += len(line)
        elif gathered:
            gathered.append("")
        if gathered and (number + 1 == len(lines) or (size >= _HIDDEN_SIZE and not gathered[-1])):
            words = "\n".join(gathered).rstrip()
            end = start + words.count("\n")
            pieces.append(Piece(BlockKind.HIDDEN, words, first_line + start, first_line + end))
            gathered, size = [], 0
    return pieces

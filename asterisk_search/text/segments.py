"""A document's blocks, measured in tokens and cut where they are too long.

Segments are what chunks are packed from. Every stretch of text is counted about once: a block that
is obviously long is cut before anything is counted.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from asterisk_search.protocols import TokenCounter
from asterisk_search.records import Block, BlockKind, Document
from asterisk_search.text import graphemes
from asterisk_search.text.sentences import Span, lines, sentences

_RUN = re.compile(r"[!-~]{120,}")
"""Base64, hashes, tracking URLs: found by keywords, but no model learns anything from them.
ASCII only, because Chinese, Japanese and Thai write whole sentences without a space."""

_SMALL = 60
"""Characters below which neighbouring sentences are counted together: counting costs more per
call than per letter, and a note may consist of a million lines of one letter."""

_ASIDE = frozenset({BlockKind.CODE, BlockKind.MATH})
_UNREAD = _ASIDE | {BlockKind.HIDDEN}
_BY_LINE = _ASIDE | {BlockKind.LIST, BlockKind.TABLE, BlockKind.HIDDEN}


@dataclass(frozen=True, slots=True)
class Segment:
    """``body[start:end]``, white space trimmed, and what the model reads of it."""

    block: Block
    start: int
    end: int
    text: str
    """Empty when the model reads nothing of it."""
    tokens: int
    parts: tuple["Segment", ...] = ()
    """Its sentences or lines, where they were counted one by one."""

    @property
    def hidden(self) -> bool:
        """Whether it must not be shown beside readable text."""
        return self.block.kind is BlockKind.HIDDEN

    @property
    def heading(self) -> bool:
        """Whether it is a heading."""
        return self.block.kind is BlockKind.HEADING

    @property
    def opens(self) -> bool:
        """Whether it is the beginning of its block."""
        return self.start == self.block.start


def longest_prefix(text: str, fits: Callable[[str], bool]) -> str:
    """The longest beginning of ``text`` that fits, cut between words if any word fits."""
    if fits(text):
        return text
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    best = _longest(text, ends, fits)
    if best or not ends:
        return best
    return _longest(text, list(range(1, ends[0] + 1)), fits)


def _longest(text: str, ends: list[int], fits: Callable[[str], bool]) -> str:
    # By bisection, so that a tokenizer runs a dozen times and not once per word.
    best, low, high = "", 0, len(ends) - 1
    while low <= high:
        middle = (low + high) // 2
        candidate = text[: graphemes.floor(text, ends[middle])]
        if fits(candidate):
            best, low = candidate, middle + 1
        else:
            high = middle - 1
    return best


@dataclass(frozen=True, slots=True)
class Limits:
    """How large segments may be."""

    aside: int
    """Tokens of code or formula that the model reads."""
    read: int
    """Characters of text that the model reads: text that long is too many tokens in any case."""
    unread: int
    """Characters of text that it does not read."""


class Ruler:
    """Measures and cuts the blocks of one document."""

    def __init__(self, document: Document, counter: TokenCounter, limits: Limits) -> None:
        """Measures blocks of ``document`` the way ``counter`` counts."""
        self._body = document.body
        self._counter = counter
        self._limits = limits
        self._newlines = [match.start() for match in re.finditer("\n", document.body)]
        self._known: dict[str, int] = {}

    def count(self, text: str) -> int:
        """Tokens of ``text``; those of short texts, which recur, are remembered."""
        if not text:
            return 0
        if len(text) > _SMALL:
            return self._counter.count_tokens(text)
        if text not in self._known:
            self._known[text] = self._counter.count_tokens(text)
        return self._known[text]

    def shorten(self, text: str, limit: int) -> str:
        """The longest beginning of ``text`` of at most ``limit`` tokens."""
        # No language needs sixteen characters for a token on average; counting more is wasted.
        start = text[: graphemes.floor(text, limit * 16)] if len(text) > limit * 16 else text
        return longest_prefix(start, lambda candidate: self.count(candidate) <= limit)

    def lines(self, block: Block, start: int, end: int) -> Span:
        """First and last file line of ``body[start:end]``, which lies in ``block``.

        Exact when the block has as many line breaks as the file has there, the fences of code
        apart; otherwise (a reader joined or dropped lines) those of the whole block.
        """
        first = bisect_left(self._newlines, block.start)
        whole = bisect_left(self._newlines, block.end) - first
        fences = block.end_line - block.line - whole
        if fences not in ((0, 1, 2) if block.kind in _ASIDE else (0,)):
            return block.line, block.end_line
        # One fence: the closing one, for the language stands where the opening one was. Two:
        # there is no language, and the text begins on the line after the opening one.
        top = block.line + (fences == 2)
        return (
            top + bisect_left(self._newlines, start) - first,
            top + bisect_left(self._newlines, end) - first,
        )

    def measure(self, block: Block) -> list[Segment]:
        """The block as one segment, or as several if it is longer than a chunk may be."""
        trimmed = self._trim(block.start, block.end)
        if trimmed is None:
            return []
        block = replace(block, start=trimmed[0], end=trimmed[1])
        length, unread = block.end - block.start, block.kind in _UNREAD
        if length <= (self._limits.unread if unread else self._limits.read // 2):
            return [self._segment(block, block.start, block.end)]
        # Likely to be cut, or certain to: counted by its parts at once, and only so.
        parts = tuple(self._segments(block, self._natural(block, block.start, block.end)))
        if unread or length > self._limits.read:
            return list(parts)
        text = self._read(block, block.start, block.end)
        tokens = sum(part.tokens for part in parts)
        return [Segment(block, block.start, block.end, text, tokens, parts)]

    def cut(self, segment: Segment, room: int) -> list[Segment]:
        """The segment in its sentences or lines, or in words if it is more than ``room`` tokens and
        has only one; ``[segment]`` if it cannot or need not be cut."""
        if segment.parts or segment.block.kind in _ASIDE:
            return list(segment.parts) or [segment]
        spans = self._natural(segment.block, segment.start, segment.end)
        if len(spans) == 1:
            if segment.tokens <= room:
                return [segment]
            middle = self._word_end(segment.start, segment.end, (segment.start + segment.end) // 2)
            spans = [(segment.start, middle), (middle, segment.end)]
        return list(self._segments(segment.block, spans))

    def _segments(self, block: Block, spans: Iterable[Span]) -> Iterator[Segment]:
        for start, end in spans:
            for part_start, part_end in self._windows(start, end, self._limit(block)):
                trimmed = self._trim(part_start, part_end)
                if trimmed:
                    yield self._segment(block, *trimmed)

    def _segment(self, block: Block, start: int, end: int) -> Segment:
        text = self._read(block, start, end)
        return Segment(block, start, end, text, self.count(text))

    def _read(self, block: Block, start: int, end: int) -> str:
        """What the model reads, its white space made single spaces: re-wrapping a paragraph is
        not an edit."""
        if block.kind is BlockKind.HIDDEN:
            return ""
        if block.kind in _ASIDE:
            return self._read_aside(block, start)
        return _plain(self._body[start:end])

    def _read_aside(self, block: Block, start: int) -> str:
        """Code and formulas: whole if short. Of long code only the beginning, where a comment or a
        command says what it is for; of long formulas nothing, for they begin like any other."""
        if start > block.start:
            return ""
        limit = self._limits.aside * 8
        whole = _plain(self._body[block.start : min(block.end, block.start + limit)])
        if block.end - block.start <= limit and self.count(whole) <= self._limits.aside:
            return whole
        if block.kind is BlockKind.MATH:
            return ""
        return self.shorten(whole, self._limits.aside)

    def _natural(self, block: Block, start: int, end: int) -> list[Span]:
        cut = lines if block.kind in _BY_LINE else sentences
        joined: list[Span] = []
        for span_start, span_end in cut(self._body[start:end]):
            if joined and joined[-1][1] - joined[-1][0] < _SMALL:
                joined[-1] = (joined[-1][0], start + span_end)
            else:
                joined.append((start + span_start, start + span_end))
        return joined

    def _limit(self, block: Block) -> int:
        return self._limits.unread if block.kind in _UNREAD else self._limits.read

    def _windows(self, start: int, end: int, limit: int) -> Iterator[Span]:
        # Three quarters, so that what has no sentences need not be cut again for its tokens.
        while end - start > limit:
            stop = self._word_end(start, end, start + limit * 3 // 4)
            yield start, stop
            start = stop
        yield start, end

    def _word_end(self, start: int, end: int, index: int) -> int:
        """The last place between words before ``index``, or between graphemes if a word is long."""
        for at in range(index, start + (index - start) // 2, -1):
            if self._body[at - 1].isspace():
                return at
        return min(end, graphemes.floor(self._body, index, start))

    def _trim(self, start: int, end: int) -> Span | None:
        text = self._body[start:end]
        left = len(text) - len(text.lstrip())
        return (start + left, start + len(text.rstrip())) if text.strip() else None


def _plain(text: str) -> str:
    return " ".join(_RUN.sub(" ", text).split())

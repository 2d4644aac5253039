"""A document becomes passages: small enough for the model, large enough to mean something.

Text is divided at headings first, then between blocks, then between sentences, then between
words. Small sections share a chunk with their neighbours. Boundaries are found from the beginning
of each section, so that an edit leaves other sections, and what stands above it in its own, as
they were: their vectors are found again by the digest of ``embed_text``.

What is hidden never shares a chunk with what is shown, because a snippet may show any of a chunk.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from asterisk_search.protocols import TokenCounter
from asterisk_search.records import Chunk, Document
from asterisk_search.text.folding import fold
from asterisk_search.text.sections import Group, Path, group_sections, split_sections
from asterisk_search.text.segments import Limits, Ruler, Segment, longest_prefix

CHUNKING_VERSION = "2"
"""Part of what identifies stored chunks; raised when the same document would chunk otherwise."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How large chunks are.

    200 tokens are about 150 English words, a long paragraph: small models blur what is longer,
    attention costs its square, and a reader can judge that much at a glance. Below 40 tokens, two
    or three sentences, a passage says too little without its neighbours.

    Raises:
        ValueError: the numbers do not fit together.
    """

    max_tokens: int = 200
    """Of the whole embedded text: title, headings, passage."""
    min_tokens: int = 40
    """Sections below it merge with neighbours, and a last rest is evened out."""

    def __post_init__(self) -> None:
        if not 0 <= self.min_tokens <= self.max_tokens // 2 or self.max_tokens < 8:
            raise ValueError(f"not a usable budget: {self}")

    @property
    def half(self) -> int:
        """What title and headings may take at most, and so what a passage gets at least."""
        return self.max_tokens // 2

    @property
    def shared(self) -> int:
        """Tokens that sections may have together to share a chunk: with a usual title they fit."""
        return self.max_tokens * 3 // 4

    @property
    def longest(self) -> int:
        """Characters of a chunk: twice what its tokens usually need, to bound what costs none."""
        return self.max_tokens * 10

    @property
    def limits(self) -> Limits:
        """Of segments: code and formulas get a fifth of the budget, enough for a command or a
        comment; English has less than six characters to a token."""
        return Limits(self.max_tokens // 5, self.max_tokens * 6, self.longest)


DEFAULT_BUDGET = Budget()


def chunk_document(
    document: Document, counter: TokenCounter, budget: Budget = DEFAULT_BUDGET
) -> list[Chunk]:
    """The chunks of a document, in order: at least one, and together all text of its body.

    At least one has an ``embed_text`` (if the document has a name): a document with nothing for
    the model to read is embedded by its title and aliases.
    """
    chunks = list(_Chunker(document, counter, budget).chunks())
    if any(chunk.embed_text for chunk in chunks):
        return chunks
    name = "\n".join(part for part in (document.title, *document.aliases) if part.strip())
    ruler = Ruler(document, counter, budget.limits)
    first = chunks[0] if chunks else Chunk(0, 0, 0, 1, 1, (), "", "")
    return [replace(first, embed_text=ruler.shorten(name, budget.max_tokens)), *chunks[1:]]


@dataclass(frozen=True, slots=True)
class _Prefix:
    """What stands before every passage of a section."""

    text: str
    tokens: int


class _Chunker:
    """The state of chunking one document."""

    def __init__(self, document: Document, counter: TokenCounter, budget: Budget) -> None:
        self._document = document
        self._budget = budget
        self._ruler = Ruler(document, counter, budget.limits)
        self._prefixes: dict[Path, _Prefix] = {}
        self._title = self._ruler.shorten(document.title.strip(), budget.half // 2)
        self._segments = [
            segment for block in document.blocks for segment in self._ruler.measure(block)
        ]
        self._outline = not any(segment.text and not segment.heading for segment in self._segments)
        """Headings alone are embedded only where there is nothing else: an empty heading that
        many notes share would otherwise be the nearest neighbour of its own word."""

    def chunks(self) -> Iterator[Chunk]:
        parts = ((group, part) for group in self._groups() for part in self._pack(group))
        for ordinal, (group, segments) in enumerate(parts):
            yield self._chunk(ordinal, segments, group.path)

    def _groups(self) -> Iterator[Group]:
        for _, run in groupby(self._segments, key=lambda segment: segment.hidden):
            sections = split_sections(run)
            yield from group_sections(sections, self._budget.min_tokens, self._budget.shared)

    def _pack(self, group: Group) -> list[list[Segment]]:
        room = self._budget.max_tokens - self._prefix(group.path).tokens
        return _Packer(self._ruler, self._budget, group.path, room).pack(group.segments)

    def _chunk(self, ordinal: int, segments: Sequence[Segment], path: Path) -> Chunk:
        start, end = segments[0].start, segments[-1].end
        return Chunk(
            ordinal=ordinal,
            start=start,
            end=end,
            line=self._ruler.lines(segments[0].block, start, segments[0].end)[0],
            end_line=self._ruler.lines(segments[-1].block, segments[-1].start, end)[1],
            headings=path,
            text=self._document.body[start:end],
            embed_text=self._embed_text(segments, path),
            hidden=segments[0].hidden,
        )

    def _prefix(self, path: Path) -> _Prefix:
        if path not in self._prefixes:
            self._prefixes[path] = self._make_prefix(path)
        return self._prefixes[path]

    def _make_prefix(self, path: Path) -> _Prefix:
        """Title and headings in at most half of the budget. The innermost headings come first to
        it: they say most about the passage."""
        left = self._budget.half - self._ruler.count(self._title)
        kept: list[str] = []
        for heading in reversed(path):
            if fold(heading.strip()) == fold(self._document.title.strip()):
                continue
            kept.append(self._ruler.shorten(heading.strip(), max(left, 0)))
            left -= self._ruler.count(kept[-1])
        parts = (part for part in (self._title, *reversed(kept)) if part)
        text = self._ruler.shorten("\n".join(parts), self._budget.half)
        return _Prefix(text, self._ruler.count(text))

    def _embed_text(self, segments: Sequence[Segment], path: Path) -> str:
        read = [segment for segment in segments if segment.text and not _on_path(segment, path)]
        if not self._outline and all(segment.heading for segment in read):
            return ""
        passage = "".join(("\n" if segment.opens else " ") + segment.text for segment in read)
        prefix = self._prefix(path)
        text = f"{prefix.text}\n{passage.strip()}".strip()
        # Some tokenizers count the white space between parts; only where that might matter is the
        # whole counted once more.
        parts = prefix.tokens + sum(segment.tokens + 1 for segment in read)
        if parts < self._budget.max_tokens:
            return text
        return longest_prefix(text, lambda t: self._ruler.count(t) <= self._budget.max_tokens)


class _Packer:
    """Fills chunks with the segments of one group."""

    def __init__(self, ruler: Ruler, budget: Budget, path: Path, room: int) -> None:
        self._ruler = ruler
        self._budget = budget
        self._path = path
        self._room = room

    def pack(self, segments: Sequence[Segment]) -> list[list[Segment]]:
        """Segments of each chunk: as many as fit, blocks whole where possible."""
        packed: list[list[Segment]] = []
        current: list[Segment] = []
        waiting = deque(segments)
        while waiting:
            segment = waiting.popleft()
            if self._fits([*current, segment]):
                current.append(segment)
                continue
            parts = self._parts(current, segment)
            if len(parts) > 1:
                waiting.extendleft(reversed(parts))
            elif current:
                packed.append(current)
                current = []
                waiting.appendleft(segment)
            else:
                packed.append([segment])
        if current:
            packed.append(current)
        return self._even_out(packed)

    def _parts(self, current: list[Segment], segment: Segment) -> list[Segment]:
        """The segment cut up, if it is too large for any chunk or leaves ``current`` too small."""
        tokens = self._tokens(current)
        too_large = self._cost(segment) > self._room
        too_small = tokens < self._budget.min_tokens and tokens + self._cost(segment) > self._room
        return self._ruler.cut(segment, self._room) if too_large or too_small else [segment]

    def _even_out(self, packed: list[list[Segment]]) -> list[list[Segment]]:
        """Divide the last two chunks evenly if the last is only a rest."""
        if len(packed) < 2 or self._tokens(packed[-1]) >= self._budget.min_tokens:
            return packed
        if self._tokens(packed[-2] + packed[-1]) <= self._room:
            return packed  # it was length that divided them: there is code between
        segments = [
            part
            for segment in packed[-2] + packed[-1]
            for part in self._ruler.cut(segment, self._room)
        ]
        half = self._tokens(segments) / 2
        left: list[Segment] = []
        while segments and self._tokens([*left, segments[0]]) <= half:
            left.append(segments.pop(0))
        if left and self._fits(left) and self._fits(segments):
            return [*packed[:-2], left, segments]
        return packed

    def _fits(self, segments: Sequence[Segment]) -> bool:
        length = segments[-1].end - segments[0].start
        return self._tokens(segments) <= self._room and length <= self._budget.longest

    def _tokens(self, segments: Sequence[Segment]) -> int:
        return sum(self._cost(segment) for segment in segments)

    def _cost(self, segment: Segment) -> int:
        return 0 if _on_path(segment, self._path) else segment.tokens


def _on_path(segment: Segment, path: Path) -> bool:
    """Whether the segment is a heading that the chunk's heading path says already."""
    headings = segment.block.headings
    return segment.heading and bool(headings) and path[: len(headings)] == headings

"""What flows in a search: frozen records, standard library only."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import NamedTuple

from asterisk_search.records import ChunkId, Kind, PageFacts, SourceSpec


class Mode(StrEnum):
    """Which retrievers take part."""

    HYBRID = "hybrid"
    KEYWORD = "keyword"
    SEMANTIC = "semantic"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several filters of which one is enough."""

    kind: str
    """A field of `Filters`."""
    value: str
    name: str = ""
    """Of a property."""

    @property
    def wanted(self) -> str | tuple[str, str]:
        """The value as its field holds it."""
        return (self.name, self.value) if self.kind == "properties" else self.value


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search before anything is ranked. Empty means: everything."""

    sources: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    after: str | None = None
    """Inclusive ISO date."""
    before: str | None = None
    """Exclusive ISO date."""
    types: tuple[str, ...] = ()
    """``note`` (all that lies in a vault), ``page``, another kind, or a type of source."""
    domains: tuple[str, ...] = ()
    """Pages of these web sites or of their sub-domains."""
    paths: tuple[str, ...] = ()
    """Parts of the path; one of them must be in it."""
    titles: tuple[str, ...] = ()
    """Parts of a title or alias; all must be there."""
    urls: tuple[str, ...] = ()
    """Parts of the address; one of them must be in it."""
    properties: tuple[tuple[str, str], ...] = ()
    """Names of properties and what their value must contain; all of them."""
    phrases: tuple[str, ...] = ()
    """What the document must say: these words in this order, endings and accents apart."""
    excluded: tuple[str, ...] = ()
    """Words and phrases that the document must not say."""
    either: tuple[tuple["Choice", ...], ...] = ()
    """Alternatives: one of each group is enough."""
    without_sources: tuple[str, ...] = ()
    without_folders: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    without_paths: tuple[str, ...] = ()
    without_titles: tuple[str, ...] = ()
    without_types: tuple[str, ...] = ()
    without_domains: tuple[str, ...] = ()
    without_urls: tuple[str, ...] = ()
    without_properties: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, item.name) for item in fields(self))


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for."""

    text: str
    """What is looked for; once parsed, without operators and filters."""
    filters: Filters = field(default_factory=Filters)
    mode: Mode = Mode.HYBRID
    limit: int = 10
    alternatives: tuple[tuple[str, ...], ...] = ()
    """Words and phrases of the text of which one is enough."""
    asked: str = ""
    """The text before it was parsed; empty when it was not."""
    remarks: tuple[str, ...] = ()
    """What was odd in it."""

    def in_sources(self, specs: Sequence[SourceSpec]) -> "Query":
        """The same, with the sources it names spelt as they were registered."""
        names = tuple(spec.name for spec in specs) if self.filters.sources else ()
        return replace(self, filters=replace(self.filters, sources=names))


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or words that stand together, as the word index knows it."""

    text: str
    found: int
    """Passages that say it."""
    weight: float
    """How much saying it means; rare words weigh more."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The content words of a query; one of each group is enough."""

    groups: tuple[tuple[Term, ...], ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        """All of them."""
        return tuple(term for group in self.groups for term in group)

    @property
    def ceiling(self) -> float:
        """About the BM25 of a passage that says a word of each group once."""
        return sum(max(term.weight for term in group) for group in self.groups)


class Scored(NamedTuple):
    """A chunk and what one retriever thinks of it; higher is better.

    Made by the hundred, hence no dataclass.
    """

    id: ChunkId
    score: float


@dataclass(frozen=True, slots=True)
class Titled:
    """A document whose name is, or begins with, the words asked for."""

    document: int
    chunk: ChunkId
    """Its first chunk."""
    share: float
    """Share of the name that was typed, 0 to 1; 1 means all of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of evidence: what a retriever found, or what is known of a document."""

    retriever: str
    rank: int
    """1-based rank in a retriever's own list; 0 for other evidence."""
    raw: float
    """The retriever's own score, or the share or number that counts."""
    contribution: float
    """What it added, in log-odds."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk after fusion; its score is in log-odds until its document is weighed."""

    id: ChunkId
    score: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk with what is needed to show it."""

    id: ChunkId
    document: int
    source: str
    root: str
    kind: Kind
    ref: bytes
    path: str
    title: str
    headings: tuple[str, ...]
    line: int
    end_line: int
    ordinal: int
    hidden: bool
    """Found by its words, but not what the note says: comments and property values."""
    text: str
    tags: tuple[str, ...]
    date: str | None
    modified: str
    demoted: str
    page: PageFacts | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One line of an answer: a document's best passage."""

    rank: int
    score: float
    passage: Passage
    snippet: str
    highlights: tuple[tuple[int, int], ...]
    url: str
    """Opens the passage in its own application."""
    parts: tuple[Part, ...]
    others: int = 0
    """Further passages of the same document that matched."""
    duplicates: tuple[Passage, ...] = ()
    """Passages of other documents that say the same, folded into this one."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One kind of filter and what could be chosen of it."""

    name: str
    """``source``, ``type``, ``folder``, ``tag``, ``domain`` or ``after``."""
    values: tuple[tuple[str, int], ...]
    """Each with how many of the matching documents it would leave, most first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search gives back, whichever shell asked."""

    query: Query
    mode: Mode
    """The mode that answered, which is not the one asked for when ``degraded``."""
    results: tuple[Result, ...]
    total: int
    """Documents that matched, shown or not, among the candidates looked at."""
    documents: int
    pending: int
    updated: str | None
    degraded: bool = False
    degraded_reason: str | None = None
    notices: tuple[str, ...] = ()
    """Sentences the reader should see: an unknown tag with its nearest, vectors still missing."""
    took_ms: float = 0.0
    facets: tuple[Facet, ...] = ()
    """What the answer could be narrowed by; none when nothing was ranked."""

    def timed(self, seconds: float) -> "Answer":
        """The same answer, knowing how long it took."""
        return replace(self, took_ms=seconds * 1000)

"""What flows between the rooms: frozen records, standard library only.

Offsets are counted in Unicode code points (Python string indices); lines are 1-based lines of the
file on disk; times are ISO 8601 strings; ``ref`` is the identity of an entry inside its source as
raw bytes, because file names need not be valid Unicode and one folder may hold both the NFC and
the NFD spelling of a name.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

ChunkId = int
"""Row number of a chunk in the catalog, and its label in every vector index. Never reused."""


class Kind(StrEnum):
    """What a document is."""

    NOTE = "note"
    CANVAS = "canvas"
    BASE = "base"


class SkipReason(StrEnum):
    """Why an entry is not indexed."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    BINARY = "binary"
    NOT_A_FILE = "not_a_file"
    SYMLINK = "symlink"
    EVICTED = "evicted"
    MALFORMED = "malformed"
    VANISHED = "vanished"


class BlockKind(StrEnum):
    """What a block of a body is; it decides whether the model reads the block."""

    HEADING = "heading"
    PROSE = "prose"
    LIST = "list"
    TABLE = "table"
    QUOTE = "quote"
    CODE = "code"
    MATH = "math"
    HIDDEN = "hidden"
    """Found by keywords, never embedded and never shown as a snippet: comments, property values."""


class LinkKind(StrEnum):
    """How a document refers to something else."""

    WIKILINK = "wikilink"
    EMBED = "embed"
    MARKDOWN = "markdown"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What ``stat`` says of a file; any difference means: read it and compare digests."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    def unsettled(self) -> "Stamp":
        """The same, unlike any file's: remembered for one that may change within a clock tick."""
        return replace(self, ctime_ns=-1)

    @property
    def settled(self) -> bool:
        """Whether an equal stamp later on means that nothing has changed."""
        return self.ctime_ns >= 0

    @property
    def modified(self) -> str:
        """The modification time as ISO 8601 in UTC, to the second."""
        moment = datetime.fromtimestamp(self.mtime_ns // 1_000_000_000, UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a scan found that should become a document."""

    ref: bytes
    path: str
    """Shown to people: relative to the source's root, ``/``-separated, NFC."""
    kind: Kind
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Skip:
    """One thing that should have been indexed and cannot be."""

    ref: bytes
    path: str
    reason: SkipReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a body: ``body[start:end]``, from ``line`` to ``end_line`` of the file."""

    start: int
    end: int
    line: int
    end_line: int
    kind: BlockKind
    headings: tuple[str, ...] = ()
    """Texts of the enclosing headings, outermost first; a heading block includes its own."""


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to another note, file or address, as written."""

    kind: LinkKind
    target: str
    """A note name or path without its ``#…`` part, or a whole URL."""
    subpath: str = ""
    """``Heading``, ``H1#H2`` or ``^block-id``, without the leading ``#``."""
    text: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One entry, read: a readable body with what its format says about it.

    Blocks are in order, do not overlap, and all text of the body that is not white space lies in
    one of them.
    """

    entry: Entry
    digest: bytes
    """SHA-256 of the content that was read."""
    title: str
    body: str
    blocks: tuple[Block, ...]
    aliases: tuple[str, ...] = ()
    """Other names it may be searched by: aliases, a title property, the first heading."""
    tags: tuple[str, ...] = ()
    """As first spelt, without ``#``, each once; ancestors are not repeated."""
    links: tuple[Link, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    """Flattened property names (lower case) and their values as text."""
    block_ids: tuple[tuple[str, int], ...] = ()
    """Block id and its line."""
    date: str | None = None
    """The date the document itself states: property, file name, daily-note pattern."""
    modified: str = ""
    demoted: str = ""
    """Why it should rank below others (``conflict copy``, ``template``); empty for most."""
    warnings: tuple[str, ...] = ()
    """What was odd but survived, such as unreadable frontmatter."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: ``text == body[start:end]``.

    ``embed_text`` is what the model reads (title, heading path, passage); empty when the passage
    is for keyword search only.
    """

    ordinal: int
    start: int
    end: int
    line: int
    end_line: int
    headings: tuple[str, ...]
    text: str
    embed_text: str


class Mode(StrEnum):
    """Which retrievers take part."""

    HYBRID = "hybrid"
    KEYWORD = "keyword"
    SEMANTIC = "semantic"


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

    def __bool__(self) -> bool:
        return bool(self.sources or self.folders or self.tags or self.after or self.before)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for."""

    text: str
    filters: Filters = field(default_factory=Filters)
    mode: Mode = Mode.HYBRID
    limit: int = 10
    per_note: int = 1
    """Passages shown per document; 0 means as many as match."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A chunk and what one retriever thinks of it; higher is better."""

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
    """One retriever's share in a hit."""

    retriever: str
    rank: int
    """1-based rank in that retriever's own list."""
    raw: float
    """That retriever's own score."""
    contribution: float
    """What it added to the fused score."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk after fusion; score in 0 to 1."""

    id: ChunkId
    score: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the catalog remembers of an entry."""

    digest: bytes
    prepared: str
    """Version of reading and chunking that produced the stored chunks."""
    stamp: Stamp
    path: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A chunk that waits for its vector."""

    id: ChunkId
    digest: bytes
    text: str


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """How to open a source: what the user named and how."""

    name: str
    type: str
    root: str
    """Absolute; undecodable bytes as surrogate escapes, so that it can be opened."""
    exclude: tuple[str, ...] = ()
    """Patterns in gitignore syntax."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A registered source and what is in the catalog of it."""

    spec: SourceSpec
    documents: int
    chunks: int
    pending: int
    """Chunks that wait for a vector."""
    skipped: int
    updated: str | None
    """When a scan of it last ran to its end."""


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
    """Found by its words, but not what the note says: comments, property values, bare headings."""
    text: str
    tags: tuple[str, ...]
    date: str | None
    modified: str
    demoted: str


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


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What an update did for one source, counted in documents."""

    source: str
    new: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    kept: int = 0
    """Not to be read at present, and kept as they were."""
    withheld: int = 0
    """Removals not carried out because they would have taken more than half."""
    skips: tuple[Skip, ...] = ()
    error: str = ""
    """Why the source could not be scanned; then nothing of it was changed."""
    hint: str = ""

    @property
    def indexed(self) -> int:
        """Documents of the source that are in the catalog now."""
        return self.new + self.changed + self.moved + self.unchanged + self.kept + self.withheld


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update did."""

    sources: tuple[SourceReport, ...]
    documents: int
    chunks: int
    embedded: int
    """Texts the model read."""
    pending: int
    index_bytes: int
    seconds: float
    peak_bytes: int
    """Largest resident memory of this process so far."""
    degraded_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the index."""

    data_dir: str
    index_bytes: int
    sources: tuple[SourceInfo, ...]
    documents: int
    chunks: int
    vectors: int
    pending: int
    updated: str | None
    model: str
    skips: tuple[tuple[str, Skip], ...]
    """Source name and what could not be indexed of it."""
    warnings: tuple[tuple[str, str, str], ...]
    """Source name, path, and what was odd about an indexed document."""


class Health(StrEnum):
    """Outcome of one check."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a diagnosis."""

    name: str
    health: Health
    detail: str
    fix: str = ""
    """A command, or what to do."""

"""What flows between the rooms: frozen records, standard library only.

Offsets are counted in Unicode code points (Python string indices); lines are 1-based lines of the
file on disk; times are ISO 8601 strings; ``ref`` is the identity of an entry inside its source as
raw bytes, because file names need not be valid Unicode and one folder may hold both the NFC and
the NFD spelling of a name.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

ChunkId = int
"""Row number of a chunk in the catalog, and its label in every vector index. Never reused."""


class Kind(StrEnum):
    """What a document is."""

    NOTE = "note"
    CANVAS = "canvas"
    BASE = "base"
    TEXT = "text"
    """A plain text: what looks like markup in it is none."""
    PDF = "pdf"
    PAGE = "page"
    """A saved web page with all its copies."""


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
    UNFINISHED = "unfinished"
    """Still being saved, or waiting to be; what was indexed before stays."""
    HTTP_ERROR = "http_error"
    """The web site answered with an error instead of the page."""
    REDIRECT = "redirect"
    """Its address leads to another page, which is indexed."""


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
        """The modification time as ISO 8601 in UTC, to the second; empty if no calendar has it."""
        moment = self._moment()
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""

    @property
    def day(self) -> str:
        """The day of the modification where the user lives; empty if no calendar has it."""
        moment = self._moment()
        return moment.astimezone().date().isoformat() if moment else ""

    def _moment(self) -> datetime | None:
        try:
            # A day is left at both ends, for time zones.
            moment = datetime.fromtimestamp(self.mtime_ns // 1_000_000_000, UTC)
        except (ValueError, OverflowError, OSError):
            return None
        return moment if 1 < moment.year < 9999 else None


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
class Copy:
    """One saved copy of a page."""

    id: str
    """As the archive's database spells it; empty when there is none."""
    url: str
    """As it was given to the archive."""
    timestamp: str
    """The archive's own name for the copy, which its addresses contain."""
    folder: str
    """Relative to the source's root; undecodable bytes as surrogate escapes."""
    saved: str
    """When, as ISO 8601 in UTC."""
    status: str = ""
    """Why nothing of it can be searched; empty for a good copy."""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What an archive knows of a page beside its text."""

    url: str
    """The original address, as saved."""
    domain: str
    file: str
    """What opens the copy locally: a file, else its folder; relative to the source's root."""
    bookmarked: str
    """ISO 8601 in UTC, like all times here; empty when unknown."""
    added: str
    extractor: str
    """Which of the archive's outputs the text was taken from; empty when there is no text."""
    copies: tuple[Copy, ...]
    """All of them, the one that is searched first, then the newest first."""

    @property
    def copy(self) -> Copy:
        """The one that is searched and shown."""
        return self.copies[0]


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
    page: PageFacts | None = None
    """For a saved web page only."""


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
    hidden: bool = False
    """Not what the document says, only where it is found: comments and property values."""


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

"""What flows when documents are looked at rather than searched for: frozen records."""

import shlex
from dataclasses import dataclass, replace
from enum import StrEnum

from asterisk_search.answers import Result
from asterisk_search.records import Kind, PageFacts


@dataclass(frozen=True, slots=True)
class Card:
    """What the catalog says of one document, without its text."""

    document: int
    """Its row number; stable while the document is indexed."""
    source: str
    root: str
    """Of its source; absolute, undecodable bytes as surrogate escapes."""
    kind: Kind
    ref: bytes
    path: str
    title: str
    aliases: tuple[str, ...]
    tags: tuple[str, ...]
    properties: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    date: str | None
    modified: str
    demoted: str
    digest: bytes
    """SHA-256 of the content that was indexed."""
    size: int
    """Bytes of that content, as the file system said."""
    mtime_ns: int = 0
    """Its time of modification, likewise."""
    page: PageFacts | None = None
    """For a saved web page only."""

    @property
    def id(self) -> str:
        """``source:path``, by which every shell names the document."""
        return f"{self.source}:{self.path}"


@dataclass(frozen=True, slots=True)
class Place:
    """A document, and where in it."""

    card: Card
    line: int | None = None
    """1-based; ``None`` means its beginning."""
    end_line: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A document's text, or some lines of it."""

    card: Card
    text: str
    line: int
    """1-based number of the first line of ``text``; 1 for a document without lines."""
    end_line: int
    lines: int
    """Lines of the whole document."""
    from_file: bool
    """Whether this is the file itself, as it was indexed; else the readable text of the index."""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Similar:
    """The documents that say what a note, or a text, says."""

    of: Card | None
    """``None`` when a text was given."""
    results: tuple[Result, ...]
    documents: int
    pending: int
    updated: str | None
    notices: tuple[str, ...] = ()
    took_ms: float = 0.0

    def timed(self, seconds: float) -> "Similar":
        """The same, knowing how long it took."""
        return replace(self, took_ms=seconds * 1000)


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the last list of results."""

    rank: int
    source: str
    ref: bytes
    line: int
    url: str
    """What opens it in its own application."""


class Where(StrEnum):
    """In what a document is opened."""

    OBSIDIAN = "obsidian"
    EDITOR = "editor"
    BROWSER = "browser"
    FOLDER = "folder"
    WAYBACK = "wayback"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Opening:
    """How a document will be opened: an address or file for the system, or a command."""

    address: str = ""
    command: tuple[str, ...] = ()
    locate: bool = False
    """Show the file in its folder instead of opening it."""

    def __str__(self) -> str:
        return self.address or shlex.join(self.command)


class Order(StrEnum):
    """In what order documents are listed."""

    DATE = "date"
    """Newest first, by the date they state, else of their last change."""
    MODIFIED = "modified"
    PATH = "path"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Listing:
    """Documents that pass some filters."""

    cards: tuple[Card, ...]
    total: int
    """How many pass, listed or not."""
    notices: tuple[str, ...] = ()


class State(StrEnum):
    """What became of one path."""

    INDEXED = "indexed"
    STALE = "stale"
    """Indexed, but the file has changed since."""
    GONE = "gone"
    """Indexed, but the file is no longer there."""
    SKIPPED = "skipped"
    """It should be indexed and cannot be."""
    EXCLUDED = "excluded"
    NEW = "new"
    """Nothing speaks against it: the next `index` will take it."""
    MISSING = "missing"
    """There is no such file, and none is indexed."""
    FOLDER = "folder"
    """A folder of a source, or a source itself."""
    OUTSIDE = "outside"
    """It lies in no source."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What one document gets for one query."""

    query: str
    mode: str
    result: Result | None
    """``None`` when it is not among the ``looked_at`` best."""
    looked_at: int
    total: int
    """Documents that matched."""
    absence: str = ""
    """Why there is no result; empty when there is one."""


@dataclass(frozen=True, slots=True)
class Why:
    """Whether one path is indexed, and why it is or is not."""

    path: str
    """As a person would write it: absolute, or as it was asked for."""
    state: State
    reason: str
    """One sentence; names the rule that left the path out."""
    source: str | None = None
    card: Card | None = None
    chunks: int = 0
    vectors: int = 0
    """Of its passages that the model reads, how many have a vector."""
    pending: int = 0
    model: str = ""
    """The beginning of the name of the vector space."""
    fix: str = ""
    """What to do about it; empty when all is well."""
    ranked: Ranked | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for which two documents belong together."""

    kind: str
    """``links to``, ``linked from``, ``cites``, ``cited by``, ``same address``, ``rare tag``,
    ``same day`` or ``meaning``."""
    detail: str
    """The address, tag, day or cosine; empty for links."""
    weight: float
    """What it adds, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A related document and why it is."""

    result: Result
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """What belongs to a document."""

    of: Card
    relatives: tuple[Relative, ...]
    notices: tuple[str, ...] = ()
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Alike:
    """In what way two documents are the same, and how much."""

    how: str
    share: float
    """Of runs of four words in common: of both, for a clipping of the smaller; 1 is all."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A document that another one makes superfluous."""

    card: Card
    alike: Alike
    """How it is like the one to keep."""


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Documents that say the same."""

    keep: Card
    """The suggestion: one's own note before a page, the longer, the newer."""
    others: tuple[Duplicate, ...]
    copies: tuple[str, ...] = ()
    """For a page saved several times: the folders of its copies, the one searched first."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """All groups that were found."""

    groups: tuple[DuplicateGroup, ...]
    compared: int
    """Documents that took part."""
    notices: tuple[str, ...] = ()
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A query of the user's own, and what it should find."""

    text: str
    expected: tuple[tuple[str, float], ...]
    """Names of notes as `get` takes them, and how good each is: 1 unless graded."""
    category: str
    line: int
    """Where it stands in ``file``."""
    file: str


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over queries, each 0 to 1."""

    queries: int
    ndcg_5: float
    ndcg_10: float
    mrr: float
    recall_10: float
    hit_1: float

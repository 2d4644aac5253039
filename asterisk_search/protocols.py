"""The seams: what one room may expect of another.

Callers ask for the smallest role that serves them. Each protocol has one conformance suite under
``tests/conformance``, which the tests of every implementation subclass.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from asterisk_search.answers import Filters, Passage, Scored, Titled, Wording
from asterisk_search.records import Chunk, ChunkId, Document, Entry, Pending, Skip, Stored

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    """Shape (n, dim), rows of unit length."""

TextRole = Literal["passage", "query"]


class Source(Protocol):
    """A folder's conventions: which files are entries, and how one becomes a document."""

    @property
    def name(self) -> str:
        """Unique among the registered sources."""

    @property
    def root(self) -> Path:
        """The folder the user named."""

    @property
    def version(self) -> str:
        """Changes when entries are read differently, so that they are read again."""

    def exists(self, ref: bytes) -> bool:
        """Whether the entry is still there, though the rules of the scan may leave it out."""

    def scan(self) -> Iterator[Entry | Skip]:
        """Everything that should be indexed, in no promised order.

        Raises:
            SourceMissing: the root is missing or empty; the caller must delete nothing.
            SourceError: the scan could not be completed; likewise.
        """

    def read(self, entry: Entry, known: bytes | None = None) -> Document | None:
        """The document of an entry, or ``None`` when its content still has the digest ``known``.

        Raises:
            EntrySkipped: it cannot be indexed, with the reason.
        """


@runtime_checkable
class Watchable(Protocol):
    """A source of which a part can be looked at by itself, when something is known to have changed.

    What it says of a part is what a scan would say.
    """

    def places(self) -> list["Place"]:
        """What has to be watched to notice every change; may walk through the whole source."""

    def concerns(self, ref: bytes) -> "Concern":
        """What a change at the path ``ref`` (relative to the root) may mean."""

    def look(self, refs: Collection[bytes]) -> list[Entry | Skip] | None:
        """What a scan would find at these refs and below them; ``None``: only a scan can tell.

        Raises:
            SourceError: as `Source.scan`; nothing may be deleted.
        """


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to be watched."""

    ref: bytes
    """Relative to the root; empty for the root itself. May be a link to a folder."""
    recursive: bool
    """Whether everything below it matters."""


class Concern(Enum):
    """How far a change reaches."""

    NOTHING = "nothing"
    ENTRY = "entry"
    """What is at that path and below it."""
    EVERYTHING = "everything"
    """The rules by which the whole source is read."""


class TokenCounter(Protocol):
    """Counts tokens the way the model does."""

    def count_tokens(self, text: str) -> int:
        """Tokens of ``text`` without the special ones that frame a sequence."""


class Embedder(TokenCounter, Protocol):
    """Texts in, unit vectors out."""

    @property
    def fingerprint(self) -> str:
        """Names the vector space: equal fingerprints mean comparable vectors."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """Longest text the model reads, special tokens not counted; the rest is cut off."""

    def embed(self, texts: Sequence[str], role: TextRole = "passage") -> "Vectors":
        """One unit vector per text: shape (len(texts), dim), float32.

        The vector of a text does not depend on the texts beside it.

        Raises:
            EmbedderUnavailable: the model cannot be used now.
        """


class VectorIndex(Protocol):
    """Nearest neighbours by cosine among labelled unit vectors. All methods are thread-safe."""

    def __len__(self) -> int:
        """The number of living vectors."""

    def ids(self) -> "NDArray[np.int64]":
        """Labels of the living vectors, ascending."""

    def put(self, ids: Sequence[ChunkId], vectors: "Vectors") -> None:
        """Add vectors, replacing those whose label is already there.

        Raises:
            ValueError: another dimension, a count that differs, or a value that is not finite.
        """

    def drop(self, ids: Iterable[ChunkId]) -> None:
        """Remove vectors; unknown labels are ignored."""

    def nearest(
        self, vector: "Vectors", k: int, *, among: "NDArray[np.int64] | None" = None
    ) -> list[Scored]:
        """At most ``k`` living neighbours of ``vector`` (shape (dim,)), best first.

        ``among`` (labels, ascending) narrows the candidates *before* ranking: min(k, living among
        them) come back however small that set is.
        """


class CatalogWriter(Protocol):
    """What indexing needs of the catalog. Each call is one transaction."""

    def stored(self, source: str) -> dict[bytes, Stored]:
        """What is known of each entry of a source, by ``ref``."""

    def stored_below(self, source: str, refs: Collection[bytes]) -> dict[bytes, Stored]:
        """The same for these refs and those below them, as ``a/b`` is below ``a``."""

    def put(self, source: str, document: Document, chunks: Sequence[Chunk], prepared: str) -> None:
        """Store a document in place of what its ``ref`` held; unchanged chunks keep their ids."""

    def touch(self, source: str, entries: Sequence[Entry]) -> None:
        """Content unchanged: only remember the new stamps."""

    def move(self, source: str, old: bytes, entry: Entry) -> None:
        """The document at ``old`` is now at ``entry``; a `put` of it must follow."""

    def drop(self, source: str, refs: Sequence[bytes]) -> None:
        """Forget these entries, their documents and chunks."""

    def set_skips(self, source: str, skips: Sequence[Skip]) -> None:
        """Replace the list of what could not be indexed."""

    def renew_skips(self, source: str, refs: Collection[bytes], skips: Sequence[Skip]) -> None:
        """Replace that list's part at ``refs`` and below."""

    def finish(self, source: str, when: str) -> None:
        """A scan of ``source`` ran to its end at ``when`` (ISO 8601)."""

    def settle(self, *, force: bool = False) -> bool:
        """Let the adopted vectors answer if nothing waits (or ``force``); return whether."""

    def adopt(self, fingerprint: str, bundle: str = "") -> None:
        """From now on new vectors are of this fingerprint; what lacks one of it is pending.

        Those there are answer until `settle`; ``bundle`` is the folder of the model.
        """

    def pending(self, after: ChunkId, limit: int) -> list[Pending]:
        """Chunks that lack a vector, id above ``after``, ascending."""

    def set_vectors(self, pending: Sequence[Pending], packed: Sequence[bytes]) -> None:
        """Store the packed vector of each pending text, for every chunk that says the same."""


class CatalogReader(Protocol):
    """What searching needs of the catalog; it never writes."""

    def wording(self, text: str, alternatives: Sequence[Sequence[str]] = ()) -> Wording:
        """The content words of ``text`` with their weights."""

    def keyword(self, wanted: Wording, filters: Filters, limit: int) -> list[Scored]:
        """Chunks that say at least one of the words, by field-weighted BM25, best first."""

    def respelt(self, word: str) -> str | None:
        """The stem in the index that ``word``, which is not in it, was probably meant to be."""

    def titled(self, text: str, filters: Filters, limit: int) -> list[Titled]:
        """Documents whose title or alias is ``text``, or begins with it, closest first."""

    def matching(self, filters: Filters) -> "array[int]":
        """Ids of the chunks that have a vector and pass the filters, ascending."""

    def owners(self, chunks: Sequence[ChunkId]) -> dict[ChunkId, int]:
        """The document of each of these passages; those that are gone are absent."""

    def linked(self, passages: Sequence[Passage]) -> dict[int, int]:
        """How many others link to the document of each of these; those without are absent."""

    def recurring(self, chunks: Sequence[ChunkId]) -> dict[ChunkId, int]:
        """How many documents say each of these passages word for word."""

    def leading(self, documents: Sequence[int]) -> list[ChunkId]:
        """The chunk that stands for each of these documents: its first that says something."""

    def hydrate(self, ids: Sequence[ChunkId]) -> dict[ChunkId, Passage]:
        """What is needed to show these chunks; ids that are gone are absent."""

"""What indexing says of itself: reports, states, diagnoses."""

from dataclasses import dataclass
from enum import StrEnum

from asterisk_search.records import Skip, SourceInfo


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

    @property
    def touched(self) -> int:
        """Documents that were added, changed, moved or removed."""
        return self.new + self.changed + self.moved + self.removed


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
    problem: str | None = None
    """What went wrong after all notes were safe: it costs speed or space, not results."""


@dataclass(frozen=True, slots=True)
class PartReport:
    """What an update of a part of one source did."""

    source: SourceReport
    """Counts of that part alone."""
    embedded: int
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
    """The beginning of the name of the vector space that answers."""
    skips: tuple[tuple[str, Skip], ...]
    """Source name and what could not be indexed of it."""
    warnings: tuple[tuple[str, str, str], ...]
    """Source name, path, and what was odd about an indexed document."""
    next_model: str = ""
    """Likewise, of one whose vectors are being made; ``pending`` counts what it lacks."""


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

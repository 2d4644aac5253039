"""What has to be done to make the catalog agree with a scan. Pure: no files, no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asterisk_search.records import Entry, Skip, SkipReason, Stored

TRANSIENT = frozenset(
    {
        SkipReason.UNREADABLE,
        SkipReason.EVICTED,
        SkipReason.VANISHED,
        SkipReason.UNFINISHED,
    }
)
"""Reasons that say nothing about the content: what was indexed before stays searchable."""

MASS_REMOVAL_MINIMUM = 20
"""Smaller sources may lose more than half of their documents without being asked about it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The work of one sync of one source."""

    read: tuple[Entry, ...]
    """New, or with a stamp that differs, or prepared by an older version: read and compare."""
    unchanged: int
    """Entries whose stamp says that nothing changed."""
    gone: tuple[bytes, ...]
    """Stored refs that the scan did not meet."""
    kept: int
    """Stored refs the scan could not see into, for instance below an unreadable folder."""


def is_mass_removal(vanished: int, stored: int) -> bool:
    """Whether so many of the stored documents vanished that a disk may be missing."""
    return vanished >= MASS_REMOVAL_MINIMUM and 2 * vanished > stored


def stands(known: Stored, prepared: str, *, frozen: bool) -> bool:
    """Whether stored chunks are good as they are, as long as the content is the same.

    ``frozen``: they could only be made worse now, so those of another version are good, too; not
    those of none, which a `move` has left half done.
    """
    return known.prepared == prepared or (frozen and bool(known.prepared))


def make_plan(
    stored: Mapping[bytes, Stored],
    found: Iterable[Entry],
    skips: Iterable[Skip],
    prepared: str,
    *,
    frozen: bool = False,
) -> Plan:
    """Compare what is stored with what a complete scan found; ``frozen``: see `stands`."""
    read: list[Entry] = []
    unchanged = 0
    left = set(stored)
    for entry in found:
        left.discard(entry.ref)
        known = stored.get(entry.ref)
        same = known is not None and known.stamp == entry.stamp and entry.stamp.settled
        if known and same and stands(known, prepared, frozen=frozen):
            unchanged += 1
        else:
            read.append(entry)
    kept = _hidden_by(skips, left)
    return Plan(
        # Newest first: what was written last is what is searched for first.
        read=tuple(sorted(read, key=lambda entry: (-entry.stamp.mtime_ns, entry.ref))),
        unchanged=unchanged,
        gone=tuple(sorted(left - kept)),
        kept=len(kept),
    )


def _hidden_by(skips: Iterable[Skip], refs: set[bytes]) -> set[bytes]:
    """The refs that a transient skip covers: the entry itself, or anything below a folder."""
    blind = {skip.ref for skip in skips if skip.reason in TRANSIENT}
    return (
        {ref for ref in refs if any(part in blind for part in _ancestry(ref))} if blind else set()
    )


def _ancestry(ref: bytes) -> list[bytes]:
    parts = ref.split(b"/")
    return [b"/".join(parts[: n + 1]) for n in range(len(parts))]

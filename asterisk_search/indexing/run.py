"""One sync of one source: scan, plan, read, chunk, put, drop.

Every step is one transaction on one document, so an interruption at any point loses at most the
document in hand, and running again does only what is left.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from asterisk_search.errors import EntrySkipped
from asterisk_search.indexing.plan import (
    MASS_REMOVAL_MINIMUM,
    TRANSIENT,
    Plan,
    is_mass_removal,
    make_plan,
    stands,
)
from asterisk_search.indexing.progress import Progress
from asterisk_search.indexing.reports import SourceReport
from asterisk_search.protocols import CatalogWriter, Source, Watchable
from asterisk_search.records import Chunk, Document, Entry, Skip, SkipReason, Stamp, Stored

SETTLED_AFTER_NS = 2_000_000_000
"""A file changed less than this before the scan could change again without its stamp moving
(coarse clocks, two seconds on FAT): it is read again next time."""

DROP_BATCH = 200


@dataclass(slots=True)
class _Tally:
    new: int = 0
    changed: int = 0
    moved: int = 0
    unchanged: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Sync:
    """How to bring one source into the catalog.

    ``chunk`` turns a document into chunks; ``prepared`` names the version of reading and chunking,
    so that documents prepared otherwise are read again, unless ``frozen``: then only those whose
    content changed are. ``prune`` permits removals of more than half of what is stored.
    """

    source: Source
    catalog: CatalogWriter
    chunk: Callable[[Document], Sequence[Chunk]]
    prepared: str
    prune: bool = False
    frozen: bool = False

    def run(self, now_ns: int, now: str, progress: Progress) -> SourceReport:
        """Make the catalog agree with the source; repeating it changes nothing.

        ``now_ns`` is the wall clock in nanoseconds, ``now`` the same moment as ISO 8601.

        Raises:
            SourceError: the source could not be scanned to its end; nothing was removed.
            CatalogError: the catalog could not be written.
        """
        entries, skips = self._scan(now_ns, progress)
        stored = self.catalog.stored(self.source.name)
        plan = make_plan(stored, entries, skips, self.prepared, frozen=self.frozen)
        progress.note(
            f"{self.source.name}: {len(entries)} documents found, {len(plan.read)} to read, "
            f"{plan.unchanged} unchanged, {len(plan.gone)} gone"
        )
        report = self._carry_out(plan, stored, skips, progress)
        self.catalog.set_skips(self.source.name, report.skips)
        self.catalog.finish(self.source.name, now)
        return report

    def some(
        self, source: Watchable, refs: Collection[bytes], now_ns: int, now: str, progress: Progress
    ) -> SourceReport | None:
        """The same for these refs and all that lies below them; the rest is not looked at.

        ``source`` is the sync's own. ``None`` when only a `run` can tell: nothing was done then.

        Raises:
            SourceError, CatalogError: as `run`.
        """
        found = source.look(refs)
        if found is None:
            return None
        skips = [item for item in found if isinstance(item, Skip)]
        entries = [_dated(item, now_ns) for item in found if isinstance(item, Entry)]
        stored = self.catalog.stored_below(self.source.name, refs)
        plan = make_plan(stored, entries, skips, self.prepared, frozen=self.frozen)
        if len(plan.gone) >= MASS_REMOVAL_MINIMUM:
            return None
        report = self._carry_out(plan, stored, skips, progress)
        self.catalog.renew_skips(self.source.name, refs, report.skips)
        self.catalog.finish(self.source.name, now)
        return report

    def _carry_out(
        self,
        plan: Plan,
        stored: Mapping[bytes, Stored],
        skips: list[Skip],
        progress: Progress,
    ) -> SourceReport:
        tally, gone = _Tally(unchanged=plan.unchanged, kept=plan.kept), _by_digest(plan, stored)
        skips += self._read_all(plan, stored, gone, tally, progress)
        left = [ref for refs in gone.values() for ref in refs]
        # What is still there was left out by a rule; only what vanished can be a missing disk.
        vanished = {ref for ref in left if not self.source.exists(ref)}
        held = is_mass_removal(len(vanished), len(stored)) and not self.prune
        withheld = len(vanished) if held else 0
        lost = [skip.ref for skip in skips if skip.ref in stored and skip.reason not in TRANSIENT]
        removed = {*lost, *left} - (vanished if held else set())
        self._drop(sorted(removed))
        return SourceReport(
            source=self.source.name,
            new=tally.new,
            changed=tally.changed,
            moved=tally.moved,
            removed=len(removed),
            unchanged=tally.unchanged,
            kept=tally.kept,
            withheld=withheld,
            skips=tuple(sorted(skips, key=lambda skip: skip.path)),
        )

    def _scan(self, now_ns: int, progress: Progress) -> tuple[list[Entry], list[Skip]]:
        entries: list[Entry] = []
        skips: list[Skip] = []
        progress.begin("scan", 0, "files")
        try:
            for found in self.source.scan():
                if isinstance(found, Skip):
                    skips.append(found)
                else:
                    entries.append(_dated(found, now_ns))
                progress.advance(1)
        finally:
            progress.end()
        return entries, skips

    def _read_all(
        self,
        plan: Plan,
        stored: Mapping[bytes, Stored],
        gone: dict[bytes, list[bytes]],
        tally: _Tally,
        progress: Progress,
    ) -> list[Skip]:
        skips: list[Skip] = []
        progress.begin("read", sum(entry.stamp.size for entry in plan.read), "B")
        try:
            for entry in plan.read:
                try:
                    self._read(entry, stored.get(entry.ref), gone, tally)
                except EntrySkipped as error:
                    skips.append(
                        Skip(entry.ref, entry.path, SkipReason(error.reason), error.detail)
                    )
                    tally.kept += entry.ref in stored and error.reason in TRANSIENT
                progress.advance(entry.stamp.size)
        finally:
            progress.end()
        return skips

    def _read(
        self, entry: Entry, known: Stored | None, gone: dict[bytes, list[bytes]], tally: _Tally
    ) -> None:
        good = known is not None and stands(known, self.prepared, frozen=self.frozen)
        trusted = known.digest if known and good else None
        document = self.source.read(entry, trusted)
        if document is None:
            self.catalog.touch(self.source.name, [entry])
            tally.unchanged += 1
            return
        chunks = self.chunk(document)
        if known:
            # Read again only because reading or chunking has a new version: nothing changed.
            same = known.digest == document.digest
            tally.unchanged += same
            tally.changed += not same
        elif gone.get(document.digest):
            self.catalog.move(self.source.name, gone[document.digest].pop(), entry)
            tally.moved += 1
        else:
            tally.new += 1
        self.catalog.put(self.source.name, document, chunks, self.prepared)

    def _drop(self, refs: list[bytes]) -> None:
        for at in range(0, len(refs), DROP_BATCH):
            self.catalog.drop(self.source.name, refs[at : at + DROP_BATCH])


def _by_digest(plan: Plan, stored: Mapping[bytes, Stored]) -> dict[bytes, list[bytes]]:
    """Where content that has left its place may turn up again: digest to stored refs."""
    refs: dict[bytes, list[bytes]] = defaultdict(list)
    for ref in plan.gone:
        refs[stored[ref].digest].append(ref)
    return refs


def _dated(entry: Entry, now_ns: int) -> Entry:
    return replace(entry, stamp=_settled(entry.stamp, now_ns))


def _settled(stamp: Stamp, now_ns: int) -> Stamp:
    """The stamp, marked as unsettled when the file may still change within a clock tick."""
    recent = now_ns - SETTLED_AFTER_NS
    just_now = stamp.ctime_ns > recent or recent < stamp.mtime_ns <= now_ns
    return stamp.unsettled() if just_now else stamp

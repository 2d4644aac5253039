"""An archive of ArchiveBox as a source, whichever version made it."""

import hashlib
import os
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from asterisk_search.errors import EntrySkipped, SourceMissing
from asterisk_search.protocols import Concern, Place
from asterisk_search.records import Document, Entry, Kind, Skip, SkipReason, Stamp
from asterisk_search.sources.archivebox.database import NAME, NoDatabase, read_database
from asterisk_search.sources.archivebox.descriptions import read_folders
from asterisk_search.sources.archivebox.earlier import earlier_blocks
from asterisk_search.sources.archivebox.layout import ARCHIVE, Layout
from asterisk_search.sources.archivebox.preference import PREFERENCE
from asterisk_search.sources.archivebox.reading import Saved, page_document, read_snapshot
from asterisk_search.sources.archivebox.rows import BUSY, DELETED, Row, seconds_of
from asterisk_search.sources.ignoring import IgnoreRules
from asterisk_search.text.pages import PageBlock
from asterisk_search.text.urls import shown_key, shown_url, url_key

MAX_BYTES: Final = 50_000_000
READER_VERSION: Final = "a1"
"""Changes when the same snapshot is read as another document."""

QUIET_SECONDS: Final = 120.0
"""A snapshot whose row changed less than this ago may still be written to: extractors run for
seconds to minutes, and each moves the time of its row (ArchiveBox up to 0.8)."""
_SETTLING_SECONDS: Final = 30.0
_MOST_COPIES: Final = 10
_MOST_EARLIER: Final = 3
"""Copies that are looked at for what a page said before."""
_USUAL_BYTES: Final = 100_000


class ArchiveSource:
    """An archive: `Source` over its data folder, which is never written to.

    The database decides what exists, the folders hold the texts. Without a readable database the
    folders' own descriptions serve. All snapshots of one address are one document, whose ``ref`` is
    the normalised address. ``exclude`` are patterns in the syntax of .gitignore, matched with
    addresses such as ``example.org/blog/post``.
    """

    def __init__(
        self,
        name: str,
        root: Path,
        exclude: Sequence[str] = (),
        *,
        prefer: Sequence[str] = PREFERENCE,
        max_bytes: int = MAX_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._name = name
        self._root = root
        self._exclude = tuple(exclude)
        self._prefer = tuple(prefer)
        self._max_bytes = max_bytes
        self._clock = clock
        self._pages: dict[bytes, list[Row]] = {}

    @property
    def name(self) -> str:
        """Unique among the registered sources."""
        return self._name

    @property
    def root(self) -> Path:
        """The data folder of the archive."""
        return self._root

    @property
    def version(self) -> str:
        """Of the rules of reading, and of the order of preference."""
        said = hashlib.sha256(" ".join(self._prefer).encode()).hexdigest()[:8]
        return f"{READER_VERSION}-{said}"

    def places(self) -> list[Place]:
        """The folder of the database and that of all snapshots; a snapshot's own tells no more.

        Raises:
            SourceMissing: as `scan`.
        """
        self._check_root()
        found = (self._root / ARCHIVE).is_dir()
        return [Place(b"", False), *([Place(ARCHIVE.encode(), False)] if found else [])]

    def concerns(self, ref: bytes) -> Concern:
        """Anything that happens to the database or to the list of snapshots calls for a scan."""
        first = ref.partition(b"/")[0]
        known = first.startswith(NAME.encode()) and not first.endswith(b"-shm")
        return Concern.EVERYTHING if known or first == ARCHIVE.encode() else Concern.NOTHING

    def look(self, refs: Collection[bytes]) -> list[Entry | Skip] | None:
        """Nothing can be looked at by itself: the database tells of all pages at once."""
        return None

    def exists(self, ref: bytes) -> bool:
        """Whether the database knew a snapshot of this page at the last scan."""
        return ref in self._pages and self._root.is_dir()

    def scan(self) -> Iterator[Entry | Skip]:
        """The pages of the archive, in no promised order.

        Raises:
            SourceMissing: the data folder or all snapshots in it are missing.
            SourceError: the database is locked.
        """
        self._check_root()
        rules = IgnoreRules(self._exclude)
        layout = Layout(self._root)
        problem = ""
        try:
            rows = read_database(self._root / NAME)
        except NoDatabase as error:
            problem = str(error)
            rows = list(read_folders(self._root, layout))
        rows = [row for row in rows if row.status != DELETED]
        if layout.empty and rows:
            raise SourceMissing(
                f"{self._root / ARCHIVE} holds no snapshots, though the database knows {len(rows)}",
                hint="Is the disk mounted? Nothing was removed from the index.",
            )
        if problem:
            yield Skip(NAME.encode(), NAME, SkipReason.UNREADABLE,
                       f"{problem}; what lies in the folders is indexed instead")  # fmt: skip
        self._pages = _grouped(rows)
        for ref, group in self._pages.items():
            found = self._page(ref, group, layout)
            if not rules.leaves_out(found.path):
                yield found

    def read(self, entry: Entry, known: bytes | None = None) -> Document | None:
        """The document of a page, or ``None`` when its digest is ``known``.

        The newest snapshot that holds text is the one that is searched; a newer one without is
        listed with the reason.

        Raises:
            EntrySkipped: no snapshot of it was saved, or none can be read.
        """
        rows = self._pages.get(entry.ref, [])
        saved, remarks = self._best(rows[:_MOST_COPIES])
        if self._leads_elsewhere(entry.ref, saved.address):
            raise EntrySkipped(SkipReason.REDIRECT, f"leads to {shown_url(saved.address)}")
        older = rows[rows.index(saved.row) + 1 :][:_MOST_EARLIER] if saved.good else []
        saved = replace(saved, blocks=(*saved.blocks, *self._earlier(saved, older)))
        document = page_document(entry, saved, rows, remarks)
        return None if document.digest == known else document

    def _best(self, rows: Sequence[Row]) -> tuple[Saved, dict[str, str]]:
        poor: Saved | None = None
        problem = EntrySkipped(SkipReason.VANISHED, "it is not in the archive any more")
        remarks: dict[str, str] = {}
        for number, row in enumerate(rows):
            try:
                saved = read_snapshot(self._root, row, self._prefer, self._max_bytes)
            except EntrySkipped as error:
                remarks[row.folder] = error.detail or error.reason
                problem = error if number == 0 else problem
                continue
            if saved.good:
                return saved, remarks
            poor = poor or saved
            remarks[row.folder] = saved.remark
        if poor is None:
            raise problem
        return poor, remarks

    def _earlier(self, saved: Saved, rows: Sequence[Row]) -> list[PageBlock]:
        copies = []
        for row in rows:
            try:
                other = read_snapshot(self._root, row, self._prefer, self._max_bytes)
            except EntrySkipped:
                continue
            if other.good:
                copies.append((row.when[:10], other.blocks))
        return earlier_blocks(saved.blocks, copies)

    def _leads_elsewhere(self, ref: bytes, address: str) -> bool:
        """Whether ``address`` is that of another page, which is indexed and leads nowhere else."""
        target = url_key(address).encode()
        if not target or target == ref or target not in self._pages:
            return False
        try:
            other, _ = self._best(self._pages[target][:_MOST_COPIES])
        except EntrySkipped:
            return False
        return other.good and url_key(other.address).encode() in (b"", target)

    def _check_root(self) -> None:
        try:
            with os.scandir(self._root) as entries:
                empty = next(entries, None) is None
        except OSError as error:
            raise SourceMissing(f"{self._root}: {error.strerror}", hint=_MOUNTED) from error
        if empty:
            raise SourceMissing(f"{self._root} is empty", hint=_MOUNTED)

    def _page(self, ref: bytes, group: list[Row], layout: Layout) -> Entry | Skip:
        """The entry of a page; a skip while all of its snapshots are still being written."""
        now = self._clock()
        path = shown_key(ref.decode("utf-8", "replace"))
        group[:] = [layout.placed(row) for row in group]
        times = {row.folder: layout.mtime_ns(row.folder) for row in group if row.folder}
        ready = [row for row in group if not _busy(row, times.get(row.folder, -1), now)]
        if not ready:
            return Skip(ref, path, SkipReason.UNFINISHED, group[0].status)
        group[:] = ready
        return Entry(ref, path, Kind.PAGE, _stamp(ready, times))


_MOUNTED = "Is the disk mounted? Nothing was removed from the index."


def _grouped(rows: Sequence[Row]) -> dict[bytes, list[Row]]:
    """The snapshots of each page, the newest first."""
    pages: dict[bytes, list[Row]] = defaultdict(list)
    for row in rows:
        pages[row.key.encode("utf-8", "replace")].append(row)
    for group in pages.values():
        group.sort(key=lambda row: (row.added or row.when, row.timestamp), reverse=True)
    return dict(pages)


def _busy(row: Row, mtime_ns: int, now: float) -> bool:
    """Whether a snapshot is still being written, as far as can be told."""
    if row.status:
        return row.status in BUSY and not row.downloaded
    changed = now - seconds_of(row.changed or row.added)
    touched = now - mtime_ns / 1e9
    # A time in the future says nothing but that a clock is wrong.
    return 0 <= changed < QUIET_SECONDS and 0 <= touched < _SETTLING_SECONDS


def _stamp(group: Sequence[Row], times: dict[str, int]) -> Stamp:
    """What tells, without a look into the folders, that anything of a page has changed.

    The time of the stamp is the newest change; its inode stands for all that the database says.
    """
    said = hashlib.blake2b(digest_size=8)
    for row in group:
        told = (row.id, row.url, row.timestamp, row.title, row.changed, row.downloaded, row.status,
                *row.tags, row.folder, str(times.get(row.folder, -1)))  # fmt: skip
        said.update("\0".join(told).encode("utf-8", "backslashreplace"))
    changed = max(seconds_of(row.saved) for row in group)
    return Stamp(
        size=_USUAL_BYTES * len(group),
        mtime_ns=int(changed * 1e9),
        ctime_ns=max(0, *times.values(), 0),
        inode=int.from_bytes(said.digest(), signed=True),
    )

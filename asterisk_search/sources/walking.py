"""Every file below a folder, with symbolic links followed as Obsidian follows them."""

import os
import stat
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from asterisk_search.errors import SourceError, SourceMissing
from asterisk_search.records import Entry, Kind, Skip, SkipReason
from asterisk_search.sources.files import is_dataless, skipped, stamp
from asterisk_search.sources.ignoring import IgnoreRules, evicted_name, is_never_read

_MOUNTED = "is the disk mounted?"
NOTES = {b".md": Kind.NOTE, b".canvas": Kind.CANVAS, b".base": Kind.BASE}
"""What a vault or a folder of notes holds."""
WITH_PDF = {**NOTES, b".pdf": Kind.PDF}
"""The same, with the PDF files kept beside them."""
FILES = {
    **WITH_PDF,
    b".markdown": Kind.NOTE,
    **dict.fromkeys((b".txt", b".text", b".org", b".rst", b".adoc"), Kind.TEXT),
}
"""What a folder of files holds."""


def shown(ref: bytes) -> str:
    """Return the path of a file as people read it: NFC, replacement signs for what is no UTF-8."""
    return unicodedata.normalize("NFC", ref.decode("utf-8", "replace"))


def kind_of(name: bytes, kinds: Mapping[bytes, Kind] = NOTES) -> Kind | None:
    """Return what a file of this name holds, or ``None`` for a file that is not indexed."""
    return kinds.get(os.path.splitext(name)[1].lower())  # noqa: PTH122 - names are bytes


@dataclass(slots=True)
class Walk:
    """One pass over a folder. Links to folders come last, so the real tree always wins."""

    root: bytes
    rules: IgnoreRules
    most: int = sys.maxsize
    """Folders that are entered; the rest is passed over."""
    kinds: Mapping[bytes, Kind] = field(default_factory=lambda: NOTES)
    """Which extensions are entries, and of what kind."""
    seen: set[tuple[int, int]] = field(default_factory=set)
    waiting: list[bytes] = field(default_factory=list)
    links: list[bytes] = field(default_factory=list)
    followed: list[bytes] = field(default_factory=list)
    """Links to folders that were entered."""

    def check(self) -> None:
        """Look at the root alone.

        Raises:
            SourceMissing: it is missing, or empty as an unmounted disk is.
            SourceError: it cannot be read.
        """
        name = os.fsdecode(self.root)
        hint = "Is the disk mounted? Nothing was removed from the index."
        try:
            with os.scandir(self.root) as entries:
                if next(entries, None) is None:
                    raise SourceMissing(f"{name} is empty", hint=hint)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise SourceMissing(f"{name} is not a folder", hint=hint) from error
        except OSError as error:
            raise self._lost(error) from error

    def _lost(self, error: OSError) -> SourceError:
        return SourceError(f"cannot read {os.fsdecode(self.root)}: {error.strerror}")

    def run(self) -> Iterator[Entry | Skip]:
        """Yield what should be indexed and what cannot be.

        Raises:
            SourceError: the root stopped being readable.
        """
        try:
            self._mark(self.root)
        except OSError as error:
            raise self._lost(error) from error
        self.waiting.append(b"")
        yield from self.below()
        while self.links:
            yield from self._followed(self._next_link())
            yield from self.below()

    def below(self) -> Iterator[Entry | Skip]:
        """Yield what lies in the folders that wait, and below them, without following links."""
        while self.waiting:
            yield from self._folder(self.waiting.pop())

    def _next_link(self) -> bytes:
        self.links.sort(reverse=True)
        return self.links.pop()

    def _folder(self, ref: bytes) -> Iterator[Entry | Skip]:
        prefix = ref + b"/" if ref else b""
        for child in self.children(ref):
            if isinstance(child, Skip):
                yield child
            elif (result := self.entry(prefix + child.name, child)) is not None:
                yield result

    def children(self, ref: bytes) -> Iterator[os.DirEntry[bytes] | Skip]:
        """Yield what a folder holds, or the reason why that cannot be seen.

        Raises:
            SourceError: it is the root.
        """
        try:
            with os.scandir(self._path(ref)) as entries:
                found = list(entries)
        except OSError as error:
            if not ref:
                raise self._lost(error) from error
            yield _skip(ref, error)
            return
        yield from found

    def entry(self, ref: bytes, entry: os.DirEntry[bytes]) -> Entry | Skip | None:
        """Return what one thing in a folder is, or ``None``; a folder waits to be entered."""
        if is_never_read(entry.name):
            return self._placeholder(ref, entry.name)
        try:
            if entry.is_symlink():
                return self._link(ref, entry)
            if entry.is_dir(follow_symlinks=False):
                self._enter(ref)
                return None
            kind = kind_of(entry.name, self.kinds)
            if kind is None:
                return None
            return self._file(ref, kind, entry.stat(follow_symlinks=False))
        except OSError as error:
            return _skip(ref, error)

    def _placeholder(self, ref: bytes, name: bytes) -> Skip | None:
        real = evicted_name(name)
        if real is None:
            return None
        ref = ref[: -len(name)] + real
        if self.rules.leaves_out(shown(ref)):
            return None
        return Skip(ref, shown(ref), SkipReason.EVICTED, "kept in iCloud only")

    def _enter(self, ref: bytes) -> None:
        if len(self.seen) >= self.most or self.rules.leaves_out(shown(ref), folder=True):
            return
        if self._mark(self._path(ref)):
            self.waiting.append(ref)

    def _file(self, ref: bytes, kind: Kind, status: os.stat_result) -> Entry | Skip | None:
        path = shown(ref)
        if self.rules.leaves_out(path):
            return None
        if not stat.S_ISREG(status.st_mode):
            return Skip(ref, path, SkipReason.NOT_A_FILE)
        if is_dataless(status):
            return Skip(ref, path, SkipReason.EVICTED, "kept in iCloud only")
        return Entry(ref, path, kind, stamp(status))

    def _link(self, ref: bytes, entry: os.DirEntry[bytes]) -> Entry | Skip | None:
        """A link to a file is read if the file lies elsewhere; one to a folder waits its turn."""
        if entry.is_dir():
            if not self.rules.leaves_out(shown(ref), folder=True):
                self.links.append(ref)
            return None
        kind = kind_of(entry.name, self.kinds)
        if kind is None:
            return self._lost_folder(ref, entry)
        if self.rules.leaves_out(shown(ref)):
            return None
        if self._inside(self._path(ref)):
            return Skip(ref, shown(ref), SkipReason.SYMLINK, "leads to a place in this folder")
        try:
            status = entry.stat()
        except FileNotFoundError:
            return Skip(ref, shown(ref), SkipReason.SYMLINK, "leads nowhere")
        # A vault made by somebody else may hold links to files that were never meant as notes.
        if (
            not stat.S_ISREG(status.st_mode)
            or kind_of(os.path.realpath(self._path(ref)), self.kinds) is None
        ):
            return Skip(ref, shown(ref), SkipReason.SYMLINK, "leads to something that is no note")
        return self._file(ref, kind, status)

    def _lost_folder(self, ref: bytes, entry: os.DirEntry[bytes]) -> Skip | None:
        """Report a link that leads nowhere: it may have led to a folder on a disk now unmounted.

        The reason is one that keeps what was indexed below the link.
        """
        if self.rules.leaves_out(shown(ref), folder=True):
            return None
        try:
            entry.stat()
        except FileNotFoundError:
            return Skip(ref, shown(ref), SkipReason.UNREADABLE, f"leads nowhere; {_MOUNTED}")
        return None

    def _followed(self, ref: bytes) -> Iterator[Skip]:
        """Enter a linked folder that lies outside the root and was not entered before.

        Obsidian ignores links to a parent folder or within the vault (help, "Symbolic links").
        """
        path = self._path(ref)
        if self._inside(path) or self._contains_root(path):
            yield Skip(ref, shown(ref), SkipReason.SYMLINK, "leads to this folder or a parent")
            return
        try:
            fresh, empty = self._mark(path), _is_empty(path)
        except OSError as error:
            yield _skip(ref, error)
            return
        if not fresh:
            yield Skip(ref, shown(ref), SkipReason.SYMLINK, "leads to a folder read already")
        elif empty:
            # So looks the place where a disk was mounted; what was indexed below it is kept.
            detail = f"leads to an empty folder; {_MOUNTED}"
            yield Skip(ref, shown(ref), SkipReason.UNREADABLE, detail)
        else:
            self.followed.append(ref)
            self.waiting.append(ref)

    def _mark(self, path: bytes) -> bool:
        """Remember a folder by device and inode; ``False`` when it was remembered already."""
        status = os.stat(path)  # noqa: PTH116 - names are bytes
        identity = (status.st_dev, status.st_ino)
        if identity in self.seen:
            return False
        self.seen.add(identity)
        return True

    def _inside(self, path: bytes) -> bool:
        return os.path.realpath(path).startswith(os.path.realpath(self.root) + b"/")

    def _contains_root(self, path: bytes) -> bool:
        target = os.path.realpath(path).rstrip(b"/") + b"/"
        return (os.path.realpath(self.root) + b"/").startswith(target)

    def _path(self, ref: bytes) -> bytes:
        return os.path.join(self.root, ref) if ref else self.root  # noqa: PTH118 - bytes


def _is_empty(folder: bytes) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None


def _skip(ref: bytes, error: OSError) -> Skip:
    reason = skipped(error)
    return Skip(ref, shown(ref), SkipReason(reason.reason), reason.detail)

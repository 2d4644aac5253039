"""An Obsidian vault, or any folder of Markdown files, as a source."""

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from asterisk_search.errors import SourceMissing
from asterisk_search.protocols import Concern, Place
from asterisk_search.records import Document, Entry, Kind, Skip
from asterisk_search.sources.canvas import read_canvas, read_view_names
from asterisk_search.sources.files import decode, read_bytes
from asterisk_search.sources.ignoring import IgnoreRules, evicted_name, is_never_read, read_patterns
from asterisk_search.sources.looking import look
from asterisk_search.sources.notes import read_note
from asterisk_search.sources.settings import READ_FILES, VaultSettings, config_folder, read_settings
from asterisk_search.sources.texts import read_pdf, read_text, refuse_unreadable
from asterisk_search.sources.walking import NOTES, Walk

MAX_BYTES = 50_000_000
"""A larger file is skipped and reported."""

READER_VERSION = "2"
"""Changes when the same bytes are read as another document."""

IGNORE_FILE = ".asteriskignore"
"""Name of a file at the root of a vault with patterns, in the syntax of .gitignore."""

_READERS = {
    Kind.NOTE: read_note,
    Kind.CANVAS: read_canvas,
    Kind.BASE: read_view_names,
    Kind.TEXT: read_text,
}
_LOOKED_AT = 200


class ObsidianSource:
    """A vault: `Source` over ``root``, which is never written to.

    Left out are dot-folders, ``node_modules``, what Obsidian's own "Excluded files" name (unless
    ``honour_excluded`` is false), what ``.asteriskignore`` names, and ``exclude``: patterns in the
    syntax of .gitignore. The vault's settings are read anew at each scan.
    """

    def __init__(
        self,
        name: str,
        root: Path,
        exclude: Sequence[str] = (),
        *,
        max_bytes: int = MAX_BYTES,
        honour_excluded: bool = True,
        kinds: Mapping[bytes, Kind] = NOTES,
    ) -> None:
        self._name = name
        self._root = root
        self._exclude = tuple(exclude)
        self._max_bytes = max_bytes
        self._honour_excluded = honour_excluded
        self._kinds = kinds
        self._settings: VaultSettings | None = None

    @property
    def name(self) -> str:
        """Unique among the registered sources."""
        return self._name

    @property
    def root(self) -> Path:
        """The folder the user named."""
        return self._root

    @property
    def version(self) -> str:
        """Of the rules of reading, and of the vault's settings that change what is read."""
        settings = self.settings
        daily = [(notes.folder, notes.pattern.pattern) for notes in settings.daily]
        said = repr((settings.templates, daily)).encode()
        return f"{READER_VERSION}-{hashlib.sha256(said).hexdigest()[:8]}"

    @property
    def settings(self) -> VaultSettings:
        """What the vault's configuration said at the last scan."""
        if self._settings is None:
            self._settings = read_settings(self._root)
        return self._settings

    def exists(self, ref: bytes) -> bool:
        """Whether the file is still there, though the rules may leave it out."""
        return os.path.lexists(os.path.join(os.fsencode(self._root), ref))  # noqa: PTH118 - bytes

    def scan(self) -> Iterator[Entry | Skip]:
        """Return the entries of the vault, in no promised order; the root is looked at at once.

        Raises:
            SourceMissing: the root is missing or empty.
            SourceError: the root cannot be read, or a pattern is not one.
        """
        walk = self._walk()
        walk.check()
        return walk.run()

    def places(self) -> list[Place]:
        """Return the root and the links to folders that are followed.

        Raises:
            SourceMissing, SourceError: as `scan`.
        """
        walk = self._walk()
        walk.check()
        for _ in walk.run():
            pass
        return [Place(b"", True), *(Place(ref, True) for ref in walk.followed)]

    def concerns(self, ref: bytes) -> Concern:
        """Say how far a change of the file or folder at ``ref`` reaches."""
        first, _, rest = ref.partition(b"/")
        if ref == os.fsencode(IGNORE_FILE) or (first.startswith(b".") and rest in READ_FILES):
            return Concern.EVERYTHING
        *folders, name = ref.split(b"/")
        if any(map(is_never_read, folders)):
            return Concern.NOTHING
        left_out = is_never_read(name) and evicted_name(name) is None
        return Concern.NOTHING if left_out else Concern.ENTRY

    def look(self, refs: Collection[bytes]) -> list[Entry | Skip] | None:
        """Return what a scan would find at these refs and below; ``None``: only a scan can tell.

        Raises:
            SourceMissing, SourceError: as `scan`.
        """
        walk = self._walk()
        walk.check()
        found = look(walk, refs)
        walk.check()  # a disk that was unmounted meanwhile looks like many deleted files
        return found

    def _walk(self) -> Walk:
        self._settings = read_settings(self._root)
        globs = (*self._exclude, *read_patterns(self._root / IGNORE_FILE))
        filters = self._settings.ignored if self._honour_excluded else ()
        rules = IgnoreRules(globs, filters)
        return Walk(os.fsencode(self._root), rules, kinds=self._kinds)

    def read(self, entry: Entry, known: bytes | None = None) -> Document | None:
        """Return the document of an entry, or ``None`` when its digest is ``known``.

        Raises:
            EntrySkipped: it is gone, not a regular file, not readable, too large, binary, or not
                what its extension says.
        """
        path = os.path.join(os.fsencode(self._root), entry.ref)  # noqa: PTH118 - names are bytes
        refuse_unreadable(entry.kind)
        content = read_bytes(path, self._max_bytes)
        digest = hashlib.sha256(content).digest()
        if digest == known:
            return None
        if entry.kind is Kind.PDF:
            return read_pdf(entry, digest, content, self.settings)
        return _READERS[entry.kind](entry, digest, decode(content), self.settings)


def detect(path: Path) -> str | None:
    """Return ``"vault"``, ``"folder"`` for one with notes among its first folders, or ``None``.

    Raises:
        SourceError: the folder cannot be read; whether notes lie in it is not known.
    """
    if config_folder(path) is not None:
        return "vault"
    walk = Walk(os.fsencode(path), IgnoreRules(), _LOOKED_AT)
    try:
        walk.check()
        found = any(isinstance(item, Entry) for item in walk.run())
    except SourceMissing:
        return None
    return "folder" if found else None

"""Which files of a folder are left out, and which rank below the others."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from unicodedata import normalize

from pathspec import GitIgnoreSpec

from asterisk_search.errors import EntrySkipped, SourceError
from asterisk_search.sources.expressions import LONGEST, bounded_expression
from asterisk_search.sources.files import read_bytes

_MAX_PATTERN_BYTES = 1_000_000
_NEVER = frozenset({b"node_modules"})
_TEMPORARY = re.compile(rb"(?:~|\.tmp|\.swp)$|^(?:\.#|~\$)")
_EVICTED = re.compile(rb"\.(.+\.(?:md|canvas|base))\.icloud", re.IGNORECASE | re.DOTALL)
_CONFLICT = re.compile(
    r" \(Conflicted copy [^()]*\d{12}\)"
    r"|\.sync-conflict-\d{8}-\d{6}(?:-[A-Z0-9]+)?"
    r"| \([^()]*conflicted copy[^()]*\d{4}-\d{2}-\d{2}[^()]*\)"
    r"| \(case conflict(?: \d+)?\)"
    r"|_conflict-\d{8}-\d{6}",
    re.IGNORECASE,
)


def is_never_read(name: bytes) -> bool:
    """Say whether a file or folder of this name is skipped without a word."""
    return name.startswith(b".") or name in _NEVER or _TEMPORARY.search(name) is not None


def evicted_name(name: bytes) -> bytes | None:
    """Return the name of the file that an iCloud placeholder ``.Name.md.icloud`` stands for."""
    match = _EVICTED.fullmatch(name)
    return match[1] if match else None


def is_conflict_copy(path: str) -> bool:
    """Say whether a file name is one that a synchroniser gives to a second version.

    Known are Obsidian Sync, Syncthing, Dropbox, Nextcloud and ownCloud.
    """
    return _CONFLICT.search(path.rsplit("/", 1)[-1]) is not None


def without_conflict_mark(name: str) -> str:
    """Return a name as it was before a synchroniser added its own words and time to it."""
    return _CONFLICT.sub("", name)


def lies_in(path: str, folders: Iterable[str]) -> bool:
    """Say whether ``path`` lies in one of the folders; letter case is ignored."""
    low = path.casefold()
    return any(low.startswith(f"{folder.casefold()}/") for folder in folders)


class IgnoreRules:
    """Patterns of the user and of the vault, asked with paths relative to the root.

    ``globs`` are in the syntax of .gitignore; ``filters`` are those of Obsidian: a prefix, or a
    ``/regular expression/``, which leaves nothing out if it is not one or might take for ever.
    """

    def __init__(self, globs: Iterable[str] = (), filters: Iterable[str] = ()) -> None:
        try:
            self._spec = GitIgnoreSpec.from_lines([normalize("NFC", glob) for glob in globs])
        except ValueError as error:
            raise SourceError(
                f"not a pattern: {error}", hint="Patterns are written as in .gitignore."
            ) from error
        prefixes = []
        self._expressions = []
        for entry in filters:
            if not _is_expression(entry):
                prefixes.append(entry.lstrip("/"))
            elif (expression := bounded_expression(entry[1:-1])) is not None:
                self._expressions.append(expression)
        self._prefixes = tuple(prefixes)
        self._any_globs = len(self._spec) > 0

    def leaves_out(self, path: str, *, folder: bool = False) -> bool:
        """Say whether a file is left out, or a folder with all that lies in it."""
        full = f"{path}/" if folder else path
        if self._prefixes and full.startswith(self._prefixes):
            return True
        if not folder and len(path) <= LONGEST and any(e.search(path) for e in self._expressions):
            return True
        return self._any_globs and self._spec.match_file(full)


def _is_expression(entry: str) -> bool:
    return len(entry) > 2 and entry.startswith("/") and entry.endswith("/")


def read_patterns(path: Path) -> tuple[str, ...]:
    """Return the lines of an ignore file, none when there is no regular file of some size."""
    try:
        content = read_bytes(os.fsencode(path), _MAX_PATTERN_BYTES)
    except EntrySkipped:
        return ()
    return tuple(content.decode("utf-8", "replace").splitlines())

"""Which files of a folder are left out, and which rank below the others."""

import re
from collections.abc import Iterable
from pathlib import Path
from unicodedata import normalize

from pathspec import GitIgnoreSpec

from asterisk_search.errors import SourceError

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
    """Patterns of the user and of the vault, asked with paths relative to the root."""

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
            expression = _expression(entry)
            if expression is not None:
                self._expressions.append(expression)
            elif not _is_expression(entry):
                prefixes.append(entry.lstrip("/"))
        self._prefixes = tuple(prefixes)
        self._any_globs = len(self._spec) > 0

    def leaves_out(self, path: str, *, folder: bool = False) -> bool:
        """Say whether a file is left out, or a folder with all that lies in it."""
        full = f"{path}/" if folder else path
        if self._prefixes and full.startswith(self._prefixes):
            return True
        if not folder and any(e.search(path) for e in self._expressions):
            return True
        return self._any_globs and self._spec.match_file(full)


def _is_expression(entry: str) -> bool:
    return len(entry) > 2 and entry.startswith("/") and entry.endswith("/")


def _expression(entry: str) -> re.Pattern[str] | None:
    """Return Obsidian's ``/regular expression/`` filter, or ``None`` for a prefix or a bad one."""
    if not _is_expression(entry):
        return None
    try:
        return re.compile(entry[1:-1])
    except re.error:
        return None


def read_patterns(path: Path) -> tuple[str, ...]:
    """Return the lines of an ignore file, none when there is no such file."""
    try:
        return tuple(path.read_text("utf-8", "replace").splitlines())
    except OSError:
        return ()

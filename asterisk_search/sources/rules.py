"""Which rule leaves a file out of a vault or folder; `sources.walking` applies the same ones."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from pathspec import GitIgnoreSpec

from asterisk_search.records import Kind
from asterisk_search.sources.ignoring import IgnoreRules, is_never_read, read_patterns
from asterisk_search.sources.obsidian import IGNORE_FILE
from asterisk_search.sources.settings import read_settings
from asterisk_search.sources.walking import FILES, NOTES, kind_of, shown


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of one source, to be asked about one path at a time."""

    root: Path
    exclude: Sequence[str]
    max_bytes: int
    kinds: Mapping[bytes, Kind] = field(default_factory=lambda: NOTES)

    def verdict(self, ref: bytes, *, folder: bool = False) -> str:
        """The rule that leaves a file or folder out, in words; empty when none does."""
        parts = ref.split(b"/")
        for depth in range(1, len(parts) + 1):
            inner = b"/".join(parts[:depth])
            rule = self._of(inner, parts[depth - 1], folder=folder or depth < len(parts))
            if rule:
                return f"{shown(inner)!r}: {rule}" if depth < len(parts) else rule
        return "" if folder else self._of_content(ref)

    def _of(self, ref: bytes, name: bytes, *, folder: bool) -> str:
        if is_never_read(name):
            return _never(name)
        path = shown(ref) + ("/" if folder else "")
        return next(self._patterns(path), "") or self._obsidian(shown(ref), folder=folder)

    def _patterns(self, path: str) -> Iterator[str]:
        """The pattern that decides, first of --exclude, then of the ignore file."""
        lines = read_patterns(self.root / IGNORE_FILE)
        every = [normalize("NFC", line) for line in (*self.exclude, *lines)]
        decided = GitIgnoreSpec.from_lines(every).check_file(path)
        if decided.include and decided.index is not None:
            at = decided.index
            if at < len(self.exclude):
                yield f"excluded by --exclude {every[at]!r}"
            else:
                line = at - len(self.exclude) + 1
                yield f"excluded by line {line} of {IGNORE_FILE}: {every[at]!r}"

    def _obsidian(self, path: str, *, folder: bool) -> str:
        for entry in read_settings(self.root).ignored:
            if IgnoreRules((), (entry,)).leaves_out(path, folder=folder):
                return f"excluded by Obsidian's own list of excluded files: {entry!r}"
        return ""

    def _of_content(self, ref: bytes) -> str:
        if kind_of(ref, self.kinds) is None:
            more = "; `index --type files` takes this one, too" if kind_of(ref, FILES) else ""
            return f"only {listed(self.kinds)} files are indexed here{more}"
        try:
            size = os.stat(os.path.join(os.fsencode(self.root), ref)).st_size  # noqa: PTH116, PTH118 - bytes
        except OSError:
            return ""
        if size > self.max_bytes:
            return f"larger than index.max_file_mb allows: {size / 1e6:.1f} MB"
        return ""


def listed(kinds: Mapping[bytes, Kind]) -> str:
    """The extensions, for people."""
    return ", ".join(name.decode() for name in kinds)


def _never(name: bytes) -> str:
    if name.startswith(b"."):
        return "names that begin with a dot are never read"
    if name == b"node_modules":
        return "folders named node_modules are never read"
    return "temporary files of editors are never read"

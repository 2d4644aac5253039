"""Why one path is, or is not, found."""

import os
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from asterisk_search.errors import NoSuchDocument, UsageError
from asterisk_search.records import SourceSpec
from asterisk_search.search.resolving import resolve
from asterisk_search.search.snapshots import (
    UPDATE,
    copy_at,
    explain_skip,
    explain_unfound,
    skipped_page,
)
from asterisk_search.sources.opening import ARCHIVE
from asterisk_search.sources.rules import Rulebook
from asterisk_search.storage.folder import expanded
from asterisk_search.storage.viewing import SqliteViewer
from asterisk_search.text.folding import fold, printable
from asterisk_search.views import Card, State, Why

_FOLDER = "a folder is not indexed by itself, the documents in it are"


@dataclass(frozen=True, slots=True)
class Explainer:
    """What is needed to explain a path."""

    viewer: SqliteViewer
    specs: Sequence[SourceSpec]
    rulebook: Callable[[SourceSpec], Rulebook]

    def explain(self, path: str) -> Why:
        """Everything that is known of ``path``: a file, or any name of an indexed document.

        Raises:
            UsageError: several documents answer to it.
            NoSuchDocument: it is no path, and no document answers to it.
        """
        place = _absolute(path)
        spec = _owner(place, self.specs)
        if not path.strip():
            raise UsageError("there is nothing to explain", hint="give a path, or a note's name")
        if spec is not None and (os.path.lexists(place) or _looks_absolute(path)):
            inside = self._in_archive if spec.type == ARCHIVE else self._in_source
            return inside(place, spec)
        try:
            return self._indexed(resolve(path, self.viewer, self.specs).card)
        except NoSuchDocument:
            if skipped := skipped_page(path, self.specs, self.viewer):
                return explain_skip(*skipped, path)
            if found := self._in_some_source(path):
                return found
            if os.path.lexists(place):
                return self._outside(place)
            raise

    def _in_some_source(self, path: str) -> Why | None:
        """What is at that place of a source, or at ``source:place``, and is no document."""
        name, _, rest = path.partition(":")
        named = [(spec, rest) for spec in self.specs if rest and fold(name) == fold(spec.name)]
        for spec, inside in [*named, *((spec, path) for spec in self.specs)]:
            root = Path(spec.root)
            place = Path(os.path.normpath(root / inside))
            if root not in place.parents:
                continue
            if spec.type == ARCHIVE:
                if os.path.lexists(place):
                    return self._in_archive(place, spec)
            elif os.path.lexists(place) or self.viewer.skip(spec.name, _ref(place, root)):
                return self._in_source(place, spec)
        return None

    def _in_source(self, place: Path, spec: SourceSpec) -> Why:
        ref = _ref(place, Path(spec.root))
        card = self.viewer.by_ref(spec.name, ref)
        if card is not None:
            return self._indexed(card)
        why = Why(str(place), State.MISSING, "there is no such file", spec.name)
        if skip := self.viewer.skip(spec.name, ref):
            return explain_skip(skip, spec, str(place))
        if not os.path.lexists(place):
            return why
        folder = place.is_dir()
        if rule := self.rulebook(spec).verdict(ref, folder=folder):
            return replace(why, state=State.EXCLUDED, reason=rule)
        if folder:
            listed = f"asterisk-search ls --folder {shlex.quote(printable(os.fsdecode(ref)))}"
            return replace(why, state=State.FOLDER, reason=_FOLDER, fix=listed)
        return replace(why, state=State.NEW, reason="no rule excludes it; it was not there at the "
                       "last scan, or is no document by itself", fix=UPDATE)  # fmt: skip

    def _in_archive(self, place: Path, spec: SourceSpec) -> Why:
        inside = place.relative_to(spec.root).as_posix()
        if found := copy_at(inside, spec.name, self.viewer):
            return replace(self._indexed(found[0]), path=str(place), reason=found[1])
        return explain_unfound(place, spec, self.viewer)

    def _indexed(self, card: Card) -> Why:
        chunks, vectors, pending = self.viewer.passage_counts(card.document)
        path = os.path.join(card.root, os.fsdecode(card.ref))  # noqa: PTH118 - a display string
        state, reason = _freshness(card)
        fixes = {State.INDEXED: ""}
        return Why(
            path=path if card.page is None else card.id,
            state=state,
            reason=reason,
            source=card.source,
            card=card,
            chunks=chunks,
            vectors=vectors,
            pending=pending,
            model=(self.viewer.fingerprint() or "")[:12],
            fix=UPDATE if pending else fixes.get(state, UPDATE),
        )

    def _outside(self, place: Path) -> Why:
        for spec in self.specs:
            if Path(spec.root) == place:
                listed = f"asterisk-search ls --source {shlex.quote(spec.name)}"
                return Why(str(place), State.FOLDER, f"it is the source {spec.name}", spec.name,
                           fix=listed)  # fmt: skip
        named = ", ".join(spec.root for spec in self.specs)
        return Why(
            str(place), State.OUTSIDE, f"it lies in no indexed folder ({named})",
            fix=f"asterisk-search index {str(place if place.is_dir() else place.parent)!r}",
        )  # fmt: skip


def _absolute(path: str) -> Path:
    """Where a file of that name would be; the folder's links are followed, its own is not."""
    whole = expanded(path)
    try:
        return whole.parent.resolve() / whole.name
    except (OSError, RuntimeError, ValueError):
        return whole


def _ref(place: Path, root: Path) -> bytes:
    return os.fsencode(place.relative_to(root).as_posix())


def _looks_absolute(path: str) -> bool:
    return path.startswith(("/", "~", "./", "../"))


def _owner(place: Path, specs: Sequence[SourceSpec]) -> SourceSpec | None:
    return next((spec for spec in specs if Path(spec.root) in place.parents), None)


def _freshness(card: Card) -> tuple[State, str]:
    """Whether the file is still the one that was indexed, by its size and time alone."""
    if card.page is not None:
        return State.INDEXED, "its page is indexed"
    try:
        status = os.stat(os.path.join(os.fsencode(card.root), card.ref))  # noqa: PTH116, PTH118 - bytes
    except OSError:
        return State.GONE, "it is indexed, but the file cannot be found now"
    if (status.st_size, status.st_mtime_ns) != (card.size, card.mtime_ns):
        return State.STALE, "the file has changed since it was indexed"
    return State.INDEXED, "it is indexed as it is now"

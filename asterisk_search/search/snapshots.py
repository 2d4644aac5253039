"""Why a saved copy of a page is, or is not, found."""

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from asterisk_search.records import Copy, Skip, SourceSpec
from asterisk_search.sources.archivebox.descriptions import describe
from asterisk_search.sources.ignoring import IgnoreRules
from asterisk_search.sources.opening import ARCHIVE
from asterisk_search.storage.viewing import SqliteViewer
from asterisk_search.text.urls import shown_key, url_key
from asterisk_search.views import Card, State, Why

UPDATE: Final = "asterisk-search index"
_AGAIN: Final = f"save the page again in ArchiveBox, then {UPDATE}"


def copy_at(inside: str, source: str, viewer: SqliteViewer) -> tuple[Card, str] | None:
    """The indexed page of which a copy lies at or above ``inside``, and what that copy is to it.

    ``inside`` is relative to the data folder of the archive ``source``.
    """
    place = PurePosixPath(inside)
    for folder in map(str, (place, *place.parents)):
        for card in viewer.by_copy(source, folder):
            for copy in card.page.copies if card.page else ():
                if copy.folder == folder:
                    return card, _part(card, copy)
    return None


def _part(card: Card, copy: Copy) -> str:
    shown = card.page.copy if card.page else copy
    if copy == shown:
        return "it is the copy of its page that is searched"
    if copy.status:
        return f"nothing of this copy can be searched ({copy.status}); {shown.folder} is instead"
    return f"its page is indexed; the copy that is searched is {shown.folder}"


def explain_unfound(place: Path, spec: SourceSpec, viewer: SqliteViewer) -> Why:
    """Why nothing at ``place``, a path in an archive, belongs to an indexed page."""
    why = Why(str(place), State.MISSING, "there is no such file or snapshot", spec.name)
    if not os.path.lexists(place):
        return why
    address = _address(place, Path(spec.root))
    key = url_key(address)
    if not key:
        reason = "only snapshots are indexed here, and none that can be read lies there"
        return Why(str(place), State.EXCLUDED, reason, spec.name)
    if skip := viewer.skip(spec.name, key.encode("utf-8", "replace")):
        return explain_skip(skip, spec, str(place))
    if IgnoreRules(spec.exclude).leaves_out(shown_key(key)):
        reason = f"{shown_key(key)} is excluded by --exclude"
        return Why(str(place), State.EXCLUDED, reason, spec.name)
    reason = f"at the last scan the archive knew no snapshot of {shown_key(key)} in this folder"
    return Why(str(place), State.NEW, reason, spec.name, fix=UPDATE)


def explain_skip(skip: Skip, spec: SourceSpec, path: str) -> Why:
    """Why a page or file that should be indexed is not."""
    reason = skip.reason.value.replace("_", " ") + (f": {skip.detail}" if skip.detail else "")
    if spec.type != ARCHIVE:
        return Why(path, State.SKIPPED, reason, spec.name, fix=f"mend it, then {UPDATE}")
    return Why(path, State.SKIPPED, f"{skip.path}: {reason}", spec.name, fix=_AGAIN)


def skipped_page(
    name: str, specs: Sequence[SourceSpec], viewer: SqliteViewer
) -> tuple[Skip, SourceSpec] | None:
    """The page that was skipped and is known by that web address, or by ``source:address``."""
    for spec in specs:
        if spec.type == ARCHIVE:
            key = url_key(name.removeprefix(f"{spec.name}:"))
            if key and (skip := viewer.skip(spec.name, key.encode("utf-8", "replace"))):
                return skip, spec
    return None


def _address(place: Path, root: Path) -> str:
    """The web address that the snapshot at or above ``place`` says it was saved from."""
    for folder in (place, *place.parents):
        if folder == root:
            break
        said = describe(folder)
        if said is not None and isinstance(said.get("url"), str):
            return str(said["url"])
    return ""

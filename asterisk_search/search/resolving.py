"""Which document people mean by what they type."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import partial
from heapq import nlargest
from pathlib import Path
from typing import Final

from asterisk_search.errors import NoSuchDocument, UsageError
from asterisk_search.records import SourceSpec
from asterisk_search.storage.folder import expanded
from asterisk_search.storage.viewing import SqliteViewer
from asterisk_search.text.folding import fold, plain, printable
from asterisk_search.views import Card, Place

LONGEST: Final = 4096
"""Characters of a name that are looked at."""
SUGGESTED: Final = 3
LOOKED_AT: Final = 50_000
"""Paths compared for suggestions: a second at most."""
_CLOSE: Final = 0.5
_PASSAGE: Final = re.compile(r"(.+)#(\d{1,6})", re.DOTALL)
_SUFFIXES: Final = ("", ".md")


def resolve(note: str, viewer: SqliteViewer, specs: Sequence[SourceSpec]) -> Place:
    """The document, and the passage of it, that ``note`` names.

    In this order: ``source:path``, an absolute path or one that begins with a dot, a path inside
    a source, a title or alias, the end of a path;
    or the web address of a saved page. The extension ``.md`` may be left out;
    ``#3`` at the end of an id means its passage of that number.

    Raises:
        NoSuchDocument: nothing answers to it; the hint names what is near.
        UsageError: several documents do.
    """
    wanted = printable(note.strip()[:LONGEST])
    for name, ordinal in _readings(wanted):
        for find in _ways(name, viewer, specs):
            if cards := find():
                return _place(_only(wanted, cards), ordinal, viewer)
    raise NoSuchDocument(f"no document answers to {wanted!r}", hint=_hint(wanted, viewer))


def _readings(note: str) -> Iterator[tuple[str, int | None]]:
    """As written; then without a passage's number, since a name may end in one."""
    yield note, None
    if numbered := _PASSAGE.fullmatch(note):
        yield numbered[1], int(numbered[2])


def _ways(
    note: str, viewer: SqliteViewer, specs: Sequence[SourceSpec]
) -> Iterator[Callable[[], list[Card]]]:
    source, _, path = note.partition(":")
    known = {fold(spec.name): spec.name for spec in specs}
    if path and fold(source) in known:
        for suffix in _SUFFIXES:
            yield partial(viewer.by_path, path + suffix, known[fold(source)])
    if note.startswith(("/", "~", "./", "../")):
        for suffix in _SUFFIXES:
            yield partial(_on_disk, note + suffix, viewer, specs)
    bare = note.removeprefix("./").strip("/")
    if bare:
        for suffix in _SUFFIXES:
            yield partial(viewer.by_path, bare + suffix)
        yield partial(viewer.by_name, bare)
        for suffix in _SUFFIXES:
            yield partial(viewer.by_ending, bare + suffix)
        yield partial(viewer.by_address, note)


def _on_disk(path: str, viewer: SqliteViewer, specs: Sequence[SourceSpec]) -> list[Card]:
    """The document of a file; the folder's links are followed, the file's own is not."""
    whole = expanded(path)
    try:
        place = whole.parent.resolve() / whole.name
    except (OSError, RuntimeError, ValueError):
        return []
    for spec in specs:
        if Path(spec.root) in place.parents:
            inside = place.relative_to(spec.root)
            found = viewer.by_ref(spec.name, os.fsencode(inside.as_posix()))
            return [found] if found else viewer.by_path(inside.as_posix(), spec.name)
    return []


def _only(note: str, cards: Sequence[Card]) -> Card:
    if len(cards) == 1:
        return cards[0]
    named = ", ".join(repr(printable(card.id)) for card in cards[:SUGGESTED])
    more = f" and {len(cards) - SUGGESTED} more" if len(cards) > SUGGESTED else ""
    raise UsageError(
        f"{note!r} may mean {len(cards)} documents", hint=f"name one of them: {named}{more}"
    )


def _place(card: Card, ordinal: int | None, viewer: SqliteViewer) -> Place:
    span = None if ordinal is None else viewer.span(card.document, ordinal)
    if ordinal is not None and span is None:
        raise NoSuchDocument(
            f"{printable(card.id)} has no passage {ordinal}", hint="leave the number out"
        )
    return Place(card, *(span or ()))


def _hint(note: str, viewer: SqliteViewer) -> str:
    close = nearest(note, viewer.names(LOOKED_AT))
    if not close:
        return "`asterisk-search query` finds notes by what they say"
    return "did you mean " + " or ".join(map(repr, close)) + "?"


def nearest(note: str, paths: Sequence[str]) -> list[str]:
    """The three paths that look most like ``note``, by their whole or by their last part."""
    wanted = plain(note.rsplit(":", 1)[-1])
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)

    def likeness(path: str) -> float:
        key = plain(path)
        stem = key.rsplit("/", 1)[-1].removesuffix(".md")
        return max(_likeness(matcher, stem), _likeness(matcher, key.removesuffix(".md")))

    scored = ((likeness(path), path) for path in paths)
    return [path for score, path in nlargest(SUGGESTED, scored) if score >= _CLOSE]


def _likeness(matcher: "SequenceMatcher[str]", text: str) -> float:
    matcher.set_seq1(text)
    if matcher.real_quick_ratio() < _CLOSE or matcher.quick_ratio() < _CLOSE:
        return 0.0
    return matcher.ratio()

"""To which document a link leads, as Obsidian resolves it."""

import posixpath
from typing import Final

from asterisk_search.records import LinkKind
from asterisk_search.storage.relations import SqliteRelations
from asterisk_search.text.folding import fold
from asterisk_search.views import Card

_SUFFIXES: Final = ("", ".md", ".canvas", ".base")


def target_of(
    net: SqliteRelations, document: int, path: str, kind: LinkKind, target: str
) -> int | None:
    """The document that a link of ``document`` (at ``path``) leads to, if it is indexed.

    A path from the root of the source; for Markdown links also one from the folder of the note;
    else a name, of which the note with the shortest path is meant.
    """
    folder = posixpath.dirname(path)
    tried = [target.lstrip("/")]
    if kind is LinkKind.MARKDOWN or target.startswith("."):
        tried.insert(0, posixpath.normpath(posixpath.join(folder, target)))
    for place in tried:
        for suffix in _SUFFIXES:
            if place and (found := net.at_path(place + suffix, document)) is not None:
                return found
    return _by_name(net, document, target)


def _by_name(net: SqliteRelations, document: int, target: str) -> int | None:
    wanted = fold(target.strip("/"))
    name = wanted.rsplit("/", 1)[-1].removesuffix(".md")
    for found, path in net.by_key(name):
        stem = posixpath.splitext(fold(path))[0]
        if found != document and f"/{stem}".endswith(f"/{wanted.removesuffix('.md')}"):
            return found
    return None


def outgoing(net: SqliteRelations, card: Card) -> set[int]:
    """The documents that ``card`` links to."""
    found = {
        target_of(net, card.document, card.path, kind, target)
        for kind, target in net.internal_links(card.document)
    }
    return {document for document in found if document is not None} - {card.document}


def incoming(net: SqliteRelations, card: Card) -> set[int]:
    """The documents that link to ``card``."""
    name = posixpath.splitext(posixpath.basename(card.path))[0]
    return {
        document
        for document, path, kind, target in net.links_like(name)
        if document != card.document
        and target_of(net, document, path, kind, target) == card.document
    }

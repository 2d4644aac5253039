"""What the reader of an answer should know: misspelt filters, an empty index, missing vectors."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

from asterisk_search.answers import Filters, Mode, Query
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.text.folding import fold, plain

_SENTENCES: Final = {
    "tags": "nothing has the tag #{}",
    "folders": "nothing lies in the folder {!r}",
    "domains": "no page is of the web site {!r}",
    "types": "nothing is of the type {!r}",
    "sources": "there is no source named {!r}",
    "properties": "nothing has the property {!r}",
}
"""Of filters that name something there is a list of."""
_PARTS: Final = {
    "titles": "no title or alias has {!r} in it",
    "paths": "no path has {!r} in it",
    "urls": "no page's address has {!r} in it",
    "phrases": "nothing says {!r}, these words in this order",
}
"""Of filters that name a part of something."""
_ALWAYS: Final = frozenset({"note", "page"})
"""Types that are no mistake even where there is nothing of them."""


def notices(
    query: Query, reader: SqliteReader, documents: int, pending: int, *, found: bool = True
) -> tuple[str, ...]:
    """Sentences, the most helpful first; ``found`` says whether the answer has results."""
    said = [*query.remarks, *unknown(query.filters, reader, found=found or not documents)]
    if not documents:
        said.append("the index is empty: run `asterisk-search index`")
    if pending and reader.coming():
        said.append(
            f"{pending} passages wait for the vectors of another model; those of the old one "
            "answer meanwhile: run `asterisk-search index`"
        )
    elif pending and query.mode is not Mode.KEYWORD:
        said.append(
            f"{pending} passages have no vector yet and are found by their words only: "
            "run `asterisk-search index`"
        )
    return tuple(said)


def unknown(filters: Filters, reader: SqliteReader, *, found: bool = True) -> Iterator[str]:
    """One sentence for each thing that a filter names and that is not there, with its nearest.

    Where nothing was found, also what it is that nothing passes: that is too dear to look for
    when something was.
    """
    told = False
    for kind, sentence in _SENTENCES.items():
        for name in _named(filters, kind):
            if not reader.has(_only(kind, name)) and fold(name) not in _ALWAYS:
                yield sentence.format(name) + _nearest(name, reader, kind)
                told = True
    if not found:
        reasons = [*_unheld(filters, reader), *_undated(filters, reader)]
        yield from reasons
        if not reasons and not told and not reader.has(filters):
            yield "nothing passes all of these filters at once"


def _unheld(filters: Filters, reader: SqliteReader) -> Iterator[str]:
    """What no title, path, address, property or text has in it."""
    for kind, sentence in _PARTS.items():
        for part in _asked(filters, kind):
            if not reader.has(_only(kind, part)):
                yield sentence.format(part)
    for name, value in _asked(filters, "properties"):
        known = reader.has(_only("properties", name))
        if known and not reader.has(Filters(properties=((name, value),))):
            sentence = f"nothing has the property {name!r} with {value!r} in it"
            yield sentence + _closest(value, reader.values(name))


def _undated(filters: Filters, reader: SqliteReader) -> Iterator[str]:
    after, before = filters.after, filters.before
    if (after or before) and not reader.has(Filters(after=after, before=before)):
        days = [f"on or after {after}" if after else "", f"before {before}" if before else ""]
        yield f"nothing is dated {' and '.join(filter(None, days))}"


def _named(filters: Filters, kind: str) -> list[str]:
    """What the filters of a kind name, to be there or not to be there."""
    asked = [] if kind == "sources" else _asked(filters, kind)  # an unknown source is refused
    named = [*asked, *getattr(filters, f"without_{kind}")]
    if kind == "properties":
        named = [name for name, _ in named]
    elif kind == "tags":
        named = [fold(tag).strip("#/ ") for tag in named]
    return list(dict.fromkeys(named))


def _asked(filters: Filters, kind: str) -> list[Any]:
    """What must be there, alone or as one of alternatives."""
    either = [one.wanted for group in filters.either for one in group if one.kind == kind]
    return [*getattr(filters, kind), *either]


def _only(kind: str, name: str) -> Filters:
    value = (name, "") if kind == "properties" else name
    narrow: dict[str, Any] = {kind: (value,)}
    return Filters(**narrow)


def _nearest(word: str, reader: SqliteReader, kind: str) -> str:
    known = reader.known(kind)
    if near := _closest(word, known):
        return near
    return f" (there are: {', '.join(known)})" if kind == "types" else ""


def _closest(word: str, known: list[str]) -> str:
    # A nested tag or folder is often remembered by its last part, or by its first ones, alone.
    by_key = {plain(name.rpartition("/")[2]): name for name in reversed(known)}
    for name in reversed(known):
        parts = name.split("/")
        by_key |= {
            plain(above): above for above in ("/".join(parts[:n]) for n in range(1, len(parts)))
        }
    by_key |= {plain(name): name for name in known}
    close = get_close_matches(plain(word), by_key, 1, 0.5)
    return f" (nearest: {by_key[close[0]]})" if close else ""

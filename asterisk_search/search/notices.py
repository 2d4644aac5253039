"""What the reader of an answer should know: misspelt filters, an empty index, missing vectors."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

from asterisk_search.answers import Filters, Mode, Query
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.text.folding import fold, tag_key

_SENTENCES: Final = {
    "tags": "nothing has the tag #{}",
    "folders": "nothing lies in the folder {!r}",
    "domains": "no page is of the web site {!r}",
    "types": "nothing is of the type {!r}",
    "sources": "there is no source named {!r}",
    "properties": "nothing has the property {!r}",
}
_ALWAYS: Final = frozenset({"note", "page"})
"""Types that are no mistake even where there is nothing of them."""


def notices(query: Query, reader: SqliteReader, documents: int, pending: int) -> tuple[str, ...]:
    """Sentences, the most helpful first."""
    said = [*query.remarks, *unknown(query.filters, reader)]
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


def unknown(filters: Filters, reader: SqliteReader) -> Iterator[str]:
    """One sentence for each thing that a filter names and that is not there, with its nearest."""
    for kind, sentence in _SENTENCES.items():
        for name in _named(filters, kind):
            if not reader.has(_only(kind, name)) and fold(name) not in _ALWAYS:
                yield sentence.format(name) + _nearest(name, reader, kind)


def _named(filters: Filters, kind: str) -> list[str]:
    """What the filters of a kind name, to be there or not to be there."""
    asked = () if kind == "sources" else getattr(filters, kind)  # an unknown source is refused
    named = [*asked, *getattr(filters, f"without_{kind}")]
    if kind == "properties":
        return [name for name, _ in named]
    return list(map(tag_key, named)) if kind == "tags" else named


def _only(kind: str, name: str) -> Filters:
    value = (name, "") if kind == "properties" else name
    narrow: dict[str, Any] = {kind: (value,)}
    return Filters(**narrow)


def _nearest(word: str, reader: SqliteReader, kind: str) -> str:
    known = reader.known(kind)
    # A nested tag or folder is often remembered by its last part alone.
    by_key = {name.rpartition("/")[2].casefold(): name for name in reversed(known)}
    by_key |= {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_key, 1, 0.5)
    return f" (nearest: {by_key[close[0]]})" if close else ""

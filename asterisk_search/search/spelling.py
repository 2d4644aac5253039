"""Words that nothing says, and what was probably meant."""

import re
from dataclasses import replace

from asterisk_search.answers import Mode, Query, Term, Wording
from asterisk_search.protocols import CatalogReader
from asterisk_search.text.snippets import bare

MOST = 3
"""Words of one query that are looked up; looking costs some milliseconds each."""


def respelt(query: Query, reader: CatalogReader) -> tuple[Wording, Query]:
    """The wording of a query, and the query with words that no passage says respelt.

    The remarks of the query say what was taken for what.
    """
    wanted = reader.wording(query.text, query.alternatives)
    if query.mode is Mode.SEMANTIC:
        return wanted, query
    unknown = [term for term in wanted.terms if not term.found][:MOST]
    meant = {term: _meant(term, reader) for term in unknown}
    corrections = {term.text: word for term, word in meant.items() if word}
    if not corrections:
        return wanted, query
    text = " ".join(_corrected(word, corrections) for word in query.text.split())
    alternatives = tuple(
        tuple(_corrected(choice, corrections) for choice in group) for group in query.alternatives
    )
    said = ", ".join(f"{typed!r} as {word!r}" for typed, word in corrections.items())
    query = replace(
        query,
        text=text,
        alternatives=alternatives,
        remarks=(*query.remarks, f"nothing says it as typed: looked for {said}"),
    )
    return reader.wording(text, alternatives), query


def _meant(term: Term, reader: CatalogReader) -> str | None:
    """A whole word for the stem that the index knows: as the best passage with it spells it."""
    root = reader.respelt(term.text)
    if root is None:
        return None
    found = reader.keyword(reader.wording(root), Query("").filters, 1)
    for passage in reader.hydrate([hit.id for hit in found]).values():
        said = " ".join((passage.title, *passage.headings, *passage.tags, passage.text))
        # "histori" is the stem of "history": its last letter may be the stemmer's.
        spelt = re.search(rf"\b{re.escape(root[:-1])}\w{{0,4}}", bare(said))
        if spelt:
            return spelt.group()
    return root


def _corrected(word: str, corrections: dict[str, str]) -> str:
    bared = re.sub(r"^\W+|\W+$", "", word).lower()
    return corrections.get(bared, word)

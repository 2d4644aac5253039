"""Filters as SQL: which chunks may take part, before anything is ranked."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from asterisk_search.answers import Choice, Filters
from asterisk_search.storage import fts
from asterisk_search.text.folding import fold, folder_key, plain, tag_key
from asterisk_search.text.urls import domain_key, url_key

Condition = tuple[str, list[str]]
"""A piece of SQL over ``documents d`` joined with ``sources s``, and its parameters."""

_OF_DOCUMENT = re.compile(r"\b(?:d\.(?!id\b)|s\.)")
"""A column of ``documents d`` other than its id, or of ``sources s``."""


def chunk_ids(filters: Filters) -> Condition:
    """A subquery that yields the ids of the chunks that pass ``filters``."""
    where, values = document_condition(filters)
    if not _OF_DOCUMENT.search(where):  # tags, titles and the like: documents need not be read
        return f"SELECT c.id FROM chunks c WHERE {where.replace('d.id', 'c.document_id')}", values
    return (
        "SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id "
        # SQLite leaves a left join out when no condition is on the source.
        f"LEFT JOIN sources s ON s.id = d.source_id WHERE {where}",
        values,
    )


def document_condition(filters: Filters) -> Condition:
    """The condition on a document.

    Sources, folders, paths, types, domains and addresses are alternatives; tags, titles,
    properties and phrases must all be there, and one of each group of alternatives. Nothing of what
    is excluded may be.
    """
    conditions = [*_asked(filters), *_refused(filters)]
    if filters.after:
        conditions.append(("d.dated >= ?", [filters.after]))
    if filters.before:
        conditions.append(("d.dated < ?", [filters.before]))
    parts = [sql for sql, _ in conditions if sql]
    return " AND ".join(parts) or "1", [value for _, values in conditions for value in values]


def _asked(filters: Filters) -> list[Condition]:
    return [
        _any_of(_source, filters.sources),
        _any_of(_in_folder, filters.folders),
        _any_of(_in_path, filters.paths),
        _any_of(_of_type, filters.types),
        _any_of(_on_domain, filters.domains),
        _any_of(_at_url, filters.urls),
        *map(_has_tag, filters.tags),
        *map(_titled, filters.titles),
        *map(_has_property, filters.properties),
        *map(_says, filters.phrases),
        *map(_one_of, filters.either),
    ]


def _refused(filters: Filters) -> list[Condition]:
    return [
        *_none_of(_source, filters.without_sources),
        *_none_of(_in_folder, filters.without_folders),
        *_none_of(_in_path, filters.without_paths),
        *_none_of(_of_type, filters.without_types),
        *_none_of(_on_domain, filters.without_domains),
        *_none_of(_at_url, filters.without_urls),
        *_none_of(_has_tag, filters.without_tags),
        *_none_of(_titled, filters.without_titles),
        *_none_of(_has_property, filters.without_properties),
        *_none_of(_says, filters.excluded),
    ]


def _any_of(condition: Callable[[str], Condition], values: Iterable[str]) -> Condition:
    found = [condition(value) for value in values]
    sql = " OR ".join(sql for sql, _ in found)
    return f"({sql})" if sql else "", [value for _, bound in found for value in bound]


def _one_of(group: Iterable[Choice]) -> Condition:
    """One of alternatives of any kind."""
    found = [_CONDITIONS[choice.kind](choice.wanted) for choice in group]
    sql = " OR ".join(sql for sql, _ in found if sql)
    return f"({sql})" if sql else "", [value for _, bound in found for value in bound]


def _none_of(condition: Callable[[Any], Condition], values: Iterable[Any]) -> list[Condition]:
    return [(f"NOT {sql}", bound) for sql, bound in map(condition, values) if sql]


def _source(name: str) -> Condition:
    return "s.name = ?", [name]


def _in_folder(folder: str) -> Condition:
    key = folder_key(folder)
    if not key:
        return "1", []
    # A range instead of LIKE: `%` and `_` are ordinary characters in folder names.
    return "(d.path_key >= ? AND d.path_key < ?)", [f"{key}/", f"{key}0"]


def _in_path(part: str) -> Condition:
    return "(instr(d.path_key, ?) > 0)", [plain(part)]


def _of_type(name: str) -> Condition:
    key = fold(name)
    if key == "note":  # all that lies in a vault
        return "(d.kind <> 'page')", []
    return "(d.kind = ? OR s.type = ?)", [key, key]


def _on_domain(domain: str) -> Condition:
    key = domain_key(domain)
    return (
        "d.id IN (SELECT p.document_id FROM pages p WHERE p.domain_key = ? "
        "OR (p.domain_key >= ? AND p.domain_key < ?))",
        [key, f"{key}.", f"{key}/"],
    )


def _at_url(part: str) -> Condition:
    """Part of the address as saved, or of one that means the same page."""
    return (
        "d.id IN (SELECT p.document_id FROM pages p WHERE instr(lower(p.url), ?) > 0 UNION "
        "SELECT a.document_id FROM page_addresses a WHERE instr(a.url_key, ?) > 0)",
        [part.lower(), url_key(part) or part.lower()],
    )


def _has_tag(tag: str) -> Condition:
    key = tag_key(tag)
    return (
        # One range of the index, and of that the tag itself and those below it ("a-b" is neither).
        "d.id IN (SELECT t.document_id FROM tags t WHERE t.key >= ? AND t.key < ? "
        "AND (t.key = ? OR t.key >= ?))",
        [key, f"{key}0", key, f"{key}/"],
    )


def _titled(part: str) -> Condition:
    return (
        "d.id IN (SELECT n.document_id FROM names n WHERE instr(n.key, ?) > 0)",
        [plain(" ".join(part.split()))],
    )


def _has_property(wanted: tuple[str, str]) -> Condition:
    name, value = map(plain, wanted)
    return (
        "d.id IN (SELECT p.document_id FROM properties p "
        "WHERE p.name = ? AND instr(p.value, ?) > 0)",
        [name, value],
    )


def _says(phrase: str) -> Condition:
    """Nothing for a phrase without a character that is indexed: no document could say it."""
    words = fts.terms(f'"{phrase}"')
    if not words:
        return "", []
    return (
        "d.id IN (SELECT c.document_id FROM chunks c "
        "WHERE c.id IN (SELECT rowid FROM words WHERE words MATCH ?))",
        [fts.match_all(words)],
    )


_CONDITIONS: Final[dict[str, Callable[[Any], Condition]]] = {
    "folders": _in_folder,
    "paths": _in_path,
    "types": _of_type,
    "domains": _on_domain,
    "urls": _at_url,
    "tags": _has_tag,
    "titles": _titled,
    "properties": _has_property,
    "phrases": _says,
}
"""By the field of `Filters` whose values they narrow to."""

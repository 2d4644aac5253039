"""Filters as SQL: which chunks may take part, before anything is ranked."""

from asterisk_search.answers import Filters
from asterisk_search.text.folding import folder_key, tag_key
from asterisk_search.text.urls import domain_key

Condition = tuple[str, list[str]]
"""A piece of SQL over ``documents d`` joined with ``sources s``, and its parameters."""


def chunk_ids(filters: Filters) -> Condition:
    """A subquery that yields the ids of the chunks that pass ``filters``."""
    where, values = document_condition(filters)
    return (
        "SELECT c.id FROM chunks c JOIN documents d ON d.id = c.document_id "
        f"JOIN sources s ON s.id = d.source_id WHERE {where}",
        values,
    )


def document_condition(filters: Filters) -> Condition:
    """The condition on a document: tags must all be there, the rest are alternatives of a kind."""
    conditions = [
        _any_of([("s.name = ?", [name]) for name in filters.sources]),
        _any_of([_in_folder(folder) for folder in filters.folders]),
        *[_has_tag(tag) for tag in filters.tags],
        _any_of([_is_type(name) for name in filters.types]),
        _any_of([_of_domain(domain) for domain in filters.domains]),
    ]
    if filters.after:
        conditions.append(("d.dated >= ?", [filters.after]))
    if filters.before:
        conditions.append(("d.dated < ?", [filters.before]))
    parts = [sql for sql, _ in conditions if sql]
    return " AND ".join(parts) or "1", [value for _, values in conditions for value in values]


def _any_of(conditions: list[Condition]) -> Condition:
    if not conditions:
        return "", []
    sql = " OR ".join(sql for sql, _ in conditions)
    return f"({sql})", [value for _, values in conditions for value in values]


def _in_folder(folder: str) -> Condition:
    key = folder_key(folder)
    if not key:
        return "1", []
    # A range instead of LIKE: `%` and `_` are ordinary characters in folder names.
    return "(d.path_key >= ? AND d.path_key < ?)", [f"{key}/", f"{key}0"]


def _has_tag(tag: str) -> Condition:
    key = tag_key(tag)
    return (
        "d.id IN (SELECT t.document_id FROM tags t WHERE t.key = ? OR (t.key >= ? AND t.key < ?))",
        [key, f"{key}/", f"{key}0"],
    )


def _is_type(name: str) -> Condition:
    return f"d.kind {'=' if name == 'page' else '<>'} 'page'", []


def _of_domain(domain: str) -> Condition:
    key = domain_key(domain)
    return (
        "d.id IN (SELECT p.document_id FROM pages p WHERE p.domain_key = ? "
        "OR (p.domain_key >= ? AND p.domain_key < ?))",
        [key, f"{key}.", f"{key}/"],
    )

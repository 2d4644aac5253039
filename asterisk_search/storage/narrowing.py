"""Filters as SQL: which chunks may take part, before anything is ranked."""

from asterisk_search.answers import Filters
from asterisk_search.text.folding import folder_key, tag_key

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
    """The condition on a document: sources and folders are alternatives, tags must all be there."""
    conditions = [
        _any_of([("s.name = ?", [name]) for name in filters.sources]),
        _any_of([_in_folder(folder) for folder in filters.folders]),
        *[_has_tag(tag) for tag in filters.tags],
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

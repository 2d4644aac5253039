"""Saved web pages in the catalog: their facts, and the documents that cite them."""

import json
import os
import sqlite3
from dataclasses import astuple
from typing import Any

from asterisk_search.records import Copy, Document, LinkKind, PageFacts
from asterisk_search.text.urls import domain_key, url_key

PAGE_COLUMNS = "p.url, p.domain, p.file, p.bookmarked, p.added, p.extractor, p.copies"
"""Of ``pages p``; `page_row` makes a record of them."""

_JOINED = "FROM citations c JOIN page_addresses a ON a.url_key = c.url_key"


def write_page(connection: sqlite3.Connection, row: int, document: Document) -> None:
    """Replace what is known of a document's page and citations; the caller has a transaction."""
    for table in ("pages", "page_addresses", "citations"):
        connection.execute(f"DELETE FROM {table} WHERE document_id = ?", [row])
    cited = {url_key(link.target) for link in document.links if link.kind is LinkKind.URL} - {""}
    connection.executemany(
        "INSERT INTO citations (document_id, url_key) VALUES (?, ?)", [(row, key) for key in cited]
    )
    page = document.page
    if page is None:
        return
    connection.execute(
        "INSERT INTO pages (document_id, url, domain, domain_key, file, bookmarked, added, "
        "extractor, copies) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [row, page.url, page.domain, domain_key(page.domain), os.fsencode(page.file),
         page.bookmarked, page.added, page.extractor,
         json.dumps([astuple(copy) for copy in page.copies])],
    )  # fmt: skip
    keys = {url_key(url) for url in (page.url, *(copy.url for copy in page.copies))} - {""}
    connection.executemany(
        "INSERT INTO page_addresses (url_key, document_id) VALUES (?, ?)",
        [(key, row) for key in keys],
    )


def page_row(columns: tuple[Any, ...]) -> PageFacts | None:
    """The values of `PAGE_COLUMNS` as a record; ``None`` for a document that is no page."""
    url, domain, file, bookmarked, added, extractor, copies = columns
    if url is None:
        return None
    return PageFacts(
        url, domain, os.fsdecode(file), bookmarked, added, extractor,
        tuple(Copy(*copy) for copy in json.loads(copies)),
    )  # fmt: skip


def citing(connection: sqlite3.Connection, document: int) -> list[int]:
    """Documents that link to an address of this page, ascending."""
    rows = connection.execute(
        f"SELECT DISTINCT c.document_id {_JOINED} WHERE a.document_id = ? "
        "AND c.document_id <> a.document_id ORDER BY c.document_id",
        [document],
    )
    return [row for (row,) in rows]


def cited_pages(connection: sqlite3.Connection, document: int) -> list[int]:
    """Pages whose address this document links to, ascending."""
    rows = connection.execute(
        f"SELECT DISTINCT a.document_id {_JOINED} WHERE c.document_id = ? "
        "AND c.document_id <> a.document_id ORDER BY a.document_id",
        [document],
    )
    return [row for (row,) in rows]

"""The migration that brings saved web pages: their facts, and which notes cite them."""

from typing import Final

ARCHIVE: Final = (
    """CREATE TABLE pages (
        document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        domain TEXT NOT NULL,
        domain_key TEXT NOT NULL,
        file BLOB NOT NULL,
        bookmarked TEXT NOT NULL,
        added TEXT NOT NULL,
        extractor TEXT NOT NULL,
        copies TEXT NOT NULL
    )""",
    "CREATE INDEX pages_by_domain ON pages (domain_key)",
    # Under which normalised addresses a page is cited: its own and those of its copies.
    """CREATE TABLE page_addresses (
        url_key TEXT NOT NULL,
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        PRIMARY KEY (url_key, document_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX page_addresses_by_document ON page_addresses (document_id)",
    # Which normalised addresses a document links to.
    """CREATE TABLE citations (
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        url_key TEXT NOT NULL,
        PRIMARY KEY (document_id, url_key)
    ) WITHOUT ROWID""",
    "CREATE INDEX citations_by_address ON citations (url_key, document_id)",
    # Citations of what is stored are not known: everything is read again, which embeds nothing.
    "UPDATE documents SET prepared = ''",
)

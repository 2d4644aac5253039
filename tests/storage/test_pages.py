"""Saved pages in the catalog: their facts, filters on them, and who cites them."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_search.answers import Filters
from asterisk_search.records import (
    Block,
    BlockKind,
    Copy,
    Document,
    Entry,
    Kind,
    Link,
    LinkKind,
    PageFacts,
    SourceSpec,
    Stamp,
)
from asterisk_search.storage.migrate import migrate
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.storage.writer import SqliteWriter
from asterisk_search.text.chunking import chunk_document
from tests.fakes import FakeEmbedder

FACTS = PageFacts(
    "https://www.blog.example.org/raft", "blog.example.org", "archive/1/\udcff.html",
    "2024-03-02T10:00:00Z", "2024-03-02T10:00:01Z", "dom",
    (
        Copy("a", "https://www.blog.example.org/raft", "1", "archive/1", "2024-03-02T10:00:05Z"),
        Copy("b", "http://example.org/old-raft", "2", "archive/2", "2023-03-02T10:00:05Z",
             "HTTP 404"),
    ),
)  # fmt: skip


def document(name: str, *links: str, page: PageFacts | None = None) -> Document:
    kind = Kind.PAGE if page else Kind.NOTE
    entry = Entry(name.encode(), name, kind, Stamp(1, 1, 1, 1))
    return Document(
        entry, name.encode().ljust(32), name, "raft words", (Block(0, 10, 1, 1, BlockKind.PROSE),),
        links=tuple(Link(LinkKind.URL, link) for link in links), page=page,
    )  # fmt: skip


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[SqliteWriter]:
    migrate(tmp_path / "catalog.sqlite3")
    with closing(SqliteWriter(tmp_path / "catalog.sqlite3")) as opened:
        opened.register(SourceSpec("s", "vault", str(tmp_path)))
        yield opened


@pytest.fixture
def reader(tmp_path: Path, writer: SqliteWriter) -> Iterator[SqliteReader]:
    with closing(SqliteReader(tmp_path / "catalog.sqlite3")) as opened:
        yield opened


def put(writer: SqliteWriter, *documents: Document) -> None:
    for item in documents:
        writer.put("s", item, chunk_document(item, FakeEmbedder()), "1")


def ids(reader: SqliteReader, **filters: tuple[str, ...]) -> set[str]:
    found = reader.recent(Filters(**filters), 10)  # type: ignore[arg-type]
    return {passage.title for passage in reader.hydrate([hit.id for hit in found]).values()}


def test_the_facts_of_a_page_come_back_as_they_were(
    writer: SqliteWriter, reader: SqliteReader
) -> None:
    put(writer, document("page", page=FACTS), document("note"))
    passages = reader.hydrate([hit.id for hit in reader.recent(Filters(), 10)]).values()
    assert {passage.title: passage.page for passage in passages} == {"page": FACTS, "note": None}


def test_notes_and_pages_can_be_told_apart(writer: SqliteWriter, reader: SqliteReader) -> None:
    put(writer, document("page", page=FACTS), document("note"))
    assert ids(reader, types=("page",)) == {"page"}
    assert ids(reader, types=("note",)) == {"note"}
    assert ids(reader, types=("note", "page")) == {"note", "page"}


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("blog.example.org", True),
        ("EXAMPLE.org", True),
        ("https://www.example.org/", True),
        ("org", True),
        ("ample.org", False),
        ("log.example.org", False),
        ("blog.example.org.uk", False),
        ("%", False),
    ],
)
def test_a_domain_holds_its_sub_domains(
    writer: SqliteWriter, reader: SqliteReader, domain: str, found: bool
) -> None:
    put(writer, document("page", page=FACTS), document("note"))
    assert ids(reader, domains=(domain,)) == ({"page"} if found else set())
    assert bool(reader.count(Filters(domains=(domain,)))) is found
    assert reader.known("domains") == ["blog.example.org"]


def test_a_note_and_the_page_it_cites_find_each_other(
    writer: SqliteWriter, reader: SqliteReader
) -> None:
    put(
        writer,
        document("page", page=FACTS),
        document("note", "http://blog.example.org/raft/?utm_source=x#election"),
        document("old note", "https://example.org/old-raft"),
        document("other note", "https://example.org/other"),
    )
    number = {
        passage.title: passage.document
        for passage in reader.hydrate([h.id for h in reader.recent(Filters(), 10)]).values()
    }
    assert reader.citing(number["page"]) == sorted([number["note"], number["old note"]])
    assert reader.cited_pages(number["note"]) == [number["page"]]
    assert reader.cited_pages(number["other note"]) == []
    put(writer, document("note"), replace(document("page", page=FACTS), page=None))
    assert reader.citing(number["page"]) == []
    writer.drop("s", [b"page"])
    assert reader.cited_pages(number["old note"]) == []

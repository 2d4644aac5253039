"""What every `protocols.CatalogWriter` with its `protocols.CatalogReader` must do."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import pytest

from asterisk_search.answers import Filters
from asterisk_search.protocols import CatalogReader, CatalogWriter
from asterisk_search.records import (
    Chunk,
    Document,
    Entry,
    Kind,
    Link,
    LinkKind,
    Skip,
    SkipReason,
    SourceSpec,
    Stamp,
)
from asterisk_search.storage.packing import pack, unpack
from tests.fakes import FakeEmbedder

ALL = Filters()
EMBEDDER = FakeEmbedder()


class Writer(CatalogWriter, Protocol):
    def register(self, spec: SourceSpec) -> None: ...

    def forget(self, name: str) -> None: ...


class Reader(CatalogReader, Protocol):
    def totals(self) -> tuple[int, int, int]: ...

    def vectors(self, ids: list[int]) -> Iterator[tuple[list[int], list[bytes]]]: ...

    def skips(self) -> list[tuple[str, Skip]]: ...


def document(path: str, *texts: str, tags: tuple[str, ...] = (), title: str = "") -> Document:
    stamp = Stamp(1, 1_700_000_000_000_000_000, 2, 3)
    return Document(
        entry=Entry(path.encode("utf-8", "surrogateescape"), path, Kind.NOTE, stamp),
        digest=repr((path, texts)).encode(),
        title=title or path,
        body="\n".join(texts),
        blocks=(),
        tags=tags,
        links=(Link(LinkKind.WIKILINK, "Somewhere"),),
    )


def chunks(made: Document) -> list[Chunk]:
    """A chunk for each line; lines that begin with ``%`` are for keywords only."""
    found, at = [], 0
    for number, line in enumerate(made.body.split("\n")):
        embedded = "" if line.startswith("%") else f"{made.title}\n{line}"
        place = (number, at, at + len(line), number, number, ())
        found.append(Chunk(*place, line, embedded, hidden=not embedded))
        at += len(line) + 1
    return found


class CatalogContract:
    @abstractmethod
    def writer(self) -> Writer: ...

    @abstractmethod
    def reader(self) -> Reader: ...

    @pytest.fixture
    def catalog(self) -> Writer:
        made = self.writer()
        made.register(SourceSpec("one", "vault", "/one"))
        made.register(SourceSpec("two", "vault", "/two"))
        made.adopt(EMBEDDER.fingerprint)
        return made

    def put(self, catalog: Writer, made: Document, source: str = "one") -> None:
        catalog.put(source, made, chunks(made), "v1")

    def embed(self, catalog: Writer, *, turned: bool = False) -> int:
        waiting = catalog.pending(0, 1000)
        vectors = EMBEDDER.embed([item.text for item in waiting])
        catalog.set_vectors(waiting, pack(-vectors if turned else vectors))
        return len(waiting)

    def packed(self) -> list[bytes]:
        """The vectors that answer."""
        reader = self.reader()
        return [blob for _, blobs in reader.vectors(list(reader.matching(ALL))) for blob in blobs]

    def ids(self, text: str, filters: Filters = ALL) -> list[int]:
        reader = self.reader()
        return [hit.id for hit in reader.keyword(reader.wording(text), filters, 10)]

    def test_what_was_put_is_known_found_and_shown(self, catalog: Writer) -> None:
        self.put(catalog, document("a.md", "whales sing", "%secret remark", tags=("Sea/Deep",)))
        assert set(catalog.stored("one")) == {b"a.md"}
        assert catalog.stored("one")[b"a.md"].prepared == "v1"
        (chunk,) = self.ids("whales")
        passage = self.reader().hydrate([chunk])[chunk]
        assert (passage.text, passage.source, passage.hidden) == ("whales sing", "one", False)
        (hidden,) = self.ids("secret")
        assert self.reader().hydrate([hidden])[hidden].hidden
        assert self.ids("deep", Filters(tags=("sea",)))

    def test_a_reader_that_stays_open_sees_what_is_written(self, catalog: Writer) -> None:
        reader = self.reader()
        assert (reader.totals()[0], reader.respelt("consesus")) == (0, None)
        self.put(catalog, document("a.md", "consensus", tags=("sea/deep", "sea-side", "seal")))
        assert (reader.totals(), reader.respelt("consesus")) == ((1, 1, 1), "consensu")
        self.embed(catalog)
        assert reader.totals() == (1, 1, 0)

    @pytest.mark.parametrize(
        ("tag", "there"),
        [("sea", True), ("sea/deep", True), ("sea/d", False), ("se", False), ("coast", True)],
    )
    def test_a_tag_stands_for_those_below_it_and_for_no_other(
        self, catalog: Writer, tag: str, there: bool
    ) -> None:
        self.put(catalog, document("a.md", "whales", tags=("sea/deep", "coast")))
        self.put(catalog, document("b.md", "whales", tags=("sea-side", "seal", "sea0")))
        self.embed(catalog)
        asked = Filters(tags=(tag,))
        assert len(self.reader().matching(asked)) == there
        assert len(self.ids("whales", asked)) == there

    def test_only_embeddable_chunks_wait_and_have_vectors(self, catalog: Writer) -> None:
        self.put(catalog, document("a.md", "whales sing", "%secret"))
        assert self.embed(catalog) == 1
        assert catalog.pending(0, 10) == []
        (chunk,) = self.reader().matching(ALL)
        ((_, packed),) = self.reader().vectors([chunk])
        expected = EMBEDDER.embed(["a.md\nwhales sing"])
        assert np.allclose(unpack(packed), expected, atol=1e-3)

    def test_putting_again_replaces_and_keeps_the_ids_of_unchanged_chunks(
        self, catalog: Writer
    ) -> None:
        self.put(catalog, document("a.md", "first", "second", "third"))
        self.embed(catalog)
        (second,) = self.ids("second")
        self.put(catalog, document("a.md", "new beginning", "second", "third"))
        assert self.ids("second") == [second]
        assert self.ids("first") == []
        assert [item.text for item in catalog.pending(0, 10)] == ["a.md\nnew beginning"]
        assert self.reader().totals() == (1, 3, 1)

    def test_ids_are_never_used_again(self, catalog: Writer) -> None:
        self.put(catalog, document("a.md", "first"))
        (gone,) = self.ids("first")
        catalog.drop("one", [b"a.md"])
        self.put(catalog, document("a.md", "first"))
        assert self.ids("first") != [gone]

    def test_dropping_forgets_everything_and_ignores_the_unknown(self, catalog: Writer) -> None:
        self.put(catalog, document("a.md", "whales"))
        self.put(catalog, document("b.md", "whales"))
        self.embed(catalog)
        catalog.drop("one", [b"a.md", b"never there"])
        assert len(self.ids("whales")) == 1
        assert len(self.reader().matching(ALL)) == 1
        assert self.reader().totals()[0] == 1

    def test_sources_are_apart(self, catalog: Writer) -> None:
        self.put(catalog, document("a.md", "whales"), "one")
        self.put(catalog, document("a.md", "whales"), "two")
        assert len(self.ids("whales", Filters(sources=("two",)))) == 1
        catalog.drop("one", [b"a.md"])
        assert set(catalog.stored("two")) == {b"a.md"}
        catalog.forget("two")
        assert self.ids("whales") == []

    def test_refs_that_differ_only_in_form_are_different(self, catalog: Writer) -> None:
        for path in ("é.md", "e\u0301.md", "É.md", "\udce9.md"):
            stamp = Stamp(1, 1_700_000_000_000_000_000, 2, 3)
            entry = Entry(path.encode("utf-8", "surrogateescape"), "é.md", Kind.NOTE, stamp)
            self.put(catalog, Document(entry, b"d", "é", "same", ()))
        assert len(catalog.stored("one")) == 4

    def test_a_moved_document_is_prepared_by_no_version_until_it_is_put(
        self, catalog: Writer
    ) -> None:
        made = document("a.md", "whales")
        self.put(catalog, made)
        catalog.move("one", b"a.md", Entry(b"b.md", "b.md", Kind.NOTE, made.entry.stamp))
        assert set(catalog.stored("one")) == {b"b.md"}
        assert catalog.stored("one")[b"b.md"].prepared != "v1"

    def test_skips_are_replaced_and_end_when_the_entry_is_put(self, catalog: Writer) -> None:
        catalog.set_skips("one", [Skip(b"x", "x", SkipReason.BINARY, "why")])
        catalog.set_skips("one", [Skip(b"a.md", "a.md", SkipReason.UNREADABLE)])
        assert [skip.path for _, skip in self.reader().skips()] == ["a.md"]
        self.put(catalog, document("a.md", "readable again"))
        assert self.reader().skips() == []

    def test_another_space_answers_when_it_is_complete(self, catalog: Writer) -> None:
        self.put(catalog, document("a.md", "whales"))
        self.embed(catalog)
        [old] = self.packed()
        catalog.adopt("another")
        self.put(catalog, document("a.md", "whales"))
        assert self.packed() == [old]
        assert self.reader().totals()[2] == 1
        assert not catalog.settle()
        self.embed(catalog, turned=True)
        assert catalog.settle()
        assert self.packed() != [old]
        assert self.reader().totals()[2] == 0
        catalog.adopt(EMBEDDER.fingerprint)
        assert self.packed() == [old]

    def test_another_space_answers_at_once_when_forced(self, catalog: Writer) -> None:
        self.put(catalog, document("a.md", "whales"))
        self.embed(catalog)
        catalog.adopt("another")
        assert catalog.settle(force=True)
        assert self.packed() == []
        assert self.reader().totals()[2] == 1

    def test_names_are_found_whole_and_by_their_beginning(self, catalog: Writer) -> None:
        self.put(catalog, document("a.md", "x", title="Raft Consensus"))
        self.put(catalog, document("b.md", "x", title="Raft"))
        found = self.reader().titled("raft", ALL, 10)
        assert [round(item.share, 2) for item in found] == [1.0, 0.29]
        assert self.reader().titled("consensus", ALL, 10) == []
        assert self.reader().titled("%", ALL, 10) == []

    def test_pending_chunks_come_in_order_and_in_pages(self, catalog: Writer) -> None:
        self.put(catalog, document("a.md", *(f"line {n}" for n in range(7))))
        first = catalog.pending(0, 3)
        rest = catalog.pending(first[-1].id, 10)
        numbers = [item.id for item in first + rest]
        assert numbers == sorted(set(numbers))
        assert len(numbers) == 7

    def test_ids_that_are_gone_are_absent(self, catalog: Writer) -> None:
        assert self.reader().hydrate([12345]) == {}
        assert list(self.reader().vectors([12345])) == [([], [])]
        assert self.reader().hydrate([]) == {}

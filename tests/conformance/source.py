"""What every `Source` promises.

Subclass it and provide the fixtures ``source`` (over a folder with a few entries, at least one of
them readable), ``change`` (alters the content of one entry and returns its ref) and
``remove_root``.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from asterisk_search.errors import EntrySkipped, SourceMissing
from asterisk_search.protocols import Source
from asterisk_search.records import Document, Entry, Skip


def entries(source: Source) -> list[Entry]:
    return [item for item in source.scan() if isinstance(item, Entry)]


def documents(source: Source) -> list[Document]:
    found = []
    for entry in entries(source):
        try:
            document = source.read(entry)
        except EntrySkipped:
            continue
        assert document is not None
        found.append(document)
    return found


class SourceConformance:
    """The promises of `asterisk_search.protocols.Source`."""

    def test_a_scan_can_be_repeated(self, source: Source) -> None:
        assert sorted(source.scan(), key=lambda item: item.ref) == sorted(
            source.scan(), key=lambda item: item.ref
        )

    def test_the_fixture_has_entries(self, source: Source) -> None:
        assert documents(source)

    def test_each_ref_comes_once(self, source: Source) -> None:
        refs = [item.ref for item in source.scan()]
        assert len(refs) == len(set(refs))

    def test_refs_are_bytes_and_paths_relative(self, source: Source) -> None:
        for item in source.scan():
            assert isinstance(item.ref, bytes)
            assert not Path(item.path).is_absolute()
            item.path.encode("utf-8")

    def test_a_document_belongs_to_its_entry(self, source: Source) -> None:
        for entry in entries(source):
            try:
                document = source.read(entry)
            except EntrySkipped:
                continue
            assert document is not None
            assert document.entry == entry
            assert len(document.digest) == hashlib.sha256().digest_size
            assert document.title

    def test_reading_twice_gives_the_same(self, source: Source) -> None:
        assert documents(source) == documents(source)

    def test_known_content_is_not_read_again(self, source: Source) -> None:
        for document in documents(source):
            assert source.read(document.entry, document.digest) is None
            assert source.read(document.entry, b"\0" * 32) == document

    def test_changed_content_has_another_digest(
        self, source: Source, change: Callable[[], bytes]
    ) -> None:
        before = {document.entry.ref: document for document in documents(source)}
        ref = change()
        after = {document.entry.ref: document for document in documents(source)}
        assert after[ref].digest != before[ref].digest
        assert source.read(after[ref].entry, before[ref].digest) == after[ref]

    def test_a_scan_notices_a_change(self, source: Source, change: Callable[[], bytes]) -> None:
        before = {entry.ref: entry.stamp for entry in entries(source)}
        ref = change()
        assert {entry.ref: entry.stamp for entry in entries(source)}[ref] != before[ref]

    def test_an_entry_that_went_is_skipped(
        self, source: Source, remove_root: Callable[[], None]
    ) -> None:
        entry = documents(source)[0].entry
        remove_root()
        with pytest.raises(EntrySkipped) as skipped:
            source.read(entry)
        assert skipped.value.reason == "vanished"

    def test_a_missing_root_is_said(self, source: Source, remove_root: Callable[[], None]) -> None:
        remove_root()
        with pytest.raises(SourceMissing):
            list(source.scan())

    def test_an_empty_root_is_said(self, source: Source, remove_root: Callable[[], None]) -> None:
        remove_root()
        source.root.mkdir()
        with pytest.raises(SourceMissing):
            list(source.scan())

    def test_what_is_there_exists(self, source: Source, remove_root: Callable[[], None]) -> None:
        refs = [entry.ref for entry in entries(source)]
        assert all(source.exists(ref) for ref in refs)
        assert not source.exists(b"no entry has this name")
        remove_root()
        assert not any(source.exists(ref) for ref in refs)

    def test_blocks_are_as_promised(self, source: Source) -> None:
        for document in documents(source):
            position = 0
            for block in document.blocks:
                assert not document.body[position : block.start].strip()
                assert position <= block.start < block.end <= len(document.body)
                assert 1 <= block.line <= block.end_line
                position = block.end
            assert not document.body[position:].strip()

    def test_texts_can_be_stored(self, source: Source) -> None:
        for item in [*source.scan(), *documents(source)]:
            text = repr(item) if isinstance(item, Skip | Entry) else item.body
            assert "\0" not in text
            text.encode("utf-8")

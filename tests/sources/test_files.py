"""Bytes of a file to text."""

import hashlib
import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from asterisk_search.errors import EntrySkipped
from asterisk_search.records import Entry, Kind, Skip, SkipReason, Stamp
from asterisk_search.sources.files import decode, modified, read_bytes, stamp
from asterisk_search.sources.obsidian import ObsidianSource
from tests.sources.vaults import note, write


@pytest.mark.parametrize(
    ("content", "text", "warning"),
    [
        (b"caf\xc3\xa9", "café", ""),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "café", ""),
        ("\ufeffcafé".encode("utf-16-le"), "café", "encoding: read as UTF-16-LE"),
        ("\ufeffcafé".encode("utf-16-be"), "café", "encoding: read as UTF-16-BE"),
        (b"\xff\xfea", "\ufffd", "encoding: read as UTF-16-LE"),
        (b"caf\xe9 \x93so\x94", "café “so”", "encoding: read as Windows-1252"),
        (b"caf\xe9 \x81", "café \x81", "encoding: read as Latin-1"),
        (
            "été à la mer".encode() + b"\xff",
            "été à la mer\ufffd",
            "encoding: 1 places are not UTF-8",
        ),
        (b"\xed\xa0\x80 surrogate", "í\xa0€ surrogate", "encoding: read as Windows-1252"),
        (b"", "", ""),
    ],
)
def test_encodings(content: bytes, text: str, warning: str) -> None:
    decoded = decode(content)
    assert (decoded.text, decoded.warning) == (text, warning)


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"PK\x03\x04" * 9,
        b"\0",
        b"\x7fELF\x02\x01\x01\0\0",
        b"words " * 100 + b"\x01" * 8,
    ],
)
def test_binary_files_are_skipped(content: bytes) -> None:
    with pytest.raises(EntrySkipped) as skipped:
        decode(content)
    assert skipped.value.reason == SkipReason.BINARY


@pytest.mark.parametrize(
    "content",
    [
        b"Pasted\x0bfrom Word",
        b"A bell\x07 in a short note",
        b"\x0b" * 7,
        b"\x01" * 8 + b"words " * 200,
    ],
)
def test_a_few_control_characters_make_no_binary_file(content: bytes) -> None:
    assert decode(content).text == content.decode()


def test_a_stray_nul_is_stripped(tmp_path: Path) -> None:
    assert note(tmp_path, "word" * 100 + "\0end").body == "word" * 100 + "end"


def test_windows_line_ends_do_not_move_lines(tmp_path: Path) -> None:
    document = note(tmp_path, "---\r\na: b\r\n---\r\n\r\nfirst\r\n\r\nsecond ^x\r\n")
    assert [(b.line, document.body[b.start : b.end]) for b in document.blocks] == [
        (5, "first"),
        (7, "second"),
        (1, "a: b"),
    ]
    assert document.block_ids == (("x", 7),)


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    content = "\ufeffa\r\nb".encode()
    assert note(tmp_path, content).digest == hashlib.sha256(content).digest()


def entry(path: Path) -> Entry:
    (item,) = ObsidianSource("v", path).scan()
    assert not isinstance(item, Skip)
    return item


def reason(root: Path, item: Entry, **options: int) -> str:
    with pytest.raises(EntrySkipped) as skipped:
        ObsidianSource("v", root, **options).read(item)  # type: ignore[arg-type]
    return skipped.value.reason


def test_files_too_large_are_skipped(tmp_path: Path) -> None:
    item = entry(write(tmp_path, {"a.md": "12345"}))
    assert reason(tmp_path, item, max_bytes=4) == SkipReason.TOO_LARGE
    assert ObsidianSource("v", tmp_path, max_bytes=5).read(item) is not None


def test_a_file_that_grows_while_it_is_read_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"x" * 100)
    small = os.stat_result((0o100644, 1, 1, 1, 0, 0, 10, 0, 0, 0))
    monkeypatch.setattr(os, "fstat", lambda _: small)
    with pytest.raises(EntrySkipped) as skipped:
        read_bytes(os.fsencode(path), 50)
    assert skipped.value.reason == SkipReason.TOO_LARGE


def test_races_between_scan_and_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    item = entry(write(tmp_path, {"a.md": "x"}))
    path.unlink()
    assert reason(tmp_path, item) == SkipReason.VANISHED
    path.mkdir()
    assert reason(tmp_path, item) == SkipReason.NOT_A_FILE
    path.rmdir()
    os.mkfifo(path)
    assert reason(tmp_path, item) == SkipReason.NOT_A_FILE
    path.unlink()
    path.symlink_to(path)
    assert reason(tmp_path, item) == SkipReason.SYMLINK


def test_a_folder_became_a_file(tmp_path: Path) -> None:
    item = entry(write(tmp_path, {"a/b.md": "x"}))
    (tmp_path / "a" / "b.md").unlink()
    (tmp_path / "a").rmdir()
    write(tmp_path, {"a": "x"})
    assert reason(tmp_path, item) == SkipReason.VANISHED


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (BlockingIOError(11, "Resource temporarily unavailable"), SkipReason.EVICTED),
        (OSError(5, "Input/output error"), SkipReason.UNREADABLE),
        (PermissionError(13, "Permission denied"), SkipReason.UNREADABLE),
    ],
)
def test_errors_of_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, expected: SkipReason
) -> None:
    item = entry(write(tmp_path, {"a.md": "x"}))

    def fail(*_: object) -> bytes:
        raise error

    monkeypatch.setattr(os, "read", fail)
    assert reason(tmp_path, item) == expected


def test_times_outside_the_calendar_are_no_times() -> None:
    assert modified(Stamp(0, 0, 0, 0)) == "1970-01-01T00:00:00Z"
    for seconds in (253_402_300_800, 10**21, -62_135_596_801, -(10**21)):
        assert modified(Stamp(0, seconds * 10**9, 0, 0)) == ""


def test_a_stamp_can_be_stored_whatever_the_disk_says() -> None:
    largest = 2**63 - 1

    def stamped(size: int, time: int, inode: int) -> Stamp:
        status = SimpleNamespace(st_size=size, st_mtime_ns=time, st_ctime_ns=time, st_ino=inode)
        return stamp(cast("os.stat_result", status))

    assert stamped(5, 6, 7) == Stamp(5, 6, 6, 7)
    assert stamped(2**70, 2**63, 2**63) == Stamp(largest, largest, largest, -largest - 1)
    assert stamped(0, -(2**70), 2**64 - 1) == Stamp(0, -largest - 1, -largest - 1, -1)
    assert stamped(0, -1, largest) == Stamp(0, -1, -1, largest)
    assert modified(stamped(0, 2**70, 1)) == "2262-04-11T23:47:16Z"
    assert modified(stamped(0, -(2**70), 1)) == "1677-09-21T00:12:43Z"


def test_the_kind_decides_how_an_entry_is_read(tmp_path: Path) -> None:
    item = entry(write(tmp_path, {"a.canvas": ""}))
    assert item.kind is Kind.CANVAS

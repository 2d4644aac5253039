"""Which files of a folder are found."""

import os
import socket
import unicodedata
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from asterisk_search.errors import SourceError, SourceMissing
from asterisk_search.records import Kind, Skip, SkipReason
from asterisk_search.sources.files import is_dataless
from asterisk_search.sources.obsidian import ObsidianSource
from tests.sources.nobody import folder_for_all, lines_of_nobody
from tests.sources.vaults import configure, scan, write


def test_notes_canvases_and_bases_of_any_letter_case(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a.md": "", "b.MD": "", "c/d.canvas": "", "c/e.base": "", "f.txt": "", "g": "", "md": ""},
    )
    kinds = {
        e.path: e.kind for e in ObsidianSource("v", tmp_path).scan() if not isinstance(e, Skip)
    }
    assert kinds == {
        "a.md": Kind.NOTE,
        "b.MD": Kind.NOTE,
        "c/d.canvas": Kind.CANVAS,
        "c/e.base": Kind.BASE,
    }


def test_dot_folders_dependencies_and_temporary_files_are_left_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "kept.md": "",
            ".obsidian/a.md": "",
            ".trash/a.md": "",
            "sub/.git/a.md": "",
            "inner vault/.obsidian/a.md": "",
            "inner vault/kept.md": "",
            "code/node_modules/p/readme.md": "",
            ".hidden.md": "",
            ".#lock.md": "",
            "a.md~": "",
            "a.md.tmp": "",
            ".a.md.swp": "",
            "~$a.md": "",
        },
    )
    assert scan(tmp_path) == ({"kept.md", "inner vault/kept.md"}, {})


def test_a_folder_may_be_named_like_a_note(tmp_path: Path) -> None:
    write(tmp_path, {"Folder.md/inside.md": ""})
    assert scan(tmp_path) == ({"Folder.md/inside.md"}, {})


def test_notes_kept_in_the_cloud_are_reported_by_their_name(tmp_path: Path) -> None:
    write(tmp_path, {"a/.Far away.md.icloud": "", ".photo.png.icloud": "", "b.md": ""})
    assert scan(tmp_path) == ({"b.md"}, {"a/Far away.md": SkipReason.EVICTED})
    refs = {item.ref for item in ObsidianSource("v", tmp_path).scan()}
    assert refs == {b"a/Far away.md", b"b.md"}


def test_files_without_data_on_macos_are_not_downloaded() -> None:
    status = cast("os.stat_result", SimpleNamespace(st_flags=0x40000000))
    assert is_dataless(status)
    assert not is_dataless(cast("os.stat_result", SimpleNamespace(st_flags=0x40)))
    assert not is_dataless(os.stat("."))  # noqa: PTH116 - the stat_result of this system


def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        os.chdir(tmp_path)  # the address of a socket must be short
        try:
            server.bind("socket.md")
        finally:
            os.chdir(before)
        assert scan(tmp_path) == (
            set(),
            {"pipe.md": SkipReason.NOT_A_FILE, "socket.md": SkipReason.NOT_A_FILE},
        )


def test_names_that_are_no_utf8_are_kept_as_bytes(tmp_path: Path) -> None:
    name = b"caf\xe9.md"
    with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:  # noqa: PTH118, PTH123
        file.write(b"words")
    source = ObsidianSource("v", tmp_path)
    (entry,) = source.scan()
    assert (entry.ref, entry.path) == (name, "caf\ufffd.md")
    assert not isinstance(entry, Skip)
    document = source.read(entry)
    assert document is not None
    assert (document.body, document.title) == ("words", "caf\ufffd")


def test_two_spellings_of_a_name_are_two_entries(tmp_path: Path) -> None:
    nfc = "café.md"
    nfd = unicodedata.normalize("NFD", nfc)
    write(tmp_path, {nfc: "one", nfd: "two", "Café.md": "three"})
    refs = {item.ref: item.path for item in ObsidianSource("v", tmp_path).scan()}
    assert refs == {nfc.encode(): nfc, nfd.encode(): nfc, "Café.md".encode(): "Café.md"}


def test_excluded_files_of_obsidian(tmp_path: Path) -> None:
    write(
        tmp_path, dict.fromkeys(("a.md", "Old/b.md", "Older.md", "x/Old/c.md", "n/draft1.md"), "")
    )
    configure(tmp_path, app={"userIgnoreFilters": ["Old/", "/draft\\d/", "/(/"]})
    assert scan(tmp_path)[0] == {"a.md", "Older.md", "x/Old/c.md"}
    assert len(scan(tmp_path, honour_excluded=False)[0]) == 5
    configure(tmp_path, app={"userIgnoreFilters": None})
    assert len(scan(tmp_path)[0]) == 5


def test_patterns_of_the_user(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.md": "",
            "Archive/b.md": "",
            "x/Archive/c.md": "",
            "log 1.md": "",
            "keep log.md": "",
            "été/d.md": "",
            ".asteriskignore": f"# mine\n/Archive/\n{unicodedata.normalize('NFD', 'été')}\n",
        },
    )
    assert scan(tmp_path)[0] == {"a.md", "x/Archive/c.md", "log 1.md", "keep log.md"}
    assert scan(tmp_path, exclude=["*log*.md", "!keep*"])[0] == {
        "a.md", "x/Archive/c.md", "keep log.md",
    }  # fmt: skip


def test_patterns_are_read_from_a_file_only(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": ""})
    os.mkfifo(tmp_path / ".asteriskignore")
    assert scan(tmp_path)[0] == {"a.md"}
    (tmp_path / ".asteriskignore").unlink()
    (tmp_path / ".asteriskignore").symlink_to("/dev/zero")
    assert scan(tmp_path)[0] == {"a.md"}


def test_what_is_left_out_is_not_reported(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "", "private/.far.md.icloud": ""})
    os.mkfifo(tmp_path / "private" / "pipe.md")
    (tmp_path / "private" / "broken.md").symlink_to("nowhere")
    (tmp_path / "private-link").symlink_to("/usr")
    assert scan(tmp_path, exclude=["private*"]) == ({"a.md"}, {})


def test_a_missing_or_empty_root_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="not a folder"):
        ObsidianSource("v", tmp_path / "none").scan()
    with pytest.raises(SourceMissing, match="empty"):
        ObsidianSource("v", tmp_path).scan()
    write(tmp_path, {"file": ""})
    with pytest.raises(SourceMissing, match="not a folder"):
        ObsidianSource("v", tmp_path / "file").scan()


def test_a_root_that_cannot_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    source = ObsidianSource("v", write(tmp_path, {"a.md": ""}))
    items = source.scan()
    monkeypatch.setattr(os, "scandir", fail)
    with pytest.raises(SourceError, match="cannot read"):
        list(items)
    with pytest.raises(SourceError, match="cannot read"):
        source.scan()


def test_a_root_with_no_notes_is_no_error(tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()
    assert scan(tmp_path) == (set(), {})


def test_a_root_that_goes_during_the_scan_is_an_error(tmp_path: Path) -> None:
    root = write(tmp_path / "v", {"a.md": ""})
    items = ObsidianSource("v", root).scan()
    (root / "a.md").unlink()
    root.rmdir()
    with pytest.raises(SourceError):
        list(items)


def test_what_may_not_be_read_is_skipped() -> None:
    imports = """
from asterisk_search.sources.obsidian import ObsidianSource
from asterisk_search.errors import EntrySkipped
"""
    program = """
source = ObsidianSource("v", Path(sys.argv[1]))
for item in sorted(source.scan(), key=lambda item: item.ref):
    reason = getattr(item, "reason", None)
    if reason is None:
        try:
            source.read(item)
        except EntrySkipped as error:
            reason = error.reason
    print(item.path, reason)
"""
    with folder_for_all() as folder:
        root = write(folder, {"a.md": "", "closed/b.md": "", "c.md": ""})
        (root / "closed").chmod(0)
        (root / "c.md").chmod(0)
        try:
            said = lines_of_nobody(imports, program, root)
        finally:
            (root / "closed").chmod(0o755)
    assert said == ["a.md None", "c.md unreadable", "closed unreadable"]


def test_a_folder_that_goes_during_the_scan_is_skipped(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.md": "", "b/c.md": ""})
    items = ObsidianSource("v", root).scan()
    first = next(items)
    (root / "b" / "c.md").unlink()
    (root / "b").rmdir()
    assert first.path == "a.md"
    assert [(item.path, item.reason) for item in items if isinstance(item, Skip)] == [
        ("b", SkipReason.VANISHED)
    ]

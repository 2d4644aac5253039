"""An archive that is lost, locked, half written or hostile."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from asterisk_search.errors import EntrySkipped, SourceError, SourceMissing
from asterisk_search.sources.archivebox.source import ArchiveSource
from tests.sources.archivebox.archives import (
    WORDS,
    Archive,
    entry_of,
    page,
    read_all,
    write,
)
from tests.sources.archivebox.harbour import PATH, URL, dom
from tests.sources.nobody import folder_for_all, lines_of_nobody


def test_an_unmounted_archive_loses_nothing(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    archive.add(URL, dom())
    (archive.root / "archive").rename(tmp_path / "elsewhere")
    for made in (False, True):
        if made:
            (archive.root / "archive").mkdir()
        with pytest.raises(SourceMissing, match="no snapshots"):
            list(archive.source().scan())


def test_a_lost_folder_is_said_and_keeps_what_was_indexed(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    lost = archive.add(URL, dom())
    archive.add("http://example.org/stays", dom())
    shutil.rmtree(lost)
    documents, skips = read_all(archive.source())
    assert set(documents) == {"example.org/stays"}
    assert skips[PATH] == "vanished: its folder is missing"


def test_what_may_not_be_read_is_said() -> None:
    imports = """
from asterisk_search.sources.archivebox.source import ArchiveSource
from tests.sources.archivebox.archives import read_all
"""
    program = """
for path, reason in sorted(read_all(ArchiveSource("a", Path(sys.argv[1])))[1].items()):
    print(path, reason)
"""
    with folder_for_all() as folder:
        archive = Archive(folder / "a")
        closed = [
            archive.add("http://example.org/one", dom()),
            archive.add("http://example.org/two", dom()) / "output.html",
            archive.root / "index.sqlite3",
        ]
        archive.add(URL, dom())
        for path in closed:
            path.chmod(0)
        try:
            said = lines_of_nobody(imports, program, archive.root)
        finally:
            closed[0].chmod(0o755)
    assert said == [
        "example.org/two unreadable: Permission denied",
        "index.sqlite3 unreadable: unable to open database file; what lies in the folders is "
        "indexed instead",
    ]


def test_links_out_of_the_archive_are_not_followed(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    write(tmp_path / "outside", {"secret.html": page("Secret", "secretkeyword " * 40)})
    folder = archive.add(URL, {})
    (folder / "output.html").symlink_to(tmp_path / "outside" / "secret.html")
    (folder / "example.org").symlink_to(tmp_path / "outside")
    (folder / "readability").symlink_to(tmp_path / "outside")
    other = archive.add("http://example.org/other", {})
    shutil.rmtree(other)
    other.symlink_to(tmp_path / "outside")
    (tmp_path / "outside" / "output.html").write_text(page("Secret", "secretkeyword " * 40))
    documents, _ = read_all(archive.source())
    assert not [page for page in documents.values() if "secretkeyword" in page.body]


def test_names_that_are_no_utf_8(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    folder = archive.add("http://example.org/caf%E9", {"index.txt": ""})
    write(folder, {os.fsdecode(b"example.org/caf\xe9.html"): page("Café", WORDS * 5)})
    documents, _ = read_all(archive.source())
    document = documents["example.org/caf%E9"]
    assert document.page is not None
    assert document.page.extractor == "wget"
    assert os.fsencode(document.page.file).endswith(b"/caf\xe9.html")


def test_addresses_that_would_lead_elsewhere(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    archive.add("http://../../etc/passwd", {})
    archive.add("file:///etc/passwd", {})
    archive.add("http://[broken/", {})
    archive.sql("UPDATE core_snapshot SET timestamp = '../../..' WHERE url LIKE 'file:%'")
    documents, skips = read_all(archive.source())
    assert not [page for page in documents.values() if "root:" in page.body]
    assert len(documents) + len(skips) == 3


def test_a_locked_database_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asterisk_search.sources.archivebox.database._LOCKED_SECONDS", 0.0)
    archive = Archive(tmp_path / "a")
    archive.add(URL, dom())
    with closing(sqlite3.connect(archive.root / "index.sqlite3", isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("BEGIN EXCLUSIVE")
        writer.execute("CREATE TABLE much AS SELECT zeroblob(100000) AS blob")
        writer.execute("INSERT INTO much SELECT blob FROM much")
        with pytest.raises(SourceError, match="cannot be read now"):
            list(archive.source().scan())
        writer.execute("ROLLBACK")
    assert set(read_all(archive.source())[0]) == {PATH}


def test_what_archivebox_is_writing_is_seen_and_nothing_is_created(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    archive.add(URL, dom())
    database = archive.root / "index.sqlite3"
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("UPDATE core_snapshot SET title = 'In the log'")
        before = states(archive.root)
        assert read_all(archive.source())[0][PATH].title == "In the log"
        assert states(archive.root).keys() == before.keys()
        crashed = tmp_path / "crashed"
        shutil.copytree(archive.root, crashed)
    (crashed / "index.sqlite3-shm").unlink()
    before = states(crashed)
    assert read_all(ArchiveSource("a", crashed))[0][PATH].title == "In the log"
    assert states(crashed) == before
    assert read_all(archive.source())[0][PATH].title == "In the log", "after all was closed"
    assert "index.sqlite3-shm" not in states(archive.root)


def states(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Names, sizes and times of the files of a folder."""
    found = {path.name: path.stat() for path in folder.iterdir()}
    return {name: (s.st_size, s.st_mtime_ns, s.st_ctime_ns) for name, s in found.items()}


def test_a_page_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    folder = archive.add(URL, dom())
    source = archive.source()
    entry = entry_of(source, PATH)
    write(folder, {"readability/content.html": page("New", "Words that came later. " * 20)})
    archive.sql("UPDATE core_snapshot SET updated = '2024-06-01 10:00:00'")
    assert source.read(entry) is not None
    assert entry_of(source, PATH).stamp != entry.stamp
    shutil.rmtree(folder)
    with pytest.raises(EntrySkipped, match="vanished"):
        source.read(entry)


def test_two_pages_that_lead_to_each_other_are_both_kept(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a", "0.9")
    for one, other in (("x", "y"), ("y", "x")):
        headers = f'{{"status": 200, "final_url": "http://example.org/{other}"}}'
        archive.add(f"http://example.org/{one}", {**dom("0.9"), "headers/headers.json": headers})
    assert set(read_all(archive.source())[0]) == {"example.org/x", "example.org/y"}

"""An archive as a source: its versions, its life, and what must never be read."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from asterisk_search.protocols import Concern, Place, Source, Watchable
from asterisk_search.records import Entry, Skip, SkipReason
from asterisk_search.sources.archivebox.source import ArchiveSource
from asterisk_search.sources.opening import detect, source_root
from tests.conformance.source import SourceConformance
from tests.sources.archivebox.archives import (
    SCHEMAS,
    WORDS,
    Archive,
    entry_of,
    page,
    read_all,
    shown,
    unpacked,
    write,
)
from tests.sources.archivebox.harbour import NOW, PATH, URL, dom


class TestArchiveSource(SourceConformance):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        archive = Archive(tmp_path / "archive box")
        archive.add(URL, dom())
        archive.add("http://example.org/b\u00fccher?x=1", {"singlefile.html": page("B", WORDS * 5)})
        archive.add("http://example.org/gone", {"headers.json": '{"Status-Code": 404}'})
        archive.add("http://example.org/empty", {"output.html": ""}, tags=("a tag",))
        return archive.source()

    @pytest.fixture
    def change(self, source: Source) -> Callable[[], bytes]:
        """The page is archived again in place, as `archivebox update --overwrite` does it."""

        def run() -> bytes:
            folder = next((source.root / "archive").glob("1714557601*"))
            write(folder, dom(text="Other words stand here now. " * 20))
            with closing(sqlite3.connect(source.root / "index.sqlite3")) as connection:
                connection.execute(
                    "UPDATE core_snapshot SET updated = '2024-06-01 10:00:00' WHERE url = ?", [URL]
                )
                connection.commit()
            return b"example.org/harbour"

        return run

    @pytest.fixture
    def remove_root(self, source: Source) -> Callable[[], None]:
        return lambda: shutil.rmtree(source.root)


@pytest.mark.parametrize("version", SCHEMAS)
def test_every_version_is_read_alike(tmp_path: Path, version: str) -> None:
    archive = Archive(tmp_path / "a", version)
    folder = archive.add(URL, dom(version), title="The harbour", tags=("sea", "two words"))
    documents, skips = read_all(archive.source())
    document = documents[PATH]
    assert skips == {}
    assert (document.title, document.tags) == ("The harbour", ("sea", "two words"))
    assert shown(document).startswith("Harbour\n\nThe harbour master")
    facts = document.page
    assert facts is not None
    assert (facts.url, facts.domain, facts.extractor) == (URL, "example.org", "dom")
    assert facts.copy.folder == str(folder.relative_to(archive.root))
    assert facts.file == f"{facts.copy.folder}/{next(iter(dom(version)))}"
    assert facts.added == "2024-05-01T10:00:00Z"
    assert document.date == "2024-05-01"


@pytest.mark.parametrize("version", SCHEMAS)
def test_without_a_database_the_folders_tell(tmp_path: Path, version: str) -> None:
    archive = Archive(tmp_path / "a", version)
    archive.add(URL, dom(version), title="The harbour", tags=("sea",))
    (archive.root / "index.sqlite3").write_bytes(b"SQLite format 3\0 and then nothing of use")
    documents, skips = read_all(archive.source())
    assert (documents[PATH].title, documents[PATH].tags) == ("The harbour", ("sea",))
    assert "folders is indexed instead" in skips["index.sqlite3"]
    assert "secretkeyword" not in documents[PATH].body


def test_a_half_migrated_database_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    archive.add(URL, dom())
    archive.sql(
        "ALTER TABLE core_snapshot DROP COLUMN updated; DROP TABLE core_tag;"
        "ALTER TABLE core_snapshot ADD COLUMN modified_at datetime; DROP TABLE core_snapshot_tags"
    )
    assert set(read_all(archive.source())[0]) == {PATH}
    archive.sql("ALTER TABLE core_snapshot RENAME TO new__core_snapshot")
    documents, skips = read_all(archive.source())
    assert set(documents) == {PATH}
    assert "no table of snapshots" in skips["index.sqlite3"]


def test_an_archive_is_known_by_any_of_its_folders(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "docker" / "data")
    archive.add(URL, dom())
    for named in (archive.root, archive.root / "archive", archive.root.parent):
        assert source_root(named) == archive.root
    assert detect(archive.root) == "archive"
    (archive.root / "index.sqlite3").unlink()
    (archive.root / "ArchiveBox.conf").unlink()
    assert detect(archive.root) == "archive"
    shutil.rmtree(archive.root / "archive")
    assert detect(archive.root) is None
    assert source_root(archive.root) == archive.root


def test_notes_with_an_archive_below_them_stay_notes(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "data")
    archive.add(URL, dom())
    write(tmp_path, {"README.md": "how to start the container", "docker-compose.yml": ""})
    assert source_root(tmp_path) == archive.root
    write(tmp_path, {"Shopping.md": "bread"})
    assert source_root(tmp_path) == tmp_path
    assert detect(tmp_path) == "folder"


def test_a_vault_stays_a_vault_whatever_it_holds(tmp_path: Path) -> None:
    Archive(tmp_path / "vault")
    (tmp_path / "vault" / ".obsidian").mkdir()
    assert detect(tmp_path / "vault") == "vault"


@pytest.mark.parametrize("version", SCHEMAS)
def test_a_removed_snapshot_is_gone_though_its_folder_stays(tmp_path: Path, version: str) -> None:
    archive = Archive(tmp_path / "a", version)
    archive.add(URL, dom(version))
    archive.add("http://example.org/stays", dom(version))
    source = archive.source()
    ref = entry_of(source, PATH).ref
    archive.sql(f"DELETE FROM core_snapshot WHERE url = '{URL}'")
    assert set(read_all(source)[0]) == {"example.org/stays"}
    assert not source.exists(ref)


def test_what_is_being_deleted_is_gone(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a", "0.9")
    archive.add(URL, dom("0.9"), status="deleting")
    assert list(archive.source().scan()) == []


@pytest.mark.parametrize("status", ["queued", "started", "paused"])
def test_what_is_still_being_saved_waits(tmp_path: Path, status: str) -> None:
    archive = Archive(tmp_path / "a", "0.9")
    archive.add(URL, dom("0.9"), status=status, changed=None)
    (item,) = archive.source().scan()
    assert isinstance(item, Skip)
    assert (item.reason, item.detail) == (SkipReason.UNFINISHED, status)
    archive.sql("UPDATE core_snapshot SET status = 'sealed'")
    assert set(read_all(archive.source())[0]) == {PATH}


def test_an_older_version_waits_until_its_extractors_are_quiet(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    folder = archive.add(URL, dom(), changed="2027-01-15 08:00:00")  # is NOW
    for age, waits in ((10, True), (29, True), (31, False)):
        os.utime(folder, (NOW, NOW + 20))
        (item,) = archive.source(clock=lambda age=age: NOW + 20 + age).scan()
        assert isinstance(item, Skip) is waits
    (item,) = archive.source(clock=lambda: NOW - 1000).scan()
    assert isinstance(item, Entry), "a clock that was wrong must not make it wait for ever"


def test_a_copy_being_saved_does_not_hide_the_one_before(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a", "0.9")
    archive.add(URL, dom("0.9", "The old words of this page. " * 10))
    archive.add(URL, {}, added="2024-06-01 10:00:00", changed=None, status="started")
    documents, _ = read_all(archive.source())
    facts = documents[PATH].page
    assert facts is not None
    assert "old words" in shown(documents[PATH])
    assert len(facts.copies) == 1


def test_the_newest_good_copy_is_searched_and_all_are_listed(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    old = archive.add(f"{URL}?utm_source=x", dom(text="First version of it. " * 10))
    good = archive.add(
        f"{URL}#2024", dom(text="Second version of it. " * 10), added="2024-06-01 10:00:00"
    )
    bad = archive.add(
        "http://example.org/harbour/",
        {"headers.json": '{"Status-Code": 503}', "output.html": page("503", WORDS * 9)},
        added="2024-07-01 10:00:00",
    )
    documents, skips = read_all(archive.source())
    assert (set(documents), skips) == ({PATH}, {})
    facts = documents[PATH].page
    assert facts is not None
    assert "Second version" in shown(documents[PATH])
    assert [(copy.folder, copy.status) for copy in facts.copies] == [
        (f"archive/{good.name}", ""),
        (f"archive/{bad.name}", "HTTP 503"),
        (f"archive/{old.name}", ""),
    ]


def test_what_a_page_said_before_is_found_as_such(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    lost = "The old lighthouse keeper wrote about storms, lamps and gannets in his diary."
    archive.add(f"{URL}#1", {"output.html": page("Harbour", WORDS * 5, lost, "Counter 17.")})
    archive.add(
        f"{URL}#2", {"output.html": page("Harbour", WORDS * 5, "Counter 18.")},
        added="2024-06-01 10:00:00",
    )  # fmt: skip
    document = read_all(archive.source())[0][PATH]
    assert shown(document).count("harbour master") == 5, "what is still said is said once"
    assert shown(document).endswith(f"Counter 18.\n\nEarlier version, 2024-05-01\n\n{lost}")
    block = document.blocks[-2]
    assert block.headings[0] == "Earlier version, 2024-05-01"


def test_a_change_of_tags_or_title_alone_is_noticed(tmp_path: Path) -> None:
    """ArchiveBox changes nothing on disk then, nor the time of the row."""
    archive = Archive(tmp_path / "a")
    archive.add(URL, dom(), tags=("one",))
    source = archive.source()
    stamps = {entry_of(source, PATH).stamp}
    archive.sql("UPDATE core_tag SET name = 'other'")
    stamps.add(entry_of(source, PATH).stamp)
    archive.sql("UPDATE core_snapshot SET title = 'A better title'")
    stamps.add(entry_of(source, PATH).stamp)
    assert len(stamps) == 3
    assert entry_of(source, PATH).stamp in stamps


def test_a_late_result_is_noticed(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    folder = archive.add(URL, dom())
    source = archive.source()
    before = entry_of(source, PATH).stamp
    write(folder, {"readability/content.html": page("Harbour", WORDS * 5)})
    assert entry_of(source, PATH).stamp != before


def test_patterns_leave_out_addresses(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "a")
    archive.add(URL, dom())
    archive.add("https://bank.example.com/account", dom())
    assert set(read_all(archive.source(exclude=["bank.example.com/"]))[0]) == {PATH}


def test_few_folders_are_watched_however_many_snapshots_there_are(tmp_path: Path) -> None:
    source = ArchiveSource("a", unpacked("mini-0.7", tmp_path))
    assert isinstance(source, Watchable)
    assert source.places() == [Place(b"", False), Place(b"archive", False)]
    for ref in (b"index.sqlite3", b"index.sqlite3-wal", b"archive/1795336290.873368", b"archive"):
        assert source.concerns(ref) is Concern.EVERYTHING
    for ref in (b"index.sqlite3-shm", b"logs/errors.log", b"sources", b"search.sqlite3"):
        assert source.concerns(ref) is Concern.NOTHING
    assert source.look([b"archive"]) is None

"""An archive brought into a catalog: again and again, with what happens in between."""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from asterisk_search.answers import Filters
from asterisk_search.records import SkipReason
from tests.catalogs import Workbench, contents
from tests.fakes import FakeEmbedder
from tests.sources.archivebox.archives import WORDS, Archive, page, unpacked, write


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "box")
    for number in range(30):
        made.add(f"http://example.org/{number}", text(number), tags=("sea",))
    return made


@pytest.fixture
def bench(tmp_path: Path, archive: Archive) -> Iterator[Workbench]:
    with closing(Workbench(tmp_path / "catalog.sqlite3", archive.source(), FakeEmbedder())) as made:
        yield made


def text(number: int, words: str = WORDS) -> dict[str, str | bytes]:
    return {"output.html": page(f"Page {number}", f"{words} Number {number}. " * 5)}


def test_a_second_time_nothing_is_read(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.update()
    read: list[object] = []
    monkeypatch.setattr(type(bench.source), "read", lambda *given: read.append(given))
    report = bench.sync()
    assert (report.unchanged, report.touched, read) == (30, 0, [])


def test_a_new_tag_embeds_nothing(bench: Workbench, archive: Archive) -> None:
    bench.update()
    archive.sql("UPDATE core_tag SET name = 'harbour'")
    assert bench.sync().changed == 30
    assert bench.embed() == 0
    assert bench.reader().count(Filters(tags=("harbour",))) == 30


def test_what_was_removed_is_gone_and_most_of_it_only_when_it_is_meant(
    bench: Workbench, archive: Archive
) -> None:
    bench.update()
    archive.sql("DELETE FROM core_snapshot WHERE url = 'http://example.org/7'")
    assert bench.sync(prune=False).removed == 1
    archive.sql("DELETE FROM core_snapshot WHERE url <> 'http://example.org/8'")
    held = bench.sync(prune=False)
    assert (held.removed, held.withheld) == (0, 28)
    assert bench.sync(prune=True).removed == 28


def test_a_lost_folder_and_one_being_written_keep_what_was_indexed(
    bench: Workbench, archive: Archive
) -> None:
    bench.update()
    shutil.rmtree(archive.root / "archive" / "1714557601.5")
    report = bench.sync()
    assert (report.kept, report.removed) == (1, 0)
    assert [skip.reason for skip in report.skips] == [SkipReason.VANISHED]
    assert bench.reader().totals()[0] == 30


def test_an_upgrade_of_archivebox_embeds_nothing(tmp_path: Path) -> None:
    """The folders move, the database has other tables, the texts stay the same."""
    old, new = unpacked("mini-0.7", tmp_path), unpacked("mini-migrated", tmp_path)
    source = Archive(tmp_path / "empty").source()
    source._root = tmp_path / "box"
    shutil.copytree(old, source.root)
    with closing(Workbench(tmp_path / "catalog.sqlite3", source, FakeEmbedder())) as bench:
        first = bench.update()
        assert first.new == 17
        shutil.rmtree(source.root)
        shutil.copytree(new, source.root)
        report = bench.sync()
        assert (report.new, report.removed, report.changed) == (0, 0, 17)
        assert bench.embed() == 0


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_catalog_is_as_if_made_from_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    archive = Archive(tmp_path / "box")
    with closing(Workbench(tmp_path / "one.sqlite3", archive.source(), FakeEmbedder())) as bench:
        for step in range(12):
            happen(archive, chance, step)
            if chance.random() < 0.6:
                bench.update()
        bench.update()
    with closing(Workbench(tmp_path / "two.sqlite3", archive.source(), FakeEmbedder())) as bench:
        bench.update()
    assert contents(tmp_path / "one.sqlite3") == contents(tmp_path / "two.sqlite3")


def happen(archive: Archive, chance: random.Random, step: int) -> None:
    """Something that ArchiveBox does to an archive."""
    number, moment = chance.randrange(6), f"2024-05-{step + 1:02} 10:00:00.000000"
    url = f"http://example.org/{number}"
    folders = sorted((archive.root / "archive").iterdir())
    deed = chance.choice(["add", "again", "update", "tag", "remove", "fail"])
    if deed in ("add", "again") or not folders:
        archive.add(f"{url}#{step}", text(number, f"Version {step}. {WORDS}"), added=moment)
    elif deed == "fail":
        archive.add(f"{url}#{step}", {"headers.json": '{"Status-Code": 500}'}, added=moment)
    elif deed == "update":
        folder = chance.choice(folders)
        write(folder, text(number, f"Rewritten {step}. {WORDS}"))
        archive.sql(
            f"UPDATE core_snapshot SET updated = '{moment}' WHERE timestamp = '{folder.name}'"
        )
    elif deed == "tag":
        archive.sql(f"UPDATE core_snapshot SET title = 'Title {step}' WHERE url LIKE '{url}%'")
    else:
        archive.sql(f"DELETE FROM core_snapshot WHERE url LIKE '{url}%'")

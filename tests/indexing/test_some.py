"""A sync of some paths leaves what a sync of everything would."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from asterisk_search.indexing.embed import embed_pending
from asterisk_search.indexing.progress import Silent
from asterisk_search.indexing.reports import SourceReport
from asterisk_search.indexing.run import Sync
from asterisk_search.records import SkipReason
from asterisk_search.sources.obsidian import ObsidianSource
from asterisk_search.text.chunking import Budget, chunk_document
from tests.catalogs import LATER, LATER_NS, Workbench, contents
from tests.fakes import FakeEmbedder
from tests.sources.vaults import write

NOTES: dict[str, str | bytes] = {
    f"{folder}/{n}.md": f"{folder} says {n}\n\n" + "and more " * n
    for folder in "ABC"
    for n in range(8)
}


class Bench(Workbench):
    def some(self, *refs: str) -> SourceReport | None:
        source = self.source
        assert isinstance(source, ObsidianSource)
        budget = Budget(max_tokens=60, min_tokens=12)
        sync = Sync(
            source, self.writer, lambda made: chunk_document(made, self.embedder, budget), "1"
        )
        report = sync.some(source, [ref.encode() for ref in refs], LATER_NS, LATER, Silent())
        embed_pending(self.writer, self.embedder, 0, Silent())
        return report


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return write(tmp_path / "vault", NOTES)


@pytest.fixture
def bench(vault: Path, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "catalog", ObsidianSource("v", vault), FakeEmbedder())
    made.update()
    yield made
    made.close()


def anew(vault: Path, path: Path) -> object:
    path.unlink(missing_ok=True)
    fresh = Workbench(path, ObsidianSource("v", vault), FakeEmbedder())
    fresh.update()
    fresh.close()
    return contents(path)


def some(bench: Bench, *refs: str) -> SourceReport:
    report = bench.some(*refs)
    assert report is not None
    return report


def test_any_changes_followed_path_by_path_equal_an_index_made_anew(
    bench: Bench, vault: Path, tmp_path: Path
) -> None:
    chance = random.Random(5)
    for _ in range(12):
        notes = sorted(path for path in vault.rglob("*") if path.is_file())
        path, other = chance.sample(notes, 2)
        target = vault / chance.choice("ABCD") / f"{chance.randrange(12)}.md"
        target.parent.mkdir(exist_ok=True)
        action = chance.choice(["edit", "delete", "move", "binary", "swap"])
        if action == "edit":
            path.write_text(f"rewritten {chance.random()}")
        elif action == "delete":
            path.unlink()
        elif action == "move":
            path.replace(target)
        elif action == "binary":
            path.write_bytes(b"\0" * 99)
        else:
            first, second = path.read_bytes(), other.read_bytes()
            path.write_bytes(second)
            other.write_bytes(first)
        some(bench, *(str(p.relative_to(vault)) for p in {path, other, target}))
    assert contents(bench.path) == anew(vault, tmp_path / "anew")


def test_a_moved_note_is_a_move_and_embeds_only_for_its_title(bench: Bench, vault: Path) -> None:
    (vault / "A" / "1.md").rename(vault / "B" / "moved.md")
    report = some(bench, "A/1.md", "B/moved.md")
    assert (report.moved, report.new, report.removed) == (1, 0, 0)


def test_a_removed_folder_of_some_notes_is_followed(bench: Bench, vault: Path) -> None:
    shutil.rmtree(vault / "A")
    assert some(bench, "A").removed == 8


def test_so_many_removals_that_a_disk_may_be_missing_are_left_to_a_scan(
    bench: Bench, vault: Path
) -> None:
    for folder in "ABC":
        shutil.rmtree(vault / folder)
    (vault / "rest.md").write_text("the last one")
    before = contents(bench.path)
    assert bench.some("A", "B", "C") is None
    assert contents(bench.path) == before


def test_skips_of_other_paths_stay_and_those_of_mended_ones_go(bench: Bench, vault: Path) -> None:
    (vault / "A" / "1.md").write_bytes(b"\0" * 99)
    (vault / "B" / "1.md").write_bytes(b"\0" * 99)
    assert [skip.reason for skip in some(bench, "A", "B").skips] == [SkipReason.BINARY] * 2
    (vault / "A" / "1.md").write_text("text again")
    some(bench, "A/1.md")
    assert [skip.path for _, skip in bench.reader().skips()] == ["B/1.md"]


def test_paths_of_which_nothing_is_known_change_nothing(bench: Bench) -> None:
    before = contents(bench.path)
    assert some(bench, "nowhere/at/all.md", "picture.png").touched == 0
    assert contents(bench.path) == before

"""Vectors follow the notes: late, once, and those of another model beside them."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asterisk_search.answers import Filters
from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.protocols import TextRole
from tests.catalogs import Workbench
from tests.fake_source import FakeSource
from tests.fakes import FakeEmbedder, UnavailableEmbedder
from tests.indexing.conftest import source_of

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors


def test_words_are_searchable_before_and_without_vectors(tmp_path: Path) -> None:
    source = FakeSource()
    bench = Workbench(tmp_path / "catalog.sqlite3", source, UnavailableEmbedder())
    source.write("a.md", "raft elects a leader")
    bench.sync()
    with pytest.raises(EmbedderUnavailable):
        bench.embed()
    reader = bench.reader()
    assert len(reader.keyword(reader.wording("raft"), Filters(), 10)) == 1
    assert reader.totals()[2] == 1
    assert list(reader.vector_ids()) == []
    bench.close()
    mended = Workbench(tmp_path / "catalog.sqlite3", source, FakeEmbedder())
    assert mended.embed() == 1
    assert mended.reader().totals()[2] == 0
    mended.close()


def test_another_model_answers_when_it_is_done_and_returning_costs_nothing(
    bench: Workbench,
) -> None:
    source = source_of(bench)
    source.write("a.md", "raft elects")
    bench.update()
    other = FakeEmbedder(fingerprint="another model")
    bench.writer.adopt(other.fingerprint)
    assert bench.reader().fingerprint() == bench.embedder.fingerprint
    assert len(bench.reader().vector_ids()) == 1
    assert bench.reader().totals()[2] == 1
    first = bench.embedder
    assert isinstance(first, FakeEmbedder)
    bench.embedder = other
    bench.sync(prepared="other model")
    bench.embed()
    assert bench.reader().fingerprint() == other.fingerprint
    assert len(bench.reader().vector_ids()) == 1
    first.embedded.clear()
    bench.writer.adopt(first.fingerprint)
    assert len(bench.reader().vector_ids()) == 1
    assert first.embedded == []


class Interrupted(FakeEmbedder):
    """Interrupted by the user at every second call."""

    calls_made = 0

    def embed(self, texts: Sequence[str], role: TextRole = "passage") -> "Vectors":
        self.calls_made += 1
        if self.calls_made % 2 == 0:
            raise KeyboardInterrupt
        return super().embed(texts, role)


def test_interrupted_work_is_not_repeated(tmp_path: Path) -> None:
    source, embedder = FakeSource(), Interrupted()
    bench = Workbench(tmp_path / "catalog.sqlite3", source, embedder)
    for number in range(200):
        source.write(f"{number}.md", f"text {number}")
    for _ in range(5):
        source.interrupt_after = len(source.parsed) + 50
        with contextlib.suppress(KeyboardInterrupt):
            bench.sync()
    assert sorted(source.parsed) == sorted(source.files)
    for _ in range(5):
        with contextlib.suppress(KeyboardInterrupt):
            bench.embed()
    assert len(embedder.embedded) == 200
    assert bench.reader().totals() == (200, 200, 0)
    bench.close()


def test_vectors_that_nothing_uses_are_forgotten_after_a_while(bench: Workbench) -> None:
    source = source_of(bench)
    source.write("a.md", "old")
    bench.update()
    source.write("a.md", "new")
    bench.update()
    assert bench.writer.sweep("2026-01-01", "2025-12-01") == 0
    assert bench.writer.sweep("2026-01-20", "2025-12-21") == 0
    assert bench.writer.sweep("2026-03-01", "2026-01-30") == 1
    assert len(bench.reader().vector_ids()) == 1

"""Documents that say what a note says."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from asterisk_search.answers import Filters
from asterisk_search.search.results import Group
from asterisk_search.search.semantic import open_index
from asterisk_search.search.similar import Neighbourhood, evenly, gather, score, unit
from asterisk_search.storage.folder import VectorFiles
from asterisk_search.storage.viewing import SqliteViewer
from tests.catalogs import Workbench
from tests.fake_source import FakeSource
from tests.fakes import FakeEmbedder

NOTES = {
    "Bread.md": "flour water salt yeast oven crust crumb knead proof",
    "Rolls.md": "flour water salt yeast oven crust small knead proof",
    "Kiln.md": "clay glaze oven cone firing shelf pyrometer",
    "Sub/Loaf.md": "flour water salt rye oven crust crumb knead tin",
    "Empty.md": "",
}


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteViewer]:
    path = tmp_path_factory.mktemp("similar") / "catalog.sqlite3"
    source = FakeSource()
    bench = Workbench(path, source, FakeEmbedder())
    for name, text in NOTES.items():
        source.write(name, text)
    bench.update()
    yield SqliteViewer(path)
    bench.close()


def similar_to(viewer: SqliteViewer, path: str, filters: Filters | None = None) -> list[Group]:
    index = open_index(viewer, VectorFiles(Path("/nowhere")), 64, 999)
    card = viewer.by_path(path)[0]
    vectors = gather(viewer, viewer.speaking([card.document])[card.document])[1]
    return Neighbourhood(viewer, index, filters or Filters()).around(vectors, card.document)


def test_the_most_alike_come_first_and_the_note_itself_not_at_all(viewer: SqliteViewer) -> None:
    found = similar_to(viewer, "Bread.md")
    assert [group.passage.path for group in found][:2] == ["Rolls.md", "Sub/Loaf.md"]
    assert "Bread.md" not in [group.passage.path for group in found]
    assert all(0 <= group.score <= 1 for group in found)


def test_filters_narrow_before_anything_is_compared(viewer: SqliteViewer) -> None:
    found = similar_to(viewer, "Bread.md", Filters(folders=("Sub",)))
    assert [group.passage.path for group in found] == ["Sub/Loaf.md"]


def test_a_note_that_says_nothing_is_like_nothing(viewer: SqliteViewer) -> None:
    none = np.empty((0, 0), dtype=np.float32)
    index = open_index(viewer, VectorFiles(Path("/nowhere")), 64, 999)
    assert Neighbourhood(viewer, index, Filters()).around(none) == []


def test_every_part_says_the_cosine_it_comes_from(viewer: SqliteViewer) -> None:
    parts = [group.hit.parts[0] for group in similar_to(viewer, "Bread.md")]
    assert [part.rank for part in parts] == list(range(1, len(parts) + 1))
    assert all(score(part.raw) == pytest.approx(part.contribution) for part in parts)


def test_an_even_selection_begins_at_the_beginning_and_repeats_nothing() -> None:
    assert evenly(3, 8).tolist() == [0, 1, 2]
    assert evenly(10, 4).tolist() == [0, 2, 5, 7]


def test_a_vector_of_no_length_stays_as_it_is() -> None:
    assert unit(np.zeros(3, dtype=np.float32)).tolist() == [0, 0, 0]
    assert np.linalg.norm(unit(np.ones(3, dtype=np.float32))) == pytest.approx(1)

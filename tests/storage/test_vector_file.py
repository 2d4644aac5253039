"""A saved vector index is believed only when it is exactly what was saved."""

import json
import random
from pathlib import Path

import pytest

from asterisk_search.errors import CatalogError, VectorFileInvalid
from asterisk_search.storage.folder import VectorFiles
from asterisk_search.storage.hnsw import HnswIndex
from asterisk_search.storage.vector_file import load, save
from tests.conformance.vector_index import DIM, unit_vectors

SPACE = "a vector space"


@pytest.fixture
def files(tmp_path: Path) -> VectorFiles:
    index = HnswIndex(DIM)
    index.put(list(range(10, 310)), unit_vectors(300))
    index.drop([10, 11])
    saved = VectorFiles(tmp_path)
    save(saved, index, DIM, SPACE, 42)
    return saved


def test_what_is_loaded_is_what_was_saved(files: VectorFiles) -> None:
    index, generation = load(files, DIM, SPACE, 42)
    assert generation == 42
    assert index.ids().tolist() == list(range(12, 310))
    assert index.nearest(unit_vectors(300)[5], 1)[0].id == 15
    assert 10 not in {hit.id for hit in index.nearest(unit_vectors(300)[0], 298)}


def test_a_file_newer_than_the_catalog_is_refused(files: VectorFiles) -> None:
    """The catalog lost its last changes, and its ids may mean other passages by now."""
    with pytest.raises(VectorFileInvalid, match="newer"):
        load(files, DIM, SPACE, 41)


def test_a_loaded_index_can_grow(files: VectorFiles) -> None:
    index, _ = load(files, DIM, SPACE, 42)
    index.put(list(range(1000, 2500)), unit_vectors(1500, seed=3))
    index.put([10], unit_vectors(1))
    assert len(index) == 298 + 1501


def test_another_model_or_dimension_is_refused(files: VectorFiles) -> None:
    with pytest.raises(VectorFileInvalid):
        load(files, DIM, "another space", 42)
    with pytest.raises(VectorFileInvalid):
        load(files, DIM * 2, SPACE, 42)


@pytest.mark.parametrize("name", ["graph", "labels", "sidecar"])
def test_a_missing_file_is_refused(files: VectorFiles, name: str) -> None:
    getattr(files, name).unlink()
    with pytest.raises(VectorFileInvalid):
        load(files, DIM, SPACE, 42)


@pytest.mark.parametrize("name", ["graph", "labels", "sidecar"])
def test_truncated_files_are_refused(files: VectorFiles, name: str) -> None:
    path: Path = getattr(files, name)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(VectorFileInvalid):
        load(files, DIM, SPACE, 42)


@pytest.mark.parametrize("seed", range(25))
def test_any_flipped_bit_is_noticed_before_native_code_reads_it(
    files: VectorFiles, seed: int
) -> None:
    chance = random.Random(seed)
    path = chance.choice([files.graph, files.labels])
    data = bytearray(path.read_bytes())
    # Half of the flips hit the header, where they crash the process when they are not noticed.
    data[chance.randrange(min(len(data), 96 if seed % 2 else len(data)))] ^= 1 << (seed % 8)
    path.write_bytes(data)
    with pytest.raises(VectorFileInvalid):
        load(files, DIM, SPACE, 42)


def test_a_sidecar_with_other_fields_is_refused(files: VectorFiles) -> None:
    files.sidecar.write_text(json.dumps({"format": 1}))
    with pytest.raises(VectorFileInvalid):
        load(files, DIM, SPACE, 42)


def test_saving_into_nowhere_is_reported(tmp_path: Path) -> None:
    """hnswlib itself returns as if all were well."""
    index = HnswIndex(DIM)
    index.put([1], unit_vectors(1))
    with pytest.raises(CatalogError):
        save(VectorFiles(tmp_path / "missing"), index, DIM, SPACE, 1)


def test_removing_leaves_nothing(files: VectorFiles) -> None:
    files.remove()
    files.remove()
    assert list(files.folder.iterdir()) == []

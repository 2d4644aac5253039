"""What every `protocols.VectorIndex` must do."""

from abc import abstractmethod
from typing import TYPE_CHECKING

import numpy as np
import pytest

from asterisk_search.protocols import VectorIndex

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors

DIM = 16


def unit_vectors(count: int, seed: int = 0, dim: int = DIM) -> "Vectors":
    rows = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def labels(*ids: int) -> "np.typing.NDArray[np.int64]":
    return np.array(ids, dtype=np.int64)


class VectorIndexContract:
    close = 1e-3
    """How far a cosine may be from the exact one."""

    @abstractmethod
    def make(self) -> VectorIndex: ...

    def test_an_empty_index_has_no_neighbours(self) -> None:
        index = self.make()
        assert len(index) == 0
        assert index.nearest(unit_vectors(1)[0], 5) == []

    def test_a_vector_is_its_own_nearest_neighbour(self) -> None:
        index, vectors = self.make(), unit_vectors(50)
        index.put(list(range(100, 150)), vectors)
        for row in (0, 7, 49):
            best = index.nearest(vectors[row], 1)[0]
            assert best.id == 100 + row
            assert best.score == pytest.approx(1.0, abs=self.close)

    def test_it_grows_past_its_first_capacity(self) -> None:
        index, vectors = self.make(), unit_vectors(3000)
        for at in range(0, 3000, 500):
            index.put(list(range(at, at + 500)), vectors[at : at + 500])
        assert len(index) == 3000
        assert index.nearest(vectors[2999], 1)[0].id == 2999

    def test_k_larger_than_the_living_gives_all_of_them(self) -> None:
        index = self.make()
        index.put([1, 2, 3], unit_vectors(3))
        index.drop([2])
        assert {hit.id for hit in index.nearest(unit_vectors(1)[0], 10)} == {1, 3}

    def test_only_the_living_are_counted(self) -> None:
        index = self.make()
        index.put([1, 2, 3], unit_vectors(3))
        index.drop([1, 2])
        assert len(index) == 1
        assert index.ids().tolist() == [3]

    def test_dropping_the_unknown_or_the_dropped_does_no_harm(self) -> None:
        index = self.make()
        index.drop([5])
        index.put([1], unit_vectors(1))
        index.drop([1])
        index.drop([1, 99])
        assert len(index) == 0

    def test_a_dropped_id_may_return_with_another_vector(self) -> None:
        index, vectors = self.make(), unit_vectors(4)
        index.put([1, 2], vectors[:2])
        index.drop([1])
        index.put([1], vectors[2:3])
        assert len(index) == 2
        best = index.nearest(vectors[2], 1)[0]
        assert best.id == 1
        assert best.score == pytest.approx(1.0, abs=self.close)
        assert index.nearest(vectors[0], 1)[0].score < 0.999

    def test_putting_an_id_again_replaces_its_vector(self) -> None:
        index, vectors = self.make(), unit_vectors(4)
        index.put([1, 2], vectors[:2])
        index.put([1], vectors[3:4])
        assert len(index) == 2
        assert index.nearest(vectors[3], 1)[0].id == 1

    def test_the_last_of_several_vectors_for_one_id_counts(self) -> None:
        index, vectors = self.make(), unit_vectors(2)
        index.put([7, 7], vectors)
        assert len(index) == 1
        assert index.nearest(vectors[1], 1)[0].score == pytest.approx(1.0, abs=self.close)

    def test_another_dimension_is_refused(self) -> None:
        index = self.make()
        index.put([1], unit_vectors(1))
        with pytest.raises(ValueError, match="shape"):
            index.put([2], unit_vectors(1, dim=DIM + 1))
        with pytest.raises(ValueError, match="shape"):
            index.nearest(unit_vectors(1, dim=DIM - 1)[0], 1)

    def test_a_count_that_differs_is_refused(self) -> None:
        with pytest.raises(ValueError, match="shape"):
            self.make().put([1, 2], unit_vectors(3))

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    def test_values_that_are_not_finite_are_refused(self, value: float) -> None:
        index, vectors = self.make(), unit_vectors(2)
        vectors[1, 3] = value
        with pytest.raises(ValueError, match="finite"):
            index.put([1, 2], vectors)
        with pytest.raises(ValueError, match="finite"):
            index.nearest(vectors[1], 1)
        assert len(index) == 0

    def test_among_narrows_before_ranking(self) -> None:
        """A small set far from the query still comes back whole."""
        index, vectors = self.make(), unit_vectors(2000)
        index.put(list(range(2000)), vectors)
        order = np.argsort(vectors @ vectors[0])
        farthest = np.sort(order[:3])
        found = index.nearest(vectors[0], 10, among=farthest)
        assert {hit.id for hit in found} == set(farthest.tolist())

    def test_among_may_name_the_dead_and_the_unknown(self) -> None:
        index = self.make()
        index.put([1, 2, 3], unit_vectors(3))
        index.drop([2])
        found = index.nearest(unit_vectors(1)[0], 5, among=labels(2, 3, 77))
        assert [hit.id for hit in found] == [3]
        assert index.nearest(unit_vectors(1)[0], 5, among=labels()) == []

    def test_neighbours_come_best_first(self) -> None:
        index = self.make()
        index.put(list(range(200)), unit_vectors(200))
        scores = [hit.score for hit in index.nearest(unit_vectors(1, seed=9)[0], 20)]
        assert scores == sorted(scores, reverse=True)

    def test_no_neighbours_for_no_k(self) -> None:
        index = self.make()
        index.put([1], unit_vectors(1))
        assert index.nearest(unit_vectors(1)[0], 0) == []

    def test_it_survives_most_being_dropped(self) -> None:
        index, vectors = self.make(), unit_vectors(1000)
        index.put(list(range(1000)), vectors)
        index.drop(range(5, 1000))
        assert {hit.id for hit in index.nearest(vectors[900], 10)} == set(range(5))

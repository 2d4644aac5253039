"""All vector indexes keep the contract; HNSW nearly always finds what exact comparison finds."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest

from asterisk_search.protocols import VectorIndex
from asterisk_search.storage.exact import ExactIndex
from asterisk_search.storage.hnsw import HnswIndex
from asterisk_search.storage.packing import pack
from asterisk_search.storage.rescoring import Rescored
from asterisk_search.storage.sketch import SketchIndex
from tests.conformance.vector_index import DIM, VectorIndexContract, unit_vectors

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors


class TestExactIndex(VectorIndexContract):
    def make(self) -> VectorIndex:
        return ExactIndex(DIM)

    def test_equal_scores_are_ordered_by_id(self) -> None:
        index, vector = self.make(), unit_vectors(1)
        index.put([9, 3, 5], np.repeat(vector, 3, axis=0))
        assert [hit.id for hit in index.nearest(vector[0], 2)] == [3, 5]


class TestSketchIndex(VectorIndexContract):
    close = 4e-3  # eight bits for each of 16 numbers; the error falls with the dimension

    def make(self) -> VectorIndex:
        return SketchIndex(DIM)

    def test_what_is_found_is_what_exact_comparison_finds(self) -> None:
        """Vectors in clusters, as those of texts are."""
        centres = np.repeat(unit_vectors(100, seed=1, dim=256), 60, axis=0)
        vectors = centres + 0.8 * unit_vectors(6000, dim=256)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        questions = vectors[::200]
        exact, sketch = ExactIndex(256), SketchIndex(256)
        for index in (exact, sketch):
            index.put(list(range(6000)), vectors)
        for question in questions:
            wanted = {hit.id: hit.score for hit in exact.nearest(question, 20)}
            found = {hit.id: hit.score for hit in sketch.nearest(question, 20)}
            assert len(wanted.keys() & found.keys()) >= 18
            for number in wanted.keys() & found.keys():
                assert found[number] == pytest.approx(wanted[number], abs=2e-3)

    def test_labels_may_come_in_any_order_and_go_and_come_back(self) -> None:
        chance, vectors = np.random.default_rng(3), unit_vectors(400)
        exact, sketch = ExactIndex(DIM), SketchIndex(DIM, capacity=2)
        for _ in range(60):
            some = chance.choice(400, size=25, replace=False)
            if chance.random() < 0.4:
                for index in (exact, sketch):
                    index.drop(some)
            else:
                for index in (exact, sketch):
                    index.put(some.tolist(), vectors[some])
            assert sketch.ids().tolist() == exact.ids().tolist()
            assert len(sketch) == len(exact)
        best = [hit.id for hit in sketch.nearest(vectors[7], 3)]
        assert set(best) <= set(exact.ids().tolist())

    def test_a_narrowed_search_over_many_is_narrowed_by_signs_too(self) -> None:
        vectors = unit_vectors(14_000, dim=64)
        index = SketchIndex(64)
        index.put(list(range(14_000)), vectors)
        allowed = np.arange(2000, 14_000, dtype=np.int64)
        found = index.nearest(vectors[5000], 5, among=allowed)
        assert found[0].id == 5000 and all(hit.id >= 2000 for hit in found)

    def test_vectors_that_differ_as_little_are_all_compared(self) -> None:
        vectors = np.repeat(unit_vectors(1), 5000, axis=0)
        index = SketchIndex(DIM)
        index.put(list(range(5000)), vectors)
        assert [hit.id for hit in index.nearest(vectors[0], 3)] == [0, 1, 2]


class TestHnswIndex(VectorIndexContract):
    def make(self) -> VectorIndex:
        return HnswIndex(DIM)

    def test_recall_against_exact_comparison(self) -> None:
        vectors, questions = unit_vectors(4000), unit_vectors(50, seed=1)
        exact, graph = ExactIndex(DIM), HnswIndex(DIM)
        for index in (exact, graph):
            index.put(list(range(4000)), vectors)
        shared = sum(
            len({h.id for h in exact.nearest(q, 10)} & {h.id for h in graph.nearest(q, 10)})
            for q in questions
        )
        assert shared >= 0.97 * 500

    def test_a_large_allowed_set_is_still_narrowed_before_ranking(self) -> None:
        """More labels than are compared one by one: the search widens until it has enough."""
        vectors = unit_vectors(12_000)
        index = HnswIndex(DIM, threads=2)
        index.put(list(range(12_000)), vectors)
        allowed = np.arange(1000, 12_000, dtype=np.int64)
        found = index.nearest(vectors[3], 20, among=allowed)
        assert len(found) == 20
        assert all(hit.id >= 1000 for hit in found)

    def test_compacting_forgets_the_dead_and_keeps_the_living(self) -> None:
        vectors = unit_vectors(300)
        index = HnswIndex(DIM)
        index.put(list(range(300)), vectors)
        index.drop(range(200))
        assert index.dead_share() > 0.6
        index.compact()
        assert index.dead_share() == 0.0
        assert index.nearest(vectors[250], 1)[0].id == 250

    def test_searching_while_growing_and_dropping_does_no_harm(self) -> None:
        """hnswlib alone crashes the process here."""
        index, vectors = HnswIndex(DIM), unit_vectors(3000)
        index.put(list(range(500)), vectors[:500])
        problems: list[Exception] = []

        def search() -> None:
            try:
                for row in range(400):
                    index.nearest(vectors[row], 5)
            except Exception as error:
                problems.append(error)

        searchers = [threading.Thread(target=search) for _ in range(2)]
        for thread in searchers:
            thread.start()
        for at in range(500, 3000, 100):
            index.put(list(range(at, at + 100)), vectors[at : at + 100])
            index.drop([at - 400])
        for thread in searchers:
            thread.join()
        assert problems == []
        assert len(index) == 3000 - 25


class Keeping(Rescored):
    """Rescored over sketches, beside a catalog that holds what was put."""

    def __init__(self) -> None:
        super().__init__(SketchIndex(DIM), self)
        self.packed: dict[int, bytes] = {}

    def put(self, ids: Sequence[int], vectors: "Vectors") -> None:
        super().put(ids, vectors)
        self.packed.update(zip(ids, pack(vectors), strict=True))

    def drop(self, ids: Iterable[int]) -> None:
        gone = list(ids)
        super().drop(gone)
        for number in gone:
            self.packed.pop(number, None)

    def vectors(self, ids: Sequence[int]) -> Iterator[tuple[list[int], list[bytes]]]:
        known = [number for number in ids if number in self.packed]
        yield known, [self.packed[number] for number in known]


class TestRescored(VectorIndexContract):
    close = 1e-3  # half precision

    def make(self) -> VectorIndex:
        return Keeping()

    def test_a_vector_that_the_catalog_lost_is_not_found(self) -> None:
        index = Keeping()
        index.put([1, 2], unit_vectors(2))
        del index.packed[1]
        assert [hit.id for hit in index.nearest(unit_vectors(1)[0], 2)] == [2]

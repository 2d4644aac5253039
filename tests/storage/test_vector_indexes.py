"""Both vector indexes keep the contract; HNSW nearly always finds what exact comparison finds."""

import threading

import numpy as np

from asterisk_search.protocols import VectorIndex
from asterisk_search.storage.exact import ExactIndex
from asterisk_search.storage.hnsw import HnswIndex
from tests.conformance.vector_index import DIM, VectorIndexContract, unit_vectors


class TestExactIndex(VectorIndexContract):
    def make(self) -> VectorIndex:
        return ExactIndex(DIM)

    def test_equal_scores_are_ordered_by_id(self) -> None:
        index, vector = self.make(), unit_vectors(1)
        index.put([9, 3, 5], np.repeat(vector, 3, axis=0))
        assert [hit.id for hit in index.nearest(vector[0], 2)] == [3, 5]


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

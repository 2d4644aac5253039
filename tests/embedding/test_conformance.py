from collections.abc import Iterator

import pytest

from asterisk_search.embedding.breaker import Breaker
from asterisk_search.embedding.load import load_embedder
from asterisk_search.protocols import Embedder
from tests.conformance.embedder import EmbedderConformance
from tests.fakes import FakeEmbedder


@pytest.fixture(scope="module")
def bundled() -> Iterator[Embedder]:
    with load_embedder() as embedder:
        yield embedder


class TestOnnxEmbedder(EmbedderConformance):
    @pytest.fixture
    def embedder(self, bundled: Embedder) -> Embedder:
        return bundled


class TestOnnxEmbedderWithThreads(EmbedderConformance):
    @pytest.fixture
    def embedder(self) -> Iterator[Embedder]:
        with load_embedder(threads=3) as embedder:
            yield embedder


class TestBreaker(EmbedderConformance):
    @pytest.fixture
    def embedder(self, bundled: Embedder) -> Embedder:
        return Breaker(bundled)


class TestFakeEmbedder(EmbedderConformance):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return FakeEmbedder()

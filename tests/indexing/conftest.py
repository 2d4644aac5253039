from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalogs import Workbench
from tests.fake_source import FakeSource
from tests.fakes import FakeEmbedder


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    made = Workbench(tmp_path / "catalog.sqlite3", FakeSource(), FakeEmbedder())
    yield made
    made.close()


def source_of(bench: Workbench) -> FakeSource:
    assert isinstance(bench.source, FakeSource)
    return bench.source

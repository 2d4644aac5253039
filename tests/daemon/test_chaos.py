"""Whatever happens to a vault and to its daemon, the catalog ends as an index made anew."""

from pathlib import Path

import pytest

from tests.daemon.chaos import run


@pytest.mark.parametrize("seed", [1, 2])
def test_seconds_of_chaos_end_in_order(tmp_path: Path, seed: int) -> None:
    run(tmp_path, seed, steps=80, pause=0.12)

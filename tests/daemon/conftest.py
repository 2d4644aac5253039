"""A daemon, and a vault for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.daemons import Daemon
from tests.sources.vaults import write

NOTES: dict[str, str | bytes] = {
    "Raft.md": "A candidate wins when a majority of the servers grant their vote.\n",
    "Bread.md": "The dough rests overnight in the refrigerator before it is baked.\n",
    "Garden/Frost.md": "Cover the seedlings when the night will be clear and without wind.\n",
}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return write(tmp_path / "notes", NOTES)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    made = Daemon(tmp_path / "daemon")
    yield made
    made.close()

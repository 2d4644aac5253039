"""A shell to type commands into."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from asterisk_search.cli.main import run


@dataclass(frozen=True)
class Typed:
    """What one command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """Types commands with a data folder of its own."""

    data_dir: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str | Path) -> Typed:
        self.capsys.readouterr()
        code = run(["--data-dir", str(self.data_dir), *map(str, arguments)])
        out, err = self.capsys.readouterr()
        return Typed(code, out, err)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path / "data", capsys)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """Three notes; small enough that the real model embeds them in no time."""
    folder = tmp_path / "home" / "My vault"
    (folder / ".obsidian").mkdir(parents=True)
    (folder / "Cooking").mkdir()
    (folder / "Raft.md").write_text(
        "---\ntags: [consensus]\ndate: 2024-03-02\n---\n# Leader election\n\n"
        "A candidate wins when a majority of the servers grant their vote in the same term, and "
        "then tells the others with heartbeats.\n"
    )
    (folder / "Cooking" / "Sourdough.md").write_text(
        "The dough rests overnight in the refrigerator. Bake it hot, with steam, until the crust "
        "is dark and sings when it cools. #bread\n"
    )
    (folder / "Broken.md").write_bytes(b"\0\1\2\3" * 500)
    return folder

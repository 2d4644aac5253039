"""What a command imports is part of what it costs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.daemon.daemons import Daemon

HEAVY = {"numpy", "onnxruntime", "tokenizers", "hnswlib", "sqlite_utils", "bs4", "markdown_it",
         "frontmatter", "yaml", "tqdm", "torch", "asyncio"}  # fmt: skip


def imported(*arguments: str, data_dir: Path) -> set[str]:
    """The top-level modules that one run of the command line imports."""
    script = (
        "import sys\n"
        "from asterisk_search.cli.main import cli\n"
        "sys.argv[0] = 'asterisk-search'\n"
        "try:\n"
        "    cli(sys.argv[1:])\n"
        "except SystemExit:\n"
        "    pass\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, sep='\\n', file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--data-dir", str(data_dir), *arguments],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["index", "--help"], ["query", "--help"], ["doctor", "--help"]],
    ids=" ".join,
)
def test_help_imports_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    allowed = {"tqdm", "asyncio"} if "index" in arguments else set()
    assert imported(*arguments, data_dir=tmp_path) & HEAVY <= allowed


def test_a_keyword_query_loads_no_model_and_no_numpy(tmp_path: Path) -> None:
    imported("index", "examples/vault", data_dir=tmp_path)
    seen = imported("query", "--mode", "keyword", "raft", data_dir=tmp_path)
    assert not seen & {"numpy", "onnxruntime", "tokenizers", "hnswlib", "sqlite_utils"}


def test_an_index_without_changes_never_starts_the_model(tmp_path: Path) -> None:
    """The session costs the most of all; the second index must not open it."""
    imported("index", "examples/vault", data_dir=tmp_path)
    script = (
        "import asterisk_search.embedding.onnx as onnx\n"
        "def refuse(*_): raise SystemExit('the session was opened')\n"
        "onnx.open_session = refuse\n"
        "from asterisk_search.cli.main import cli\n"
        f"cli(['--data-dir', {str(tmp_path)!r}, 'index'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_query_that_a_daemon_answers_loads_next_to_nothing(tmp_path: Path) -> None:
    """Neither what answers by meaning, nor what reads the catalog or the configuration."""
    daemon = Daemon(tmp_path / "daemon")
    daemon.index(ROOT / "examples" / "vault")
    daemon.start()
    try:
        seen = imported("--config", str(daemon.config), "query", "raft", data_dir=daemon.data)
        status = imported("--config", str(daemon.config), "status", data_dir=daemon.data)
        similar = imported("--config", str(daemon.config), "similar", "raft", data_dir=daemon.data)
    finally:
        daemon.close()
    assert "daemon" in seen, "the footer says who answered"
    assert not (status | similar) & HEAVY
    assert not seen & {*HEAVY, "sqlite3", "watchdog", "uvicorn", "starlette",
                       "dacite", "platformdirs", "tomllib", "shutil"}  # fmt: skip

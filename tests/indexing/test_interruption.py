"""Indexing killed again and again ends with the catalog of an undisturbed run."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from asterisk_search.storage.folder import DataFolder
from tests.benchmarks.corpus import main as generate
from tests.catalogs import contents
from tests.conftest import ROOT

KILLS = 20
NOTES = 150


def index(vault: Path, data_dir: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", "from asterisk_search.cli.main import main; main()",
         "--data-dir", str(data_dir), "index", "--quiet", str(vault)],
        cwd=ROOT, stderr=subprocess.PIPE,
    )  # fmt: skip


def finish(vault: Path, data_dir: Path) -> float:
    started = time.monotonic()
    process = index(vault, data_dir)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    return time.monotonic() - started


def test_twenty_kills_at_random_points_change_nothing(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    generate([str(vault), "--notes", str(NOTES)])
    # Old enough to be settled, so that a repeated run trusts the stamps.
    for path in vault.rglob("*.md"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    whole = finish(vault, tmp_path / "undisturbed")
    chance, killed = random.Random(20), 0
    for _ in range(KILLS):
        process = index(vault, tmp_path / "killed")
        try:
            process.wait(timeout=chance.uniform(0.1, 0.8) * whole)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
    assert killed >= KILLS // 2, "most runs must really have been killed"
    finish(vault, tmp_path / "killed")
    expected = contents(DataFolder(tmp_path / "undisturbed").catalog)
    assert contents(DataFolder(tmp_path / "killed").catalog) == expected
    assert len(expected["documents"]) >= NOTES
    assert not expected["pending"]

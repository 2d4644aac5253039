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
NOTES = 40


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


def rewrite(vault: Path, chance: random.Random) -> None:
    """Change some notes, so that every run has work to be killed in."""
    notes = sorted(vault.rglob("*.md"))
    for path in chance.sample(notes, 25):
        words = path.read_text(encoding="utf-8").split(" ")
        chance.shuffle(words)
        path.write_text(" ".join(words), encoding="utf-8")
    chance.choice(notes).unlink()
    chance.choice(notes[:20]).with_suffix(f".{chance.random()}.md").write_text("A new note.")
    for path in vault.rglob("*.md"):
        os.utime(path, (1_700_000_000, 1_700_000_000))


def test_twenty_kills_at_random_points_change_nothing(tmp_path: Path) -> None:
    vault, data_dir = tmp_path / "vault", tmp_path / "killed"
    generate([str(vault), "--notes", str(NOTES)])
    longest, chance, killed = finish(vault, tmp_path / "measured"), random.Random(20), 0
    for _ in range(3 * KILLS):
        rewrite(vault, chance)
        process = index(vault, data_dir)
        try:
            process.wait(timeout=chance.uniform(0.1, 0.9) * longest)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
        if killed == KILLS:
            break
    assert killed == KILLS
    finish(vault, data_dir)
    finish(vault, tmp_path / "undisturbed")
    expected = contents(DataFolder(tmp_path / "undisturbed").catalog)
    assert contents(DataFolder(data_dir).catalog) == expected
    assert len(expected["documents"]) == len(list(vault.rglob("*.md")))
    assert not expected["pending"]

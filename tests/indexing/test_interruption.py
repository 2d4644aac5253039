"""Indexing killed again and again ends with the catalog of an undisturbed run."""

import os
import random
import resource
import signal
import subprocess
import sys
from pathlib import Path

from asterisk_search.storage.folder import DataFolder
from tests.benchmarks.corpus import main as generate
from tests.catalogs import contents
from tests.conftest import ROOT

KILLS = 20
NOTES = 40


# The system itself ends the process, in the middle of whatever it does, when it has used so many
# seconds of a processor: those are the same however busy the machine is.
PROGRAM = (
    "import signal, sys\n"
    "signal.setitimer(signal.ITIMER_PROF, float(sys.argv.pop(1)))\n"
    "from asterisk_search.cli.main import main\n"
    "main()\n"
)
NEVER = 10_000.0


def index(vault: Path, data_dir: Path, ends_after: float) -> tuple[int, bytes]:
    """The exit code of an `index` that is killed after so many seconds, and what it said."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ends_after),
         "--data-dir", str(data_dir), "index", "--quiet", str(vault)],
        cwd=ROOT, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


def finish(vault: Path, data_dir: Path) -> float:
    """Index to the end; return how many seconds of a processor that took."""
    before = used()
    code, errors = index(vault, data_dir, NEVER)
    assert code == 0, errors
    return used() - before


def used() -> float:
    """Seconds of a processor that ended child processes have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


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
        code, errors = index(vault, data_dir, chance.uniform(0.1, 0.9) * longest)
        assert code in (0, -signal.SIGPROF), errors
        killed += code != 0
        if killed == KILLS:
            break
    assert killed == KILLS
    finish(vault, data_dir)
    finish(vault, tmp_path / "undisturbed")
    expected = contents(DataFolder(tmp_path / "undisturbed").catalog)
    assert contents(DataFolder(data_dir).catalog) == expected
    assert len(expected["documents"]) == len(list(vault.rglob("*.md")))
    assert not expected["pending"]

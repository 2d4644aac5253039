"""What the daemon must reach, on a vault of 10,000 notes.

    python -m pytest -m benchmark tests/benchmarks/test_daemon.py

``BENCHMARK_DAEMON`` names a folder with a ``vault`` and the ``data`` of an index of it (both are
only read: copies are measured); without it ``BENCHMARK_NOTES`` notes (1,000 by default) are
invented and indexed. Results go to ``tests/benchmarks/results/daemon.json``. The daemon has its
default settings, but that it serves no page and does not pause for the load of others.
"""

import hashlib
import json
import os
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import psutil
import pytest

from asterisk_search.answers import Mode
from asterisk_search.storage.reader import SqliteReader
from tests.benchmarks.corpus import main as generate
from tests.benchmarks.test_speed import QUESTIONS, clocked
from tests.conftest import ROOT
from tests.daemon.chaos import WORDS, run
from tests.daemon.daemons import Daemon, eventually, json_of

RESULTS = ROOT / "tests" / "benchmarks" / "results" / "daemon.json"
CONFIG = "[http]\nenabled = false\n[daemon]\nmax_load = 0\n"
EDITS = 40
AT_ONCE = 5_000
PATIENCE_S = 1_500.0

pytestmark = pytest.mark.benchmark


def note(name: str, value: float) -> None:
    """Write one figure down, beside those of other runs."""
    figures = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    figures[name] = round(value, 4)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


class Bench:
    """A copy of the vault with a daemon on a copy of its index."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.vault = folder, folder / "vault"
        self.daemon = Daemon(folder / "daemon")
        self.daemon.config.write_text(CONFIG)
        given = os.environ.get("BENCHMARK_DAEMON")
        if given:
            shutil.copytree(Path(given) / "vault", self.vault)
            shutil.copytree(Path(given) / "data", self.daemon.data)
            with closing(sqlite3.connect(self.catalog)) as catalog:
                catalog.execute("UPDATE sources SET root = ?", [os.fsencode(self.vault)])
                catalog.commit()
        else:
            generate([str(self.vault), "--notes", os.environ.get("BENCHMARK_NOTES", "1000")])
        self.daemon.index(self.vault)
        self.notes = sorted(self.vault.rglob("*.md"))

    @property
    def catalog(self) -> Path:
        return self.daemon.data / "catalog.sqlite3"

    def process(self) -> psutil.Process:
        return psutil.Process(self.daemon.vitals().pid)

    def digests(self, paths: list[Path]) -> dict[bytes, bytes]:
        """What the catalog must say of these files as they are now."""
        return {os.fsencode(path.relative_to(self.vault)): digest(path) for path in paths}

    def up_to_date(self, wanted: dict[bytes, bytes]) -> bool:
        """Whether the catalog holds these digests, and all vectors."""
        with closing(sqlite3.connect(self.catalog)) as catalog:
            stored = dict(catalog.execute("SELECT ref, digest FROM documents"))
        if any(stored.get(ref) != digest for ref, digest in wanted.items()):
            return False
        with closing(SqliteReader(self.catalog)) as reader:
            return reader.totals()[2] == 0


def digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("daemon"))
    note("notes", len(made.notes))
    note("load average of the machine when it began", os.getloadavg()[0])
    made.daemon.start()
    eventually(made.daemon.quiet, PATIENCE_S)
    yield made
    made.daemon.close()


def known_words(bench: Bench) -> list[str]:
    """Questions in words of the vault; the usual ones are in English, which an invented vault does
    not know: each of their words is looked up among all others, for a nearest one."""
    return [" ".join(path.stem.split()[:4]) for path in random.Random(5).sample(bench.notes, 8)]


def import_click() -> None:
    subprocess.run([sys.executable, "-c", "import click"], check=True)


def processor_seconds() -> float:
    """Of all processes that were started from here and have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def latencies(daemon: Daemon, questions: list[str]) -> tuple[list[float], list[float]]:
    """Seconds of questions over the socket, and of the daemon's own part."""
    whole, own = [], []
    for question in questions:
        started = time.perf_counter()
        own.append(daemon.search(question).took_ms / 1000)
        whole.append(time.perf_counter() - started)
    return whole, own


def found_by_meaning(daemon: Daemon, path: str, text: str) -> bool:
    return path in daemon.paths(text, Mode.SEMANTIC)


def test_from_saving_to_finding(bench: Bench) -> None:
    """One edit at a time, until both words and meaning find the new text."""
    chance, times = random.Random(7), []
    for number in range(EDITS):
        path = chance.choice(bench.notes)
        shown = path.relative_to(bench.vault).as_posix()
        text = " ".join(chance.choices(WORDS, k=60))  # long enough for a passage of its own
        with path.open("a", encoding="utf-8") as opened:
            opened.write(f"\n\n## Zq{number}x\n\n{text} zq{number}x\n")
        started = time.perf_counter()
        bench.daemon.finds(shown, f"zq{number}x", Mode.KEYWORD)
        eventually(partial(found_by_meaning, bench.daemon, shown, text))
        times.append(time.perf_counter() - started)
    note("saved to found seconds, median", statistics.median(times))
    note("saved to found seconds, 95th percentile", float(np.percentile(times, 95)))
    note("saved to found seconds, largest", max(times))


def test_a_question_from_the_command_line(bench: Bench) -> None:
    bench.daemon.type("query", QUESTIONS[0])
    walls, spent, own, bare = [], [], [], []
    for question in known_words(bench) * 4:
        before, started = processor_seconds(), time.perf_counter()
        shown = json_of(bench.daemon.type("query", "--json", question))
        walls.append(time.perf_counter() - started)
        spent.append(processor_seconds() - before)
        assert shown["served_by"] == "daemon"
        own.append(shown["took_ms"])
        # In turns, so that whatever else the machine does slows both.
        bare.append(clocked(import_click))
    _, foreign = latencies(bench.daemon, QUESTIONS * 4)
    alone = [
        clocked(lambda: bench.daemon.type("query", "--no-daemon", "--json", QUESTIONS[1]))
        for _ in range(5)
    ]
    note("query by the daemon ms, median", statistics.median(walls) * 1000)
    note("query by the daemon, the command's processor ms, median",
         statistics.median(spent) * 1000)  # fmt: skip
    note("query by the daemon ms, the daemon's part, median", statistics.median(own))
    note("the daemon's part ms, words no note has, median", statistics.median(foreign) * 1000)
    note("python that imports click ms, median", statistics.median(bare) * 1000)
    note("query without the daemon ms, median", statistics.median(alone) * 1000)


def test_doing_nothing(bench: Bench) -> None:
    """Processor time of a quiet minute; memory of the process then."""
    eventually(bench.daemon.quiet, PATIENCE_S)
    process = bench.process()
    before, started = process.cpu_times(), time.monotonic()
    time.sleep(60)
    after = process.cpu_times()
    spent = after.user + after.system - before.user - before.system
    note("idle, per cent of a core", 100 * spent / (time.monotonic() - started))
    note("resident MB, 10,000 notes", process.memory_info().rss / 1e6)


def test_questions_while_it_indexes(bench: Bench) -> None:
    eventually(bench.daemon.quiet, PATIENCE_S)
    quiet, _ = latencies(bench.daemon, known_words(bench) * 12)
    changed = bench.notes[:1000]
    for path in changed:
        with path.open("a", encoding="utf-8") as opened:
            opened.write("\n\nA line that came while questions were asked.\n")
    eventually(lambda: bench.daemon.vitals().standing.phase in ("read", "embed"), PATIENCE_S)
    busy: list[float] = []
    while bench.daemon.vitals().standing.phase and len(busy) < 400:
        busy += latencies(bench.daemon, known_words(bench))[0]
    note("questions asked while it indexes", len(busy))
    for name, times in (("quiet", quiet), ("while it indexes", busy)):
        note(f"socket query ms, {name}, median", statistics.median(times) * 1000)
        note(f"socket query ms, {name}, 95th percentile", float(np.percentile(times, 95)) * 1000)
    eventually(partial(bench.up_to_date, bench.digests(changed)), PATIENCE_S)


def test_many_files_changed_at_once(bench: Bench) -> None:
    """Beside a plain `index` of the same changes, on a second copy of the index.

    Looking whether all are found has a higher priority than finding them: four times a second, for
    what was computed before, so that the one who measures takes little of what is measured.
    """
    eventually(bench.daemon.quiet, PATIENCE_S)
    changed = random.Random(3).sample(bench.notes, min(AT_ONCE, len(bench.notes) // 2))
    plain = Daemon(bench.folder / "plain")
    with closing(sqlite3.connect(bench.catalog)) as catalog:
        plain.data.mkdir()
        catalog.execute("VACUUM INTO ?", [str(plain.data / "catalog.sqlite3")])
    for name in ("vectors.hnsw", "vectors.labels", "vectors.json"):
        if (bench.daemon.data / name).exists():
            shutil.copy(bench.daemon.data / name, plain.data / name)
    for path in changed:
        with path.open("a", encoding="utf-8") as opened:
            opened.write(f"\n\n## Changed\n\nThe note {path.stem} was changed with many others.\n")
    started = time.perf_counter()
    wanted = bench.digests(changed)
    eventually(lambda: bench.up_to_date(wanted), PATIENCE_S, every=0.25)
    ours = time.perf_counter() - started
    eventually(bench.daemon.quiet, PATIENCE_S, every=0.25)
    done = time.perf_counter() - started
    rival = clocked(lambda: plain.type("index", "--quiet"))
    note("files changed at once", len(changed))
    note("seconds until all are found", ours)
    note("seconds until the daemon rests", done)
    note("seconds of a plain index of them", rival)
    note("ratio to the plain index", ours / rival)


def test_memory_with_twice_as_many_notes(bench: Bench) -> None:
    """The catalog is doubled in place: every note and passage again, under another source."""
    bench.daemon.stop()
    double(bench.catalog)
    bench.daemon.start()
    eventually(bench.daemon.quiet, PATIENCE_S)
    asking = [
        threading.Thread(target=latencies, args=(bench.daemon, known_words(bench) * 3))
        for _ in range(4)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    with closing(SqliteReader(bench.catalog)) as reader:
        documents, passages, _ = reader.totals()
    note("resident MB, doubled: notes", documents)
    note("resident MB, doubled: passages", passages)
    note("resident MB, doubled", bench.process().memory_info().rss / 1e6)
    _, own = latencies(bench.daemon, known_words(bench) * 6)
    note("socket query ms, doubled, the daemon's part, median", statistics.median(own) * 1000)


def double(path: Path) -> None:
    """Copy documents, bodies and chunks under new numbers; words and vectors are shared."""
    with closing(sqlite3.connect(path)) as catalog:
        (owner,) = catalog.execute(
            "INSERT INTO sources (name, type, root) VALUES ('again', 'vault', ?) RETURNING id",
            [b"/nowhere"],
        ).fetchone()
        offset = {
            table: catalog.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
            for table in ("documents", "chunks")
        }
        for table, new in (
            ("documents", {"id": f"id + {offset['documents']}", "source_id": str(owner)}),
            ("bodies", {"document_id": f"document_id + {offset['documents']}"}),
            ("chunks", {"id": f"id + {offset['chunks']}",
                        "document_id": f"document_id + {offset['documents']}"}),
        ):  # fmt: skip
            columns = [row[1] for row in catalog.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(new.get(column, column) for column in columns)
            catalog.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}"
            )
        catalog.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
        catalog.commit()


def test_minutes_of_chaos_end_in_order(tmp_path: Path) -> None:
    kills = run(tmp_path, seed=11, steps=1200, pause=0.3)
    note("chaos: changes", 1200)
    note("chaos: daemon kills among them", kills)

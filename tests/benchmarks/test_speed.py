"""Speed and memory of the whole program on a large vault, beside rivals in the same run.

    python -m pytest -m benchmark tests/benchmarks

``BENCHMARK_VAULT`` names a vault (it is only read: a copy is measured); without it one of
``BENCHMARK_NOTES`` notes (1,000 by default) is invented. Results are written to
``tests/benchmarks/results/speed.json``, from which ``docs/benchmarks.md`` is made. Machines are
noisy and differ: the ratios to the rival are what lasts.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from asterisk_search.answers import Query
from asterisk_search.config import Settings
from asterisk_search.embedding.load import load_embedder
from asterisk_search.library import Library
from asterisk_search.storage.exact import ExactIndex
from asterisk_search.storage.hnsw import HnswIndex
from asterisk_search.storage.packing import unpack
from asterisk_search.storage.reader import SqliteReader
from tests.benchmarks.corpus import main as generate
from tests.conftest import ROOT

RESULTS = ROOT / "tests" / "benchmarks" / "results" / "speed.json"
PROGRAM = [sys.executable, "-c", "from asterisk_search.cli.main import main; main()"]
QUESTIONS = [
    "how do I restore a backup",
    "configure permissions for a user",
    "what is the history of the city",
    "side effects of the treatment",
    "raft consensus",
    "recipe with chocolate",
    "install the package on linux",
    "who wrote the book",
]

pytestmark = pytest.mark.benchmark


@dataclass
class Measured:
    """What is written down."""

    figures: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, value: float) -> None:
        self.figures[name] = round(value, 4)
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(asdict(self)["figures"], indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Bench:
    vault: Path
    data_dir: Path

    def run(self, *arguments: str) -> tuple[float, "subprocess.CompletedProcess[str]"]:
        started = time.perf_counter()
        done = subprocess.run(
            [*PROGRAM, "--data-dir", str(self.data_dir), *arguments],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return time.perf_counter() - started, done


@pytest.fixture(scope="module")
def measured() -> Measured:
    return Measured()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, measured: Measured) -> Iterator[Bench]:
    """A vault that has been indexed once, by the program as a whole."""
    folder = tmp_path_factory.mktemp("benchmark")
    vault, given = folder / "vault", os.environ.get("BENCHMARK_VAULT")
    if given:
        shutil.copytree(given, vault)
    else:
        generate([str(vault), "--notes", os.environ.get("BENCHMARK_NOTES", "1000")])
    for path in vault.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    made = Bench(vault, folder / "data")
    _, done = made.run("index", "--json", str(vault))
    report = json.loads(done.stdout)
    measured.note("notes", report["documents"])
    measured.note("passages", report["chunks"])
    measured.note("index seconds", report["seconds"])
    measured.note("index notes per second", report["documents"] / report["seconds"])
    measured.note("index passages per second", report["chunks"] / report["seconds"])
    measured.note("index peak MB", report["peak_bytes"] / 1e6)
    measured.note("index MB on disk", report["index_bytes"] / 1e6)
    yield made


def median(action: Callable[[], float], times: int = 5) -> float:
    return statistics.median(action() for _ in range(times))


def clocked(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def test_a_rescan_without_changes(bench: Bench, measured: Measured) -> None:
    """Beside a walk that only looks at every file's stamp."""
    bench.run("index")
    walk = (
        "import os, sys\n"
        "for folder, _, names in os.walk(sys.argv[1]):\n"
        "    for name in names: os.stat(os.path.join(folder, name))\n"
    )
    ours = median(lambda: bench.run("index", "--quiet")[0])
    rival = median(
        lambda: clocked(
            lambda: subprocess.run([sys.executable, "-c", walk, bench.vault], check=True)
        )
    )
    _, done = bench.run("index", "--json")
    report = json.loads(done.stdout)
    assert report["embedded"] == 0
    assert report["sources"][0]["unchanged"] == report["documents"]
    measured.note("rescan seconds", ours)
    measured.note("rescan, ratio to os.walk with stat", ours / rival)
    measured.note("rescan peak MB", report["peak_bytes"] / 1e6)


def test_a_cold_query(bench: Bench, measured: Measured) -> None:
    """From the start of the process to its last line, beside `grep -ri` for the last word."""
    cold = [bench.run("query", "--json", question)[0] for question in QUESTIONS]
    keyword = [bench.run("query", "--mode", "keyword", question)[0] for question in QUESTIONS]
    grep = [
        clocked(partial(subprocess.run, ["grep", "-rilF", word, bench.vault], capture_output=True))
        for word in (question.split()[-1] for question in QUESTIONS)
    ]
    measured.note("cold query seconds, median", statistics.median(cold))
    measured.note("cold query seconds, largest", max(cold))
    measured.note("cold keyword query seconds, median", statistics.median(keyword))
    measured.note(
        "cold query, ratio to grep -ri", statistics.median(cold) / statistics.median(grep)
    )


def test_a_warm_query(bench: Bench, measured: Measured) -> None:
    """In a process that has the model loaded; the catalog is opened for each query."""
    library = Library(Settings(data_dir=str(bench.data_dir)))
    library.search(Query(QUESTIONS[0]))
    times = [clocked(partial(library.search, Query(question))) for question in QUESTIONS * 3]
    measured.note("warm query ms, median", statistics.median(times) * 1000)
    measured.note("warm query ms, 95th percentile", np.percentile(times, 95) * 1000)
    library.close()


def test_recall_of_the_graph(bench: Bench, measured: Measured) -> None:
    """HNSW at the default setting beside exact comparison, on the vault's own vectors."""
    reader = SqliteReader(bench.data_dir / "catalog.sqlite3")
    ids: list[int] = []
    blobs: list[bytes] = []
    for batch, packed in reader.vectors(reader.vector_ids()):
        ids += batch
        blobs += packed
    reader.close()
    vectors = unpack(blobs)
    embedder = load_embedder(threads=2)
    exact, graph = ExactIndex(embedder.dim), HnswIndex(embedder.dim, threads=2, capacity=len(ids))
    exact.put(ids, vectors)
    built = clocked(lambda: graph.put(ids, vectors))
    stored = vectors[np.random.default_rng(0).choice(len(ids), 200)]
    noisy = stored + np.random.default_rng(1).normal(0, 0.03, stored.shape).astype(np.float32)
    asked = np.concatenate([embedder.embed(QUESTIONS, "query"), noisy])
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    shared = [
        len({h.id for h in exact.nearest(q, 10)} & {h.id for h in graph.nearest(q, 10)}) / 10
        for q in asked
    ]
    slow = median(lambda: clocked(lambda: [exact.nearest(q, 10) for q in asked]))
    fast = median(lambda: clocked(lambda: [graph.nearest(q, 10) for q in asked]))
    measured.note("recall@10 of the graph", statistics.mean(shared))
    measured.note("graph seconds to build", built)
    measured.note("graph search ms", fast / len(asked) * 1000)
    measured.note("graph search, ratio to exact comparison", fast / slow)
    assert statistics.mean(shared) >= 0.97
    embedder.close()

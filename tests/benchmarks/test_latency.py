"""How long a query takes on a large catalog in a warm process, stage by stage.

    BENCHMARK_VAULT=PATH python -m pytest -m benchmark tests/benchmarks/test_latency.py

``BENCHMARK_VAULT`` names a vault of about 100,000 passages (`corpus` writes one: 20,000 notes);
without it a small one is invented, and the figures say little. ``BENCHMARK_CACHE`` keeps the
catalog between runs.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from asterisk_search.answers import Query
from asterisk_search.embedding.onnx import OnnxEmbedder
from asterisk_search.indexing.memory import settle
from asterisk_search.library import Library
from asterisk_search.library.resident import Resident
from asterisk_search.search import answering
from asterisk_search.storage.migrate import migrate
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.storage.rescoring import Rescored
from asterisk_search.storage.sketch import SketchIndex
from tests.benchmarks.corpus import main as generate
from tests.benchmarks.devsets import cache_folder
from tests.benchmarks.scale import scaled_catalog
from tests.conftest import ROOT

pytestmark = pytest.mark.benchmark

RESULTS = ROOT / "tests" / "benchmarks" / "results" / "latency.json"
QUESTIONS = """
    how do I restore a backup
    configure permissions for a user
    what is the history of the city
    side effects of the treatment
    raft consensus
    recipe with chocolate
    install the package on linux
    who wrote the book
    kubernetes ingress timeout
    symptoms of high blood pressure in children
    postgres index only scan
    "machine learning" model training -python
    why is my build so slow
    vitamin deficiency
    train a neural network on images
    employee benefits and parental leave policy
    population of the capital
    roast chicken with lemon and thyme
    css grid layout centre
    git rebase conflict
    what does the constitution say about elections
    open source license compatibility
    consesus algorithm
    docker compose volumes
    time management
    garden tomato watering
    how are earthquakes measured
    tag:wikipedia-sections river
    title:history war
    folder:medquad pain
""".strip().splitlines()
# The question is embedded, and rounded vectors are compared, while the words are looked up.
STAGES: dict[str, tuple[Any, str]] = {
    "spelling and weights of words": (answering, "respelt"),
    "words": (SqliteReader, "keyword"),
    "embedding the question": (OnnxEmbedder, "embed"),
    "nearest vectors": (SketchIndex, "nearest"),
    "exact cosines": (Rescored, "scored"),
    "names": (SqliteReader, "titled"),
    "ranking": (answering, "rank"),
    "folding": (answering, "folded"),
    "snippets": (answering, "present"),
    "notices and counts": (answering, "notices"),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    given = os.environ.get("BENCHMARK_VAULT")
    folder = cache_folder() / "scale" if given else tmp_path_factory.mktemp("scale")
    folder.mkdir(parents=True, exist_ok=True)
    vault = Path(given) if given else folder / "vault"
    if not given:
        shutil.rmtree(vault, ignore_errors=True)
        generate([str(vault), "--notes", "300"])
    settings = scaled_catalog(vault, folder / "data")
    migrate(folder / "data" / "catalog.sqlite3")
    made = Resident(settings)
    yield made
    made.close()


def clocked(spent: dict[str, float], name: str, action: Callable[..., Any]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return action(*arguments, **named)
        finally:
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - started

    return timed


def asked(library: Library, text: str) -> tuple[float, float]:
    """Seconds by the clock and of the processor that one answer takes."""
    started, computed = time.perf_counter(), time.process_time()
    library.search(Query(text.strip()))
    return time.perf_counter() - started, time.process_time() - computed


def test_a_warm_query(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    spent: dict[str, float] = {}
    for name, (owner, attribute) in STAGES.items():
        monkeypatch.setattr(owner, attribute, clocked(spent, name, getattr(owner, attribute)))
    library.search(Query("a first question opens model and vectors"))
    settle()  # as the daemon does when it is warm
    first, _ = zip(*(asked(library, text) for text in QUESTIONS), strict=True)
    rounds: list[float] = []
    computing: list[float] = []
    stages: dict[str, list[float]] = {name: [] for name in STAGES}
    for text in QUESTIONS * 3:
        spent.clear()
        took, computed = asked(library, text)
        rounds.append(took)
        computing.append(computed)
        for name, times in stages.items():
            times.append(spent.get(name, 0.0))
    status = library.status()
    figures: dict[str, float] = {"load average of the machine": round(os.getloadavg()[0], 1)}
    figures |= {"passages": float(status.chunks), "notes": float(status.documents)}
    for share in (50, 95):
        figures[f"query, p{share}, ms"] = round(1000 * float(np.percentile(rounds, share)), 2)
        figures[f"query, p{share}, ms of processor time"] = round(
            1000 * float(np.percentile(computing, share)), 2
        )
    for share in (50, 95):  # no sentence of a result has a vector yet
        figures[f"query asked for the first time, p{share}, ms"] = round(
            1000 * float(np.percentile(first, share)), 2
        )
    for name, times in stages.items():
        for share in (50, 95):
            value = round(1000 * float(np.percentile(times, share)), 2)
            figures[f"{name}, p{share}, ms"] = value
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")

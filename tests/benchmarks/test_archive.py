"""Speed and memory on large archives, beside Markdown of the same text.

    python -m pytest -m benchmark tests/benchmarks/test_archive.py

``BENCHMARK_SNAPSHOTS`` (500) are written for the comparison, ``BENCHMARK_ROWS`` (10,000) for the
rescan. Results go to ``tests/benchmarks/results/archive.json``.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.archives import alike, pages, write_archive
from tests.benchmarks.corpus import main as generate
from tests.conftest import ROOT

RESULTS = ROOT / "tests" / "benchmarks" / "results" / "archive.json"
PROGRAM = [sys.executable, "-c", "from asterisk_search.cli.main import main; main()"]

pytestmark = pytest.mark.benchmark


def note(**figures: float) -> None:
    """Write figures down; underscores stand for spaces."""
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    known |= {name.replace("_", " "): round(value, 4) for name, value in figures.items()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def index(data: Path, *arguments: str) -> dict[str, float]:
    """The report of an update."""
    done = subprocess.run(
        [*PROGRAM, "--data-dir", str(data), "index", "--json", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


def test_pages_are_indexed_about_as_fast_as_notes_of_the_same_text(tmp_path: Path) -> None:
    count = int(os.environ.get("BENCHMARK_SNAPSHOTS", "500"))
    generate([str(tmp_path / "vault"), "--notes", str(count)])
    written = write_archive(tmp_path / "box", pages(tmp_path / "vault"))
    notes = index(tmp_path / "of notes", str(tmp_path / "vault"))
    saved = index(tmp_path / "of pages", str(tmp_path / "box"))
    assert saved["documents"] == written
    notes_rate = notes["chunks"] / notes["seconds"]
    pages_rate = saved["chunks"] / saved["seconds"]
    note(
        snapshots=written,
        passages_of_pages=saved["chunks"],
        passages_of_notes=notes["chunks"],
        pages_per_second=saved["documents"] / saved["seconds"],
        passages_per_second_of_pages=pages_rate,
        passages_per_second_of_notes=notes_rate,
        pages_to_notes_seconds_ratio=saved["seconds"] / notes["seconds"],
        peak_MB_of_pages=saved["peak_bytes"] / 1e6,
        peak_MB_of_notes=notes["peak_bytes"] / 1e6,
    )
    assert saved["peak_bytes"] < 350e6


def test_a_rescan_of_unchanged_snapshots(tmp_path: Path) -> None:
    count = int(os.environ.get("BENCHMARK_ROWS", "10000"))
    write_archive(tmp_path / "box", alike(count))
    first = index(tmp_path / "data", str(tmp_path / "box"))
    times = []
    for _ in range(3):
        started = time.perf_counter()
        again = index(tmp_path / "data")
        times.append(time.perf_counter() - started)
    assert again["documents"] == count
    assert again["embedded"] == 0
    note(
        rows=count,
        first_index_of_rows_seconds=first["seconds"],
        rescan_of_rows_seconds=sorted(times)[1],
        rescan_of_rows_peak_MB=again["peak_bytes"] / 1e6,
    )
    assert again["peak_bytes"] < 350e6
    shutil.rmtree(tmp_path / "box")

"""Fifty queries a second over HTTP for a minute, while a thousand files change.

    python -m pytest -m benchmark tests/benchmarks/test_http.py

``BENCHMARK_DAEMON`` and ``BENCHMARK_NOTES`` as in `test_daemon`. Results go to
``tests/benchmarks/results/http.json``.
"""

import http.client
import json
import os
import threading
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlparse

import numpy as np
import pytest

from tests.benchmarks.test_daemon import Bench
from tests.benchmarks.test_speed import QUESTIONS
from tests.conftest import ROOT
from tests.daemon.daemons import eventually

RESULTS = ROOT / "tests" / "benchmarks" / "results" / "http.json"
CONFIG = "[http]\nport = 0\n[daemon]\nmax_load = 0\n"
CLIENTS, RATE, SECONDS, CHANGED = 8, 50, 60, 1_000

pytestmark = pytest.mark.benchmark


def client(number: int, port: int, until: float, times: list[float], wrong: list[str]) -> None:
    """Ask at this client's share of the rate; a late answer does not excuse the next question."""
    pause, asked = CLIENTS / RATE, number
    due = time.perf_counter() + pause * number / CLIENTS
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        while due < until:
            time.sleep(max(0.0, due - time.perf_counter()))
            question = urlencode({"q": QUESTIONS[asked % len(QUESTIONS)], "limit": 10})
            try:
                connection.request("GET", f"/api/v1/search?{question}")
                response = connection.getresponse()
                body = json.loads(response.read())
                if response.status != 200 or not body["results"]:
                    wrong.append(f"{response.status}: {body}")
            except (OSError, http.client.HTTPException, ValueError) as error:
                wrong.append(repr(error))
                connection.close()
            times.append(time.perf_counter() - due)
            asked, due = asked + 1, due + pause


def change(notes: list[Path], until: float) -> None:
    """Change the notes one after another, over two thirds of the time."""
    pause = (until - time.perf_counter()) * 2 / 3 / len(notes)
    for number, path in enumerate(notes):
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n\nChanged for the measurement, number {number}.\n")
        time.sleep(pause)


def test_fifty_queries_a_second_while_files_change(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.daemon.config.write_text(CONFIG)
    bench.daemon.start()
    try:
        eventually(lambda: bool(bench.daemon.vitals().standing.http), 60)
        port = urlparse(bench.daemon.vitals().standing.http).port
        assert port is not None
        times: list[float] = []
        wrong: list[str] = []
        load = os.getloadavg()[0]
        began = time.perf_counter()
        until = began + SECONDS
        threads = [
            threading.Thread(target=client, args=(number, port, until, times, wrong))
            for number in range(CLIENTS)
        ]
        threads.append(threading.Thread(target=change, args=(bench.notes[:CHANGED], until)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - began
    finally:
        bench.daemon.stop()
    figures = {
        "notes": len(bench.notes),
        "files changed": min(CHANGED, len(bench.notes)),
        "queries a second": len(times) / took,
        "errors": len(wrong),
        "load average of the machine when it began": load,
        "seconds": took,
        "ms from due to answered, median": float(np.percentile(times, 50)) * 1000,
        "ms from due to answered, 95th percentile": float(np.percentile(times, 95)) * 1000,
        "ms from due to answered, 99th percentile": float(np.percentile(times, 99)) * 1000,
    }
    rounded = {name: round(value, 2) for name, value in figures.items()}
    RESULTS.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
    assert not wrong, wrong[:3]
    assert len(times) / took >= RATE * 0.98

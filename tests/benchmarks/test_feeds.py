"""Vectors and SimHash on judged pairs of questions (`FEED_PAIRS=pairs.dev.tsv.xz`), marked."""

import json
import lzma
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from asterisk_search.feeds import Embedder, Encoder, SimHash, calibrate, group_similar
from tests.conftest import ROOT

pytestmark = pytest.mark.benchmark

RESULT = ROOT / "tests" / "benchmarks" / "feeds.json"
NAME = "FEED_PAIRS"
PRECISIONS = (0.8, 0.9)


def judged() -> tuple[list[bool], list[str], list[str]]:
    """Label and the two texts of each pair."""
    path = os.environ.get(NAME)
    if not path:
        pytest.fail(f"{NAME} must name a file of judged pairs: label, text, text, tab between")
    opener = lzma.open if path.endswith(".xz") else open
    with opener(Path(path), "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines][1:]
    return [row[0] == "1" for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def measured(encoder: Encoder, same: Sequence[bool], one: list[str], other: list[str]) -> Any:
    started = time.perf_counter()
    cosines = (encoder.encode(one) * encoder.encode(other)).sum(axis=1)
    seconds = time.perf_counter() - started
    curve = calibrate(cosines.tolist(), same)
    precision, recall = curve.at_threshold(encoder.threshold)
    found: dict[str, Any] = {
        "average_precision": round(curve.average_precision, 4),
        "threshold": round(encoder.threshold, 3),
        "precision_at_threshold": round(precision, 4),
        "recall_at_threshold": round(recall, 4),
        "texts_per_second": round(2 * len(one) / seconds),
    }
    for wanted in PRECISIONS:
        best = curve.at_precision(wanted)
        found[f"recall_at_precision_{wanted}"] = round(best[1], 4) if best else 0.0
        found[f"threshold_at_precision_{wanted}"] = round(best[0], 3) if best else None
    for distance in (4, 12, 16) if encoder.model_id.startswith("simhash") else ():
        precision, recall = curve.at_threshold(1 - distance / 32 - 1e-6)
        found[f"distance_{distance}"] = [round(precision, 4), round(recall, 4)]
    return found


def test_meaning_beats_fingerprints_on_judged_pairs() -> None:
    same, one, other = judged()
    with Embedder(threads=2) as embedder:
        figures = {
            "pairs": len(same),
            "same": sum(same),
            "vectors": measured(embedder, same, one, other),
            "model": embedder.model_id,
            "simhash": measured(SimHash(), same, one, other),
            "grouping_seconds_5000": _grouping(embedder.encode(one[:5000])),
        }
    RESULT.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    assert figures["vectors"]["average_precision"] > figures["simhash"]["average_precision"]


def _grouping(vectors: Any) -> dict[str, float]:
    seconds = {}
    for linkage in ("leader", "complete"):
        started = time.perf_counter()
        group_similar([str(n) for n in range(len(vectors))], vectors, linkage=linkage)
        seconds[linkage] = round(time.perf_counter() - started, 2)
    return seconds

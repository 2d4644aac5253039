"""What the product finds in the retrieval development sets: documents as notes, shipped defaults.

    DEV_SETS=FOLDER python -m pytest -m benchmark tests/benchmarks/test_quality.py

``DEV_SETS`` holds the sets that `devsets` names. Every query goes the whole way of a user's: it is
parsed, looked for by words, by meaning and by both, ranked, grouped by note and folded. The rivals
of both together are the two alone, in the same run.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from asterisk_search.answers import Mode, Query, Result
from tests.benchmarks.devsets import SETS, DevSet, indexed, read_set
from tests.benchmarks.measures import ndcg
from tests.conftest import ROOT

if TYPE_CHECKING:
    from asterisk_search.library import Library

pytestmark = pytest.mark.benchmark

RESULTS = ROOT / "tests" / "benchmarks" / "results" / "quality.json"
K = 10


def test_development_sets_through_the_product() -> None:
    folder = Path(os.environ["DEV_SETS"])
    found = {name: scores(folder / name) for name in SETS}
    means = {
        mode.value: round(float(np.mean([row[mode.value] for row in found.values()])), 4)
        for mode in Mode
    }
    better = max(means[Mode.KEYWORD], means[Mode.SEMANTIC])
    gain = {"hybrid above the better of the two alone, per cent": means[Mode.HYBRID] / better - 1}
    text = json.dumps({"ndcg@10": {**found, "mean": means}, **percent(gain)}, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def percent(shares: dict[str, float]) -> dict[str, float]:
    return {name: round(100 * share, 2) for name, share in shares.items()}


def scores(folder: Path) -> dict[str, float]:
    """nDCG@10 of one set by each mode."""
    library, documents = indexed(folder)
    try:
        return by_mode(library, read_set(folder), documents)
    finally:
        library.close()


def by_mode(library: "Library", asked: DevSet, documents: dict[str, str]) -> dict[str, float]:
    """Mean nDCG@10 of some questions, by each mode."""
    return {
        mode.value: round(
            float(np.mean([quality(library, asked, documents, q, mode) for q in asked.queries])), 4
        )
        for mode in Mode
    }


def grade(result: Result, grades: dict[str, int], documents: dict[str, str]) -> float:
    """How good a result is; it stands for what says the same and is folded into it."""
    same = (result.passage, *result.duplicates)
    return float(max(grades.get(documents[passage.path], 0) for passage in same))


def quality(
    library: "Library", queries: DevSet, documents: dict[str, str], query: str, mode: Mode
) -> float:
    """nDCG@10 of one query; a query that finds nothing is worth nothing."""
    answer = library.search(Query(queries.queries[query], mode=mode, limit=K))
    grades = queries.grades[query]
    ranked = [grade(result, grades, documents) for result in answer.results]
    return ndcg(ranked, list(map(float, grades.values())), K)

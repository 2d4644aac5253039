"""What the product finds where question and answer share hardly a word.

    DEV_SETS=FOLDER DEFINITIONS=FILE python -m pytest -m benchmark tests/benchmarks/test_unsaid.py

``DEV_SETS`` holds the sets that `devsets` names; ``DEFINITIONS`` is a file of pairs (word,
definition), asked of the golden encyclopedia. See `unsaid` for how the questions are made.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks.devsets import SETS, DevSet, indexed, read_corpus, read_set
from tests.benchmarks.test_quality import by_mode
from tests.benchmarks.unsaid import definitions, without_said
from tests.conftest import ROOT
from tests.golden import test_collections as golden

if TYPE_CHECKING:
    from asterisk_search.library import Library

pytestmark = pytest.mark.benchmark

RESULTS = ROOT / "tests" / "benchmarks" / "results" / "unsaid.json"


def test_questions_in_other_words(tmp_path: Path) -> None:
    folder = Path(os.environ["DEV_SETS"])
    found = {name: of_set(folder / name) for name in SETS}
    articles = golden.notes("encyclopedia")
    library = golden.library("encyclopedia", tmp_path, 1)
    try:
        asked = definitions(Path(os.environ["DEFINITIONS"]), articles)
        found[asked.name] = scores(library, asked, {path: path for path in articles})
    finally:
        library.close()
    text = json.dumps({"ndcg@10, words of the answer left out": found}, indent=1)
    RESULTS.write_text(text + "\n", encoding="utf-8")


def of_set(folder: Path) -> dict[str, float]:
    library, documents = indexed(folder)
    try:
        return scores(library, without_said(read_set(folder), read_corpus(folder)), documents)
    finally:
        library.close()


def scores(library: "Library", asked: DevSet, documents: dict[str, str]) -> dict[str, float]:
    """nDCG@10 by mode, and how many questions there are."""
    return {"questions": len(asked.queries), **by_mode(library, asked, documents)}

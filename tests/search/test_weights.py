"""What ranking uses is what was learnt, and what is told of it."""

import json

from tests.benchmarks.report import report
from tests.benchmarks.tuning import MODULE, RESULTS, rewritten
from tests.conftest import ROOT


def test_the_weights_are_those_that_were_learnt() -> None:
    source = MODULE.read_text("utf-8")
    assert rewritten(RESULTS, source) == source


def test_the_published_figures_are_the_measured_ones() -> None:
    assert (ROOT / "docs" / "benchmarks.md").read_text("utf-8") == report()


def test_both_together_are_better_than_either_on_every_development_set() -> None:
    for name, by_mode in json.loads(RESULTS.read_text("utf-8"))["ndcg@10"].items():
        assert by_mode["hybrid"] > max(by_mode["keyword"], by_mode["semantic"]), name

"""What ranking uses is what was learnt, and what is told of it."""

import json

from tests.benchmarks.report import report
from tests.benchmarks.tuning import MODULE, RESULTS, rewritten
from tests.conftest import ROOT

QUALITY = RESULTS.with_name("quality.json")


def test_the_weights_are_those_that_were_learnt() -> None:
    source = MODULE.read_text("utf-8")
    assert rewritten(RESULTS, source) == source


def test_the_published_figures_are_the_measured_ones() -> None:
    assert (ROOT / "docs" / "benchmarks.md").read_text("utf-8") == report()


def test_so_they_are_through_the_whole_product_and_by_a_twentieth_in_the_mean() -> None:
    figures = json.loads(QUALITY.read_text("utf-8"))
    for name, by_mode in figures["ndcg@10"].items():
        assert by_mode["hybrid"] > max(by_mode["keyword"], by_mode["semantic"]), name
    assert figures["hybrid above the better of the two alone, per cent"] >= 5


def test_both_together_are_better_than_either_on_every_development_set() -> None:
    for name, by_mode in json.loads(RESULTS.read_text("utf-8"))["ndcg@10"].items():
        assert by_mode["hybrid"] > max(by_mode["keyword"], by_mode["semantic"]), name

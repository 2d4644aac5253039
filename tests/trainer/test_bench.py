"""The benchmark runs and says everything it should; no time is asserted."""

import json
from pathlib import Path

import pytest

from asterisk_search.embedding.load import BUNDLED
from tests.trainer import tiny
from trainer import bench, export, floats, graph, profile


def test_it_times_every_case_and_every_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "TEXTS", {"12 tokens": (bench.QUERY,), "two": (bench.QUERY,) * 2})
    monkeypatch.setattr(profile, "RUNS", 2)
    bench.bench([BUNDLED], tmp_path / "bench.json", rounds=1)
    model = json.loads((tmp_path / "bench.json").read_text())["models"]["bundled"]
    cases = {"tokenise 12 tokens", "12 tokens, alone, 1", "two, alone, 2", "two, batch, 2"}
    assert cases <= set(model["milliseconds"])
    assert set(model["parts"]["200 tokens"]) == {"layers", "pooling", "normalising"}
    assert model["megabytes"]["file"] < 20


def test_a_run_is_split_after_its_last_norm() -> None:
    run = [
        ("MatMul", 3.0),
        ("SkipLayerNormalization", 1.0),
        ("Div", 0.5),
        ("LpNormalization", 0.25),
    ]
    assert profile.split(run) == (4.0, 0.5, 0.25)


def test_the_loop_over_the_texts_is_not_counted_beside_what_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile, "RUNS", 2)
    weights = export.numpy_weights(tiny.network())
    model = graph.build(weights, tiny.SHAPE.head, floats.Floats()).SerializeToString()
    found = [name for name, _ in profile.profiled(model, [1, 2, 3], tmp_path)]
    assert found[: len(found) // 2] == found[len(found) // 2 :]
    assert profile.LOOP not in found
    assert found[-1] == "LpNormalization"

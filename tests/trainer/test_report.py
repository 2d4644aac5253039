"""The documents say what the results say, and those that are committed are up to date."""

import json
from pathlib import Path

import pytest

from asterisk_search.embedding import bundle
from asterisk_search.embedding.load import BUNDLED
from trainer import figures, findings, report, tables
from trainer.errors import TrainerError

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "trainer" / "results"


@pytest.mark.parametrize("name", ["evaluation.md", "model-card.md"])
def test_the_committed_documents_are_what_the_results_give(name: str) -> None:
    made = (
        report.evaluation(RESULTS)
        if name == "evaluation.md"
        else report.card(RESULTS, bundle.load(BUNDLED))
    )
    assert made == (ROOT / "docs" / name).read_text("utf-8")


def test_the_committed_scores_are_of_the_bundled_model() -> None:
    released = bundle.load(BUNDLED).fingerprint
    measured = json.loads((RESULTS / "dev-int8.json").read_text("utf-8"))
    assert measured["fingerprint"] == released


def test_a_table_of_scores_says_what_is_kept_of_the_teacher() -> None:
    stages = {
        "teacher": {"stsb/dev": {"spearman": 0.8}},
        "float": {},
        "int8": {"stsb/dev": {"spearman": 0.7}, "npl": {"bm25 ndcg@10": 0.4}},
    }
    found = tables.scores(stages)
    assert "| stsb/dev | spearman | 0.8000 | — | 0.7000 | 87.5% |" in found
    assert "bm25" not in found


def test_the_best_search_stands_out() -> None:
    assert tables.bold([0.5, None, 0.75]) == ["0.5000", "—", "**0.7500**"]


@pytest.mark.parametrize(
    ("ours", "goal", "verdict"),
    [
        (0.85, 0.85, "yes"),
        (0.84, 0.85, "**no**"),
        (149.0, -150.0, "yes"),
        (151.0, -150.0, "**no**"),
    ],
)
def test_a_goal_is_a_floor_or_a_ceiling(ours: float, goal: float, verdict: str) -> None:
    assert tables.verdict(ours, goal) == verdict


def test_times_are_beside_the_teachers() -> None:
    slow, fast = {"milliseconds": {"x": 24.0}}, {"milliseconds": {"x": 6.0}}
    assert "6.00 (× 4.0)" in tables.speed({"teacher": slow, "int8": fast})


def test_a_log_becomes_a_curve_and_a_picture(tmp_path: Path) -> None:
    lines = [
        {"time": 3, "step": 50, "cosine": 0.2},  # and interrupted before the next checkpoint
        {"time": 5, "step": 50, "cosine": 0.2},
        {"time": 6, "step": 50, "dev": {"stsb/dev": 0.8}},
    ]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, lines)))
    findings.keep_curve([tmp_path / "log.jsonl"], tmp_path / "curve.json")
    for stage in ("teacher", "int8"):
        scores = {"scores": {"npl": {"ndcg@10": 0.4, "bm25 ndcg@10": 0.3}}}
        (tmp_path / f"dev-{stage}.json").write_text(json.dumps(scores))
    assert findings.read(tmp_path / "curve.json")["points"] == [
        {"step": 50, "cosine": 0.2},
        {"step": 50, "dev": {"stsb/dev": 0.8}},
    ]
    figures.figures(tmp_path, tmp_path / "docs")
    for name in ("learning", "retrieval"):
        picture = (tmp_path / "docs" / "figures" / f"{name}.png").read_bytes()
        assert picture.startswith(b"\x89PNG")


def test_stages_follow_one_another(tmp_path: Path) -> None:
    logs = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for log in logs:
        log.write_text('{"step": 50, "cosine": 0.2}\n{"step": 80, "dev": {"npl": 0.4}}\n')
    findings.keep_curve(logs, tmp_path / "curve.json")
    steps = [one["step"] for one in findings.read(tmp_path / "curve.json")["points"]]
    assert steps == [50, 80, 130, 160]


def test_a_missing_result_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="dev-teacher"):
        report.report(tmp_path, tmp_path)


def test_a_missing_log_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match=r"no log at .*log\.jsonl"):
        findings.keep_curve([tmp_path / "log.jsonl"], tmp_path / "curve.json")

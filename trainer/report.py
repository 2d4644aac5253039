"""The figures as documents: ``docs/evaluation.md`` and ``docs/model-card.md``.

Run: ``python -m trainer report --results trainer/results --docs docs``

Every number comes from the JSON files that `evaluate` and `bench` wrote and from the manifest of
the prepared data; the words around them from ``trainer/card.md`` and from here.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from asterisk_search.embedding import bundle
from asterisk_search.embedding.load import BUNDLED
from trainer import atomic
from trainer.errors import TrainerError

CARD = Path(__file__).parent / "card.md"
HEADING = "<!-- Written by `python -m trainer report`; edit the results or trainer/card.md. -->\n\n"
STAGES = ("teacher", "float", "int8")
ABOUT = {
    "teacher": "the teacher, float32, 384 numbers a vector",
    "float": "the student, float32, 256 numbers a vector",
    "int8": "the student as bundled, eight bits",
}
Scores = Mapping[str, Mapping[str, float]]


def report(results: Path, docs: Path) -> None:
    """Write both documents.

    Raises:
        TrainerError: a result is missing or malformed.
    """
    atomic.write_bytes(docs / "evaluation.md", evaluation(results).encode())
    atomic.write_bytes(docs / "model-card.md", card(results).encode())


def read(path: Path) -> Any:  # noqa: ANN401  # JSON has any type
    """A result."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TrainerError(f"no result at {path}: {error}") from error


def evaluation(results: Path) -> str:
    """Tables of quality, speed and memory."""
    dev = {stage: read(results / f"dev-{stage}.json")["scores"] for stage in STAGES}
    test = {stage: read(results / f"test-{stage}.json")["scores"] for stage in ("teacher", "int8")}
    parts = [
        "# Evaluation\n",
        "Similarity: Spearman and Pearson correlation of the cosine with people's scores. "
        "Retrieval: nDCG@10 and recall@100 of an exact search by cosine, every query against every "
        "passage. Duplicates: average precision of the cosine. Texts are cut at 256 tokens. "
        "Which figures are of what: "
        + "; ".join(f"**{k}**: {v}" for k, v in ABOUT.items())
        + ".\n",
        "## Development sets\n",
        "Recipes and checkpoints were chosen with these. A dash: not measured.\n",
        scores_table(dev),
        "## Test sets\n",
        "Read once, for the released model.\n",
        scores_table(test),
        "## Speed and memory\n",
        "One thread, one text at a time, fastest of several rounds in turns with the others; "
        "memory is the resident set of a process that embeds a hundred passages.\n",
        bench_table(read(results / "bench.json")["models"]),
    ]
    return HEADING + "\n".join(parts)


def scores_table(stages: Mapping[str, Scores]) -> str:
    """A row for each set and metric, a column for each stage, and what int8 keeps.

    The last stage has every row; a stage that was not measured on a set shows a dash.
    """
    names = list(stages)
    rows = [["set", "metric", *names, f"{names[-1]} / {names[0]}"]]
    for task, metrics in stages[names[-1]].items():
        for metric, last in metrics.items():
            values = [stages[name].get(task, {}).get(metric) for name in names]
            share = f"{last / values[0]:.1%}" if values[0] else "—"
            rows.append([task, metric, *("—" if v is None else f"{v:.4f}" for v in values), share])
    return table(rows)


def bench_table(models: Mapping[str, Any]) -> str:
    """A row for each model; times in milliseconds, and how many times the teacher's speed."""
    sizes = list(models["teacher"]["milliseconds"])
    rows = [["model", *(f"{size}, ms (× teacher)" for size in sizes), "file, MB", "resident, MB"]]
    for name, model in models.items():
        times = [timed(model, models["teacher"], size) for size in sizes]
        rows.append([name, *times, *(str(model["megabytes"][key]) for key in ("file", "resident"))])
    return table(rows)


def timed(model: Mapping[str, Any], teacher: Mapping[str, Any], size: str) -> str:
    """A time and its ratio."""
    mine, theirs = model["milliseconds"][size], teacher["milliseconds"][size]
    return f"{mine} (× {theirs / mine:.1f})"


def card(results: Path) -> str:
    """The model card: prose with the figures filled in."""
    data = read(results / "data.json")
    dev = read(results / "dev-int8.json")["scores"]
    bench = read(results / "bench.json")["models"]["int8"]
    training = bundle.load(BUNDLED).manifest.training
    facts = {
        "recipe": training.recipe,
        "steps": str(training.steps),
        "texts": f"{data['texts']:,}",
        "pairs": f"{data['pairs']:,}",
        "tokens": f"{data['tokens'] / 1e6:.1f} million",
        "sources": sources_table(data["sources"]),
        "leaked": str(sum(source["leaked"] for source in data["sources"])),
        "stsb": f"{dev['stsb/dev']['spearman']:.3f}",
        "size": f"{bench['megabytes']['file']:.0f}",
        "memory": f"{bench['megabytes']['resident']:.0f}",
    }
    return HEADING + Template(CARD.read_text("utf-8")).substitute(facts)


def sources_table(sources: Sequence[Mapping[str, Any]]) -> str:
    """What was trained on, with the terms."""
    rows = [["source", "rows", "origin", "licence as stated"]]
    for one in sources:
        name = re.sub(r"\.(jsonl|txt)\.xz$", "", one["file"])
        rows.append([name, str(one["kept"]), one["origin"], one["licence"]])
    return table(rows)


def table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first row is its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"

"""Make the table of docs/feeds.md: ``python -m tests.benchmarks.feeds_report``."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "tests" / "benchmarks" / "feeds.json"
DOCUMENT = ROOT / "docs" / "feeds.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"


def table() -> str:
    """The figures as Markdown."""
    figures = json.loads(RESULT.read_text(encoding="utf-8"))
    ours, theirs = figures["vectors"], figures["simhash"]
    rows = [
        f"{figures['pairs']:,} pairs of questions, {figures['same']:,} of them judged the same; "
        f"model {figures['model']}.",
        "",
        "| | vectors | SimHash |",
        "|---|---:|---:|",
        _row("average precision", ours, theirs, "average_precision"),
        _row("recall at 90% precision", ours, theirs, "recall_at_precision_0.9"),
        _row("recall at 80% precision", ours, theirs, "recall_at_precision_0.8"),
        _row("cosine at 90% precision", ours, theirs, "threshold_at_precision_0.9"),
        _row("cosine at 80% precision", ours, theirs, "threshold_at_precision_0.8"),
        _row("default threshold", ours, theirs, "threshold"),
        _row("precision there", ours, theirs, "precision_at_threshold"),
        _row("recall there", ours, theirs, "recall_at_threshold"),
        "",
        "SimHash by the number of bits that may differ (precision, recall): "
        + "; ".join(f"{n}: {_pair(theirs[f'distance_{n}'])}" for n in (4, 12, 16))
        + ".",
        "",
        f"Grouping 5,000 items: {figures['grouping_seconds_5000']['leader']} s by leader, "
        f"{figures['grouping_seconds_5000']['complete']} s complete.",
        "",
    ]
    return "\n".join(rows)


def _row(name: str, ours: dict[str, Any], theirs: dict[str, Any], key: str) -> str:
    shown = [
        "none reaches it" if side[key] is None else f"{side[key]:.3f}" for side in (ours, theirs)
    ]
    return f"| {name} | {shown[0]} | {shown[1]} |"


def _pair(values: list[float]) -> str:
    return f"{values[0]:.2f}, {values[1]:.2f}"


def with_table(text: str) -> str:
    """The document with its table replaced."""
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")

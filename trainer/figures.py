"""The figures as pictures: the learning curve, and the models beside each other.

Run: ``python -m trainer figures --results trainer/results --docs docs``
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from trainer import atomic, tables, tasks
from trainer.findings import read

DPI = 80
SERIES = ("BM25", "teacher", "int8", "BM25 + int8")


def figures(results: Path, docs: Path) -> None:
    """Write ``learning.png`` and ``retrieval.png`` to the folder ``figures`` of the documents.

    Raises:
        TrainerError: a result is missing or malformed.
    """
    mpl.rcParams["svg.hashsalt"] = "asterisk-search"
    learning = curve(read(results / "curve.json")["points"])
    bars = retrieval(
        *(read(results / f"dev-{stage}.json")["scores"] for stage in ("teacher", "int8"))
    )
    for name, figure in (("learning", learning), ("retrieval", bars)):
        path = docs / "figures" / f"{name}.png"
        atomic.write(
            path,
            lambda file, made=figure: made.savefig(  # type: ignore[misc]
                file, format="png", dpi=DPI, metadata={"Software": None}
            ),
        )


def curve(points: Sequence[Mapping[str, Any]]) -> Figure:
    """Losses above, development scores below, against steps."""
    figure = Figure(figsize=(7, 6), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True)
    for name in ("cosine", "similarity", "contrast", "scores", "tokens"):
        known = [(one["step"], one[name]) for one in points if name in one]
        if known:
            upper.plot(*zip(*known, strict=True), label=name, marker=".")
    upper.set_yscale("log")
    upper.set_ylabel("loss")
    upper.legend(fontsize="small", ncols=4)
    looked = [one for one in points if "dev" in one]
    for name in looked[0]["dev"] if looked else ():
        lower.plot(
            [one["step"] for one in looked],
            [one["dev"][name] for one in looked],
            label=name,
            marker=".",
        )
    lower.set_ylabel("development score")
    lower.set_xlabel("step")
    if looked:
        lower.legend(fontsize="small", ncols=3)
    return figure


def retrieval(teacher: tables.Scores, ours: tables.Scores) -> Figure:
    """nDCG@10 on each set as groups of bars."""
    figure = Figure(figsize=(8, 3.5), layout="constrained")
    axes = figure.subplots()
    for place, name in enumerate(SERIES):
        values = [[*tables.row(teacher, ours, task)][place] or 0.0 for task in tasks.RETRIEVAL]
        spots = [at + (place - 1.5) * 0.2 for at in range(len(values))]
        axes.bar(spots, values, width=0.19, label=name)
    axes.set_xticks(range(len(tasks.RETRIEVAL)), tasks.RETRIEVAL, fontsize="small")
    axes.set_ylabel("nDCG@10")
    axes.legend(fontsize="small", ncols=4, loc="upper left")
    axes.set_ylim(0, 1.15)
    return figure

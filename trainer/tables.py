"""The tables of docs/evaluation.md. Pure functions of the results; `report` joins them.

Not run by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trainer import tasks

Scores = Mapping[str, Mapping[str, float]]
NONE = "—"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first row is its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"


def shown(value: float | None) -> str:
    """Four digits, or a dash for what was not measured."""
    return NONE if value is None else f"{value:.4f}"


def share(mine: float | None, theirs: float | None) -> str:
    """One number as a percentage of another, or a dash."""
    return f"{mine / theirs:.1%}" if mine and theirs else NONE


def scores(stages: Mapping[str, Scores]) -> str:
    """A row for each set and metric, a column for each stage, and what the last keeps of the first.

    Only what a model by itself reaches: `beside` has what BM25 adds.
    """
    names = list(stages)
    first, last = stages[names[0]], stages[names[-1]]
    rows = [["set", "metric", *names, f"{names[-1]} / {names[0]}"]]
    for task, metrics in sorted(last.items()):
        for metric in sorted(name for name in metrics if " " not in name):
            values = [stages[name].get(task, {}).get(metric) for name in names]
            kept = share(last[task][metric], first.get(task, {}).get(metric))
            rows.append([task, metric, *map(shown, values), kept])
    return table(rows)


def beside(teacher: Scores, ours: Scores) -> str:
    """Retrieval by words, by either model, and by words and ours together; the best in bold."""
    heads = ["set", "BM25", "teacher", "int8", "BM25 + int8", "int8 / teacher"]
    found = [[*row(teacher, ours, name)] for name in tasks.RETRIEVAL]
    means = [mean(column) for column in zip(*found, strict=True)]
    body = [
        [name, *bold(values), share(values[2], values[1])]
        for name, values in zip((*tasks.RETRIEVAL, "mean"), (*found, means), strict=True)
    ]
    return table([heads, *body])


def row(teacher: Scores, ours: Scores, name: str) -> Iterable[float | None]:
    """nDCG@10 of BM25, the teacher, ours, and ours with BM25 on one set."""
    mine = ours.get(name, {})
    yield mine.get("bm25 ndcg@10")
    yield teacher.get(name, {}).get("ndcg@10")
    yield mine.get("ndcg@10")
    yield mine.get("hybrid ndcg@10")


def mean(values: Sequence[float | None]) -> float | None:
    """The mean, if every value is there."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if len(known) == len(values) else None


def bold(values: Sequence[float | None]) -> list[str]:
    """The values as text, the largest in bold."""
    best = max((value for value in values if value is not None), default=None)
    return [f"**{shown(v)}**" if v is not None and v == best else shown(v) for v in values]


def goals(rows: Sequence[tuple[str, float | None, float | None, float]]) -> str:
    """What was to be reached: name, the teacher's figure, ours, and the goal.

    A negative goal is a ceiling: ours may be at most that much.
    """
    body = [
        [name, number(theirs), number(ours), goal_text(goal), verdict(ours, goal)]
        for name, theirs, ours, goal in rows
    ]
    return table([["", "teacher", "int8", "goal", "reached"], *body])


def number(value: float | None) -> str:
    """A figure of any size."""
    return NONE if value is None else f"{value:.4g}"


def goal_text(goal: float) -> str:
    """The goal in words."""
    return f"at least {goal:g}" if goal >= 0 else f"at most {-goal:g}"


def verdict(ours: float | None, goal: float) -> str:
    """Whether it was reached."""
    if ours is None:
        return NONE
    reached = ours >= goal if goal >= 0 else ours <= -goal
    return "yes" if reached else "**no**"


def speed(models: Mapping[str, Any]) -> str:
    """A row for each thing that was timed; milliseconds, and how many times the teacher's speed."""
    names = list(models)
    theirs = models["teacher"]
    rows = [
        [case, *(timed(models[name], theirs, case) for name in names)]
        for case in theirs["milliseconds"]
    ]
    return table([["milliseconds", *names], *rows])


def timed(model: Mapping[str, Any], teacher: Mapping[str, Any], case: str) -> str:
    """A time and its ratio."""
    mine, theirs = model["milliseconds"][case], teacher["milliseconds"][case]
    return f"{mine:.2f} (× {theirs / mine:.1f})"


def parts(models: Mapping[str, Any]) -> str:
    """Where the time of one text goes."""
    heads = ["model", "text", "tokenising", "layers", "pooling", "normalising"]
    rows = [heads]
    for name, model in models.items():
        for text, split in model["parts"].items():
            tokenising = model["milliseconds"][f"tokenise {text}"]
            rows.append([name, text, f"{tokenising:.3f}", *(f"{ms:.3f}" for ms in split.values())])
    return table(rows)


def sizes(models: Mapping[str, Any]) -> str:
    """Megabytes on disk and in memory."""
    rows = [["model", "file, MB", "resident, MB"]]
    for name, model in models.items():
        megabytes = model["megabytes"]
        rows.append([name, str(megabytes["file"]), str(megabytes["resident"])])
    return table(rows)

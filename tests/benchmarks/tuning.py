"""Learn what evidence weighs from retrieval development sets.

    DEV_SETS=FOLDER python -m tests.benchmarks.tuning

``FOLDER`` holds the sets that `devsets` names. One run, of a few minutes when the sets have been
indexed before, writes ``results/ranking.json`` (what was learnt, and what it is worth),
``asterisk_search/search/weights.py`` and ``docs/benchmarks.md``. Run it again whenever the bundled
model, chunking or a piece of evidence changes.

The direction of the weights is learnt list by list: the softmax of the scores of a query's
candidates should put its mass on what is relevant (ListNet, Cao et al. 2007, its top-one form),
each set weighing the same. Their size, and the bias, are learnt afterwards by a regression on
the documents that would be shown (Platt scaling, Platt 1999), to which queries asked of another
set's documents are added: nothing answers those, and their scores must say so.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from asterisk_search.answers import Mode
from asterisk_search.library import Library
from asterisk_search.search import weights as current
from asterisk_search.search.weights import Weights
from tests.benchmarks.candidates import FEATURES, Asked, candidates
from tests.benchmarks.devsets import SETS, DevSet, indexed, read_set
from tests.benchmarks.measures import ndcg
from tests.benchmarks.report import report
from tests.conftest import ROOT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RESULTS: Final = ROOT / "tests" / "benchmarks" / "results" / "ranking.json"
MODULE: Final = ROOT / "asterisk_search" / "search" / "weights.py"
USED: Final = {
    Mode.HYBRID: ("keyword", "meaning", "coverage", "nearness"),
    Mode.KEYWORD: ("keyword",),
    Mode.SEMANTIC: ("meaning",),
}
SHOWN: Final = 10
STRANGERS: Final = 60
"""Queries of each other set that are asked of a set's documents."""
RIDGE: Final = 2e-4


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was asked of one set: its own queries, and those of others."""

    name: str
    asked: list[Asked]
    strangers: list[Asked]


def main() -> None:
    """Learn, measure, write."""
    folder = Path(os.environ["DEV_SETS"])
    sets = {name: read_set(folder / name) for name in SETS}
    gathered = [_gather(folder / name, sets) for name in SETS]
    learnt = {mode: _learn(gathered, mode) for mode in Mode}
    measured = {item.name: _measured(item, learnt) for item in gathered}
    without = {name: _left_out(gathered, name) for name in SETS}
    levels = _levels(gathered, learnt)
    RESULTS.write_text(
        json.dumps(
            {
                "weights": {mode.value: _rounded(learnt[mode]) for mode in Mode},
                "levels": levels,
                "ndcg@10": measured,
                "ndcg@10 hybrid, learnt without the set": without,
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    write_module(RESULTS, MODULE)
    (ROOT / "docs" / "benchmarks.md").write_text(report(), encoding="utf-8")
    for name, row in measured.items():
        print(name, row, without[name])  # noqa: T201 - a command's output
    print(levels)  # noqa: T201 - the same


def _gather(folder: Path, sets: dict[str, DevSet]) -> Evidence:
    library, documents = indexed(folder)
    try:
        return Evidence(
            folder.name,
            _asked(library, sets[folder.name], documents, None),
            [
                asked
                for name, other in sets.items()
                if name != folder.name
                for asked in _asked(library, other, {}, STRANGERS)
            ],
        )
    finally:
        library.close()


def _asked(
    library: Library, queries: DevSet, documents: dict[str, str], most: int | None
) -> list[Asked]:
    chosen = list(queries.queries.items())[:: 1 if most is None else 6][:most]
    return [
        candidates(library, text, queries.grades[query] if documents else {}, documents)
        for query, text in chosen
    ]


def _learn(gathered: Sequence[Evidence], mode: Mode) -> Weights:
    used = [FEATURES.index(name) for name in USED[mode]]
    unseen = float(np.mean([a.typical for e in gathered for a in e.asked if a.typical is not None]))
    direction = _direction(gathered, used) if len(used) > 1 else np.ones(1)
    full = np.zeros(len(FEATURES))
    full[used] = direction
    size, bias = _scaled(gathered, full, mode)
    values = dict(zip(FEATURES, (full * size).tolist(), strict=True))
    return Weights(bias=bias, unseen=unseen, **values)


def _direction(gathered: Sequence[Evidence], used: list[int]) -> "Array":
    """Newton's method on the listwise loss, which is convex."""
    lists = [
        (asked.features[:, used], asked.grades / asked.grades.sum(), 1 / len(item.asked))
        for item in gathered
        for asked in item.asked
        if asked.grades.any()
    ]
    whole = sum(share for _, _, share in lists)
    weights = np.zeros(len(used))
    for _ in range(30):
        slope = RIDGE * weights
        curve = RIDGE * np.eye(len(used))
        for features, wanted, share in lists:
            odds = features @ weights
            chance = np.exp(odds - odds.max())
            chance /= chance.sum()
            mean = chance @ features
            slope = slope - share / whole * (wanted @ features - mean)
            centred = features - mean
            curve = curve + share / whole * (centred.T * chance) @ centred
        step = np.linalg.solve(curve, slope)
        weights = weights - step * min(1.0, 5 / np.abs(step).max())
        if np.abs(step).max() < 1e-4:
            break
    return np.maximum(weights, 0.0)


def _scaled(gathered: Sequence[Evidence], full: "Array", mode: Mode) -> tuple[float, float]:
    """Factor and bias that make probabilities of scores."""
    values, relevant, shares = [], [], []
    for item in gathered:
        for asked_all, part in ((item.asked, 0.5), (item.strangers, 0.5)):
            for asked in asked_all:
                top, graded = asked.shown(full, mode, SHOWN)
                values += top
                relevant += [grade > 0 for grade in graded]
                shares += [part / len(asked_all)] * len(top)
    design = np.stack([np.array(values), np.ones(len(values))], axis=1)
    labels, share = np.array(relevant, dtype=float), np.array(shares)
    found = np.zeros(2)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (share * (labels - chance))
        curve = (design.T * (share * chance * (1 - chance))) @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        found = found + step
        if np.abs(step).max() < 1e-7:
            break
    return float(found[0]), float(found[1])


def _measured(item: Evidence, learnt: dict[Mode, Weights]) -> dict[str, float]:
    """nDCG@10 by each mode."""
    return {mode.value: round(_quality(item, learnt[mode], mode), 4) for mode in Mode}


def _left_out(gathered: Sequence[Evidence], name: str) -> float:
    """The set's hybrid quality with what was learnt from all others: does it carry over?"""
    item = next(item for item in gathered if item.name == name)
    learnt = _learn([other for other in gathered if other.name != name], Mode.HYBRID)
    return round(_quality(item, learnt, Mode.HYBRID), 4)


def _quality(item: Evidence, learnt: Weights, mode: Mode) -> float:
    full = np.array([getattr(learnt, name) for name in FEATURES])
    return float(
        np.mean([ndcg(asked.shown(full, mode, 10)[1], asked.wanted, 10) for asked in item.asked])
    )


def _levels(gathered: Sequence[Evidence], learnt: dict[Mode, Weights]) -> dict[str, float]:
    """How scores of the best result lie, for questions with an answer and for strangers'."""
    hybrid = learnt[Mode.HYBRID]
    full = np.array([getattr(hybrid, name) for name in FEATURES])

    def best(asked: Sequence[Asked]) -> "Array":
        tops = [asked_one.shown(full, Mode.HYBRID, 1)[0] for asked_one in asked]
        odds = np.array([top[0] if top else -30.0 for top in tops]) + hybrid.bias
        return 1 / (1 + np.exp(-odds))

    own = best([asked for item in gathered for asked in item.asked])
    strange = best([asked for item in gathered for asked in item.strangers])
    steps = np.arange(1, 50) / 100
    told_apart = [(own >= at).mean() + (strange < at).mean() for at in steps]
    floor = float(steps[int(np.argmax(told_apart))])
    return {
        "floor": floor,
        "answered above the floor": round(float((own >= floor).mean()), 4),
        "of another domain below the floor": round(float((strange < floor).mean()), 4),
        "best score, answered: 10th percentile": round(float(np.quantile(own, 0.1)), 4),
        "best score, answered: median": round(float(np.median(own)), 4),
        "best score, of another domain: median": round(float(np.median(strange)), 4),
        "best score, of another domain: 90th percentile": round(
            float(np.quantile(strange, 0.9)), 4
        ),
    }


def _rounded(learnt: Weights) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(learnt).items()}


def write_module(results: Path, module: Path) -> None:
    """Put what ``results`` holds into the constants of ``module``."""
    module.write_text(rewritten(results, module.read_text(encoding="utf-8")), encoding="utf-8")


def rewritten(results: Path, source: str) -> str:
    """``source`` with the constants that ``results`` holds."""
    found = json.loads(results.read_text(encoding="utf-8"))
    learnt, floor = found["weights"], found["levels"]["floor"]
    lines = []
    for line in source.splitlines():
        name = line.partition(":")[0].lower()
        if name in learnt and line.endswith(")"):
            values = ", ".join(repr(learnt[name][key]) for key in asdict(current.HYBRID))
            line = f"{name.upper()}: Final = Weights({values})"
        if name == "medium":
            line = f"MEDIUM: Final = {floor}"
        lines.append(line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

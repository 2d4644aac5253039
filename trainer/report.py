"""The figures as documents: ``docs/evaluation.md`` and ``docs/model-card.md``.

Run: ``python -m trainer report --results trainer/results --docs docs``

Every number comes from the JSON files that `evaluate`, `bench` and `train` wrote and from the
manifests of the prepared data; the words around them from ``trainer/card.md``, ``trainer/why.md``
and from here.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

import onnx

from asterisk_search.embedding import bundle
from asterisk_search.embedding.bundle import Bundle
from asterisk_search.embedding.load import BUNDLED
from trainer import atomic, long_texts, tables, tasks
from trainer.findings import read
from trainer.tables import Scores

CARD = Path(__file__).parent / "card.md"
WHY = Path(__file__).parent / "why.md"
"""Why some goals are missed."""
QUALITY = Path(__file__).parents[1] / "tests" / "benchmarks" / "results" / "quality.json"
"""Of the program's own search, on the same sets made notes."""
HEADING = (
    "<!-- Written by `python -m trainer report`; edit the results, trainer/card.md or "
    "trainer/why.md. -->\n\n"
)
STSB = 0.85
"""Goal on the test set of STS-B."""
STAGES = {
    "teacher": "the teacher in torch, float32, 384 numbers a vector",
    "checkpoint": "the last weights of the training in torch, float32, 256 numbers, long texts "
    "read as in training",
    "float": "the graph in ONNX Runtime, float32, of the weights that are released",
    "onnx": "the eight-bit graph in a bare session of ONNX Runtime",
    "former": "`lean-256`, the bundle before this one",
    "128": "the bundle's vectors, only the first 128 of their numbers",
    "64": "the first 64",
    "int8": "the bundle in the program's own embedder: what is released",
}
MEASURES = """Similarity: Spearman and Pearson correlation of the cosine with people's scores. \
Retrieval: nDCG@10 and recall@100 of an exact search by cosine, every query against every \
passage. Duplicates: average precision of the cosine. One scorer for all; texts are cut at 256 \
tokens. Which figures are of what: """
BESIDE = """nDCG@10. BM25 is a plain one for comparison (k1 0.9, b 0.4, plural endings off), and \
*BM25 + int8* adds both scores, each stretched to 0…1 per query, with equal weight, on every set. \
The program's own search does more than that and is measured in its own tests.
"""
SPEED = """Milliseconds, fastest of a few runs in a row in several rounds in turns with the \
others, in brackets how many times the teacher's speed in float32. *alone*: each text in a run of \
its own, as the program does it, several texts on several threads; *batch*: all in one run, the \
threads inside it. The number at the end is that of threads. How much eight bits gain depends on \
the processor, here $processor.
"""
PARTS = """Milliseconds of one text on one thread; the layers, pooling with the projection, and \
normalising are parts of one graph:
"""
MEMORY = "Resident: the largest set of a fresh process that embeds a hundred passages.\n"


def report(results: Path, docs: Path) -> None:
    """Write both documents.

    Raises:
        TrainerError: a result is missing or malformed.
    """
    released = bundle.load(BUNDLED)
    atomic.write_bytes(docs / "evaluation.md", evaluation(results).encode())
    atomic.write_bytes(docs / "model-card.md", card(results, released).encode())


def evaluation(results: Path) -> str:
    """Goals, tables of quality, speed and memory."""
    dev = {
        stage: read(results / f"dev-{stage}.json")["scores"]
        for stage in STAGES
        if (results / f"dev-{stage}.json").is_file() or stage in ("teacher", "int8")
    }
    test = {stage: read(results / f"test-{stage}.json")["scores"] for stage in ("teacher", "int8")}
    bench = read(results / "bench.json")
    models = bench["models"]
    found = by_program(dev["teacher"])
    about = "; ".join(f"**{stage}**: {STAGES[stage]}" for stage in dev)
    parts = [
        "# Evaluation\n",
        MEASURES + about + ".\n",
        "## What was to be reached\n",
        goals(dev, test, models, found),
        "### Where it falls short, and why\n",
        why(dev, test, found),
        "## Development sets\n",
        "Recipes and checkpoints were chosen with these. A dash: not measured.\n",
        tables.scores(dev),
        "## Retrieval, beside a search by words\n",
        BESIDE,
        tables.beside(dev["teacher"], dev["int8"]),
        "![nDCG@10 on each set](figures/retrieval.png)\n",
        "## Test sets\n",
        "Read once, for the released model.\n",
        tables.scores(test),
        "## Learning curve\n",
        "![Losses and development scores against steps](figures/learning.png)\n",
        *speed(bench),
    ]
    return HEADING + "\n".join(parts)


def speed(bench: Mapping[str, Any]) -> list[str]:
    """The part on time and memory."""
    models = bench["models"]
    return [
        "## Speed\n",
        Template(SPEED).substitute(processor=bench["processor"]),
        tables.speed(models),
        PARTS,
        tables.parts(models),
        "## Memory\n",
        MEMORY,
        tables.sizes(models),
    ]


def goals(
    dev: Mapping[str, Scores],
    test: Mapping[str, Scores],
    models: Mapping[str, Any],
    found: Sequence[bool],
) -> str:
    """The goals beside the figures; ``found`` as `by_program` says."""

    def ratio(case: str) -> float:
        times = [models[name]["milliseconds"][case] for name in ("teacher", "int8")]
        return float(times[0] / times[1])

    theirs, ours = (retrieval_mean(dev[stage], "ndcg@10") for stage in ("teacher", "int8"))
    kept = ours / theirs if ours and theirs else None
    size = {
        key: [models[name]["megabytes"][key] for name in ("teacher", "int8")]
        for key in ("resident", "file")
    }
    best = [above_both(dev["teacher"], dev["int8"], name) for name in tasks.RETRIEVAL]
    rows = [
        ("STS-B test, Spearman", *pair(test, "stsb/test", "spearman"), STSB),
        ("SICK-R test, Spearman", *pair(test, "sick-r/test", "spearman"), 0.78),
        ("mean nDCG@10, over the teacher's", 1.0 if theirs else None, kept, 0.98),
        ("sets where BM25 + int8 is above both BM25 and the teacher", None, sum(best), len(best)),
        ("the same of the program's own search, against its words", None, sum(found), len(found)),
        ("200 tokens, times the teacher's speed", 1.0, ratio("200 tokens, alone, 1"), 6.0),
        ("12 tokens, times the teacher's speed", 1.0, ratio("12 tokens, alone, 1"), 4.0),
        ("resident memory, MB", *size["resident"], -150.0),
        ("size on disk, MB", *size["file"], -20.0),
    ]
    return tables.goals(rows)


def why(dev: Mapping[str, Scores], test: Mapping[str, Scores], found: Sequence[bool]) -> str:
    """What stands between the figures and the goals that are missed."""
    lost = [
        dev[stage]["stsb/dev"]["spearman"] - test[stage]["stsb/test"]["spearman"]
        for stage in ("teacher", "int8")
    ]
    return Template(WHY.read_text("utf-8")).substitute(
        theirs=f"{lost[0]:.3f}",
        ours=f"{lost[1]:.3f}",
        wanted=f"{STSB + lost[1]:.3f}",
        found=sum(found),
        sets=len(found),
    )


def by_program(teacher: Scores) -> list[bool]:
    """Of each set, whether the program's search is above its words and the teacher."""
    searched = read(QUALITY)["ndcg@10"]
    return [searched_best(teacher, searched, name) for name in tasks.RETRIEVAL]


def pair(stages: Mapping[str, Scores], task: str, metric: str) -> tuple[float | None, float | None]:
    """A score of the teacher and of ours."""
    theirs, ours = (stages[name].get(task, {}).get(metric) for name in ("teacher", "int8"))
    return theirs, ours


def retrieval_mean(scores: Scores, metric: str) -> float | None:
    """The mean over the retrieval sets, if all were measured."""
    return tables.mean([scores.get(name, {}).get(metric) for name in tasks.RETRIEVAL])


def above_both(teacher: Scores, ours: Scores, name: str) -> bool:
    """Whether BM25 and ours together find more than BM25, and than the teacher alone."""
    lexical, theirs, _, both = tables.row(teacher, ours, name)
    return both is not None and both > max(lexical or 0.0, theirs or 0.0)


def searched_best(teacher: Scores, searched: Mapping[str, Mapping[str, float]], name: str) -> bool:
    """Whether the program's search finds more than its words alone, and than the teacher alone."""
    modes = searched[name]
    return modes["hybrid"] > max(modes["keyword"], teacher[name]["ndcg@10"])


def card(results: Path, released: Bundle) -> str:
    """The model card: prose with the figures filled in."""
    data = read(results / "data.json")
    dev = read(results / "dev-int8.json")["scores"]
    bench = read(results / "bench.json")["models"]["int8"]
    training = released.manifest.training
    long = long_texts.of(onnx.load_from_string(released.read(bundle.MODEL)))
    facts = {
        "recipe": training.recipe,
        "steps": str(training.steps),
        "fingerprint": released.fingerprint,
        "texts": f"{data['texts']:,}",
        "pairs": f"{data['pairs']:,}",
        "tokens": f"{data['tokens'] / 1e6:.1f} million",
        "sources": sources_table(data["sources"]),
        "leaked": str(sum(source["leaked"] for source in data["sources"])),
        "stsb": f"{dev['stsb/dev']['spearman']:.3f}",
        "size": f"{bench['megabytes']['file']:.0f}",
        "memory": f"{bench['megabytes']['resident']:.0f}",
        "over": str(long.over),
        "block": str(long.block),
        "rare": f"{long.rare:.0%}",
    }
    return HEADING + Template(CARD.read_text("utf-8")).substitute(facts)


def sources_table(sources: Sequence[Mapping[str, Any]]) -> str:
    """What was trained on, with the terms."""
    rows = [["source", "rows", "origin", "licence as stated"]]
    for one in sources:
        name = re.sub(r"\.(jsonl|txt|tsv)\.xz$", "", one["file"])
        rows.append([name, str(one["kept"]), one["origin"], one["licence"]])
    return tables.table(rows)

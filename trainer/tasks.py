"""Evaluation sets as data: what they ask, how they are split, and their SHA-256.

Run: not by itself; `evaluate` and `prepare` take ``--eval FOLDER``.

Layout of the folder, every file an ``.xz``: similarity ``NAME/{dev,test}.tsv`` (score, sentence1,
sentence2); retrieval ``NAME/corpus.jsonl`` (id, title, text), ``queries.jsonl`` (id, text) and
``qrels.tsv`` (query_id, doc_id, score); duplicates ``NAME/pairs{.dev,}.tsv`` (label, text1, text2).
"""

import csv
import json
import lzma
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer import atomic
from trainer.errors import TrainerError


@dataclass(frozen=True, slots=True)
class Similarity:
    """Pairs of sentences with a human score each."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Questions, passages, and which passages answer which question."""

    queries: tuple[str, ...]
    passages: tuple[str, ...]
    relevant: tuple[dict[int, float], ...]
    """Per query: position of a passage -> its grade, above 0 only."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Pairs of texts and whether people call them duplicates."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    labels: tuple[bool, ...]


Task = Similarity | Retrieval | Duplicates

SIMILARITY = ("stsb", "sick-r")
RETRIEVAL = ("npl", "cranfield", "qed-dev", "xquad-en", "chunking-eval", "squadshifts-reddit")
DUPLICATES = ("quora",)
DEV = (*(f"{name}/dev" for name in SIMILARITY), *RETRIEVAL, "quora/dev")
TRAIN = ("stsb/train.tsv.xz",)
"""Splits that may be trained on. SICK's may not: its sentences recur in its test."""
TEST = (*(f"{name}/test" for name in SIMILARITY), "quora/test")


def load(folder: Path, name: str) -> Task:
    """The task called ``name``, one of ``DEV`` or ``TEST``.

    Raises:
        TrainerError: a file is missing, truncated or malformed.
    """
    kind, _, split = name.partition("/")
    try:
        if kind in SIMILARITY:
            return similarity(folder / kind / f"{split}.tsv.xz")
        if kind in DUPLICATES:
            return duplicates(folder / kind / duplicates_file(split))
        return retrieval(folder / kind)
    except (OSError, EOFError, lzma.LZMAError, KeyError, ValueError) as error:
        raise TrainerError(f"evaluation set {name} in {folder}: {error!r}") from error


def duplicates_file(split: str) -> str:
    """The file of one split of a set of duplicates."""
    return "pairs.dev.tsv.xz" if split == "dev" else "pairs.tsv.xz"


def similarity(path: Path) -> Similarity:
    """Read a similarity split."""
    rows = table(path)
    return Similarity(
        tuple(row["sentence1"] for row in rows),
        tuple(row["sentence2"] for row in rows),
        tuple(float(row["score"]) for row in rows),
    )


def duplicates(path: Path) -> Duplicates:
    """Read a split of duplicates."""
    rows = table(path)
    return Duplicates(
        tuple(row["text1"] for row in rows),
        tuple(row["text2"] for row in rows),
        tuple(row["label"] == "1" for row in rows),
    )


def retrieval(folder: Path) -> Retrieval:
    """Read a retrieval set; queries without a relevant passage are left out."""
    corpus = list(lines(folder / "corpus.jsonl.xz"))
    asked = list(lines(folder / "queries.jsonl.xz"))
    place = {row["id"]: at for at, row in enumerate(corpus)}
    grades: dict[str, dict[int, float]] = {row["id"]: {} for row in asked}
    for row in table(folder / "qrels.tsv.xz"):
        if float(row["score"]) > 0:
            grades[row["query_id"]][place[row["doc_id"]]] = float(row["score"])
    kept = [row for row in asked if grades[row["id"]]]
    return Retrieval(
        tuple(row["text"] for row in kept),
        tuple(f"{row['title']} {row['text']}".strip() for row in corpus),
        tuple(grades[row["id"]] for row in kept),
    )


def table(path: Path) -> list[dict[str, str]]:
    """Rows of a tab-separated file with a header; quotation marks are ordinary characters."""
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def lines(path: Path) -> Iterator[Any]:
    """Objects of a JSON-lines file."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)


def files(folder: Path, name: str) -> list[Path]:
    """The files of a task."""
    kind, _, split = name.partition("/")
    if kind in RETRIEVAL:
        return [folder / kind / f"{part}.xz" for part in RETRIEVAL_FILES]
    return [folder / kind / (duplicates_file(split) if kind in DUPLICATES else f"{split}.tsv.xz")]


RETRIEVAL_FILES = ("corpus.jsonl", "queries.jsonl", "qrels.tsv")


def digest(folder: Path, name: str) -> str:
    """SHA-256 over the SHA-256 of a task's files, in order: names the exact data."""
    return "+".join(atomic.sha256(path)[:16] for path in files(folder, name))


def texts(folder: Path, without: Collection[str] = ()) -> Iterator[str]:
    """Every text of every set and split that may not be trained on.

    ``without`` names the files that are trained on, by their paths inside ``folder``.
    """
    if not folder.is_dir():
        raise TrainerError(f"no evaluation sets at {folder}")
    held = [path for path in folder.rglob("*.xz") if str(path.relative_to(folder)) not in without]
    for path in sorted(held):
        rows = lines(path) if path.name.endswith(".jsonl.xz") else table(path)
        for row in rows:
            yield from (str(value) for key, value in row.items() if key in TEXT_FIELDS and value)


TEXT_FIELDS = {"sentence1", "sentence2", "text1", "text2", "text", "title"}

"""A world small enough to train in: two dozen words, a teacher of one narrow layer."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from asterisk_search.embedding import bundle
from asterisk_search.embedding.load import BUNDLED
from trainer import atomic, tokens, train
from trainer import teacher as teachers
from trainer.bert import Encoder, Shape
from trainer.prepared import Prepared, load
from trainer.recipe import Data, Pairs, Recipe, Student, Train
from trainer.step import Run

SHAPE = Shape(vocabulary=64, width=16, heads=2, head=8, inner=32, layers=2, positions=24, dim=8)
PAIRS = Pairs("a.jsonl.xz", 40, "MIT", "here")
RECIPE = Recipe(
    name="tiny",
    seed=7,
    student=Student(layers=(0, 1), dim=8, max_tokens=22),
    data=Data(cut=24, pairs=(PAIRS,)),
    train=Train(
        batch_tokens=64,
        batch_pairs=6,
        epochs=4,
        rate=1e-2,
        warmup=3,
        cooldown=4,
        average=0.9,
        parallel=2,
    ),
)


def network(seed: int = 1, shape: Shape = SHAPE) -> Encoder:
    """A network with random weights, always the same."""
    torch.manual_seed(seed)
    return Encoder(shape)


def prepared(folder: Path, count: int = 30, scores: float | None = None) -> Prepared:
    """Random pairs of random tokens, as `prepare` would have left them."""
    chance = np.random.default_rng(3)
    lengths = chance.integers(3, 20, size=2 * count)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    arrays: dict[str, NDArray[np.generic]] = {
        "tokens.npy": chance.integers(1, 64, size=int(offsets[-1])).astype(np.uint16),
        "offsets.npy": offsets.astype(np.int64),
        "pairs.npy": np.array([(2 * i, 2 * i + 1, -1, 0) for i in range(count)], dtype=np.int32),
        "scores.npy": np.full(count, np.nan if scores is None else scores, dtype=np.float32),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / name, array)
    files = {name: atomic.sha256(folder / name) for name in arrays}
    atomic.write_json(
        folder / "manifest.json", {"files": files, "saw_evaluation_texts": ["stsb/train"]}
    )
    return load(folder)


def run(folder: Path, recipe: Recipe = RECIPE) -> Run:
    """A run at step 0."""
    return train.start(recipe, prepared(folder), network(), torch.eye(8, 16))


def be_teacher(monkeypatch: pytest.MonkeyPatch, shape: Shape = SHAPE) -> None:
    """The only teacher that is known has this shape."""
    monkeypatch.setattr(teachers, "SHAPE", shape)
    monkeypatch.setattr(teachers, "KNOWN", (replace(teachers.MINILM, shape=shape),))


def be_known(monkeypatch: pytest.MonkeyPatch, shape: Shape) -> None:
    """The only teacher that is known has this shape, and the words of the bundled model."""
    be_teacher(monkeypatch, shape)
    tokenizer = Tokenizer.from_file(str(BUNDLED / bundle.TOKENIZER))
    monkeypatch.setattr(tokens, "load", lambda _: tokenizer)


class Teacher:
    """Vectors that depend on the text's number alone; no coach beside it."""

    def vectors(self, numbers: NDArray[np.int64]) -> Tensor:
        rows = [np.random.default_rng(int(number)).normal(size=8) for number in numbers]
        vectors = torch.tensor(np.array(rows), dtype=torch.float32)
        return torch.nn.functional.normalize(vectors, dim=1)

    def coached(self, numbers: NDArray[np.int64]) -> Tensor | None:
        return None


teacher = Teacher()

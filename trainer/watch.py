"""Looks at the development sets while a run goes on: the points of the learning curve.

Not run by itself; `train` looks every few hundred steps, at the sets that the recipe names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from trainer import checkpoint, device, encoders, tasks
from trainer.checkpoint import Checkpoint
from trainer.errors import TrainerError
from trainer.recipe import Recipe
from trainer.score import score
from trainer.tasks import Task

MAIN = ("spearman", "ndcg@10", "average_precision")
"""The metrics that make a curve."""


def tasks_of(recipe: Recipe, folder: Path | None) -> dict[str, Task]:
    """The development sets that the recipe wants watched.

    Raises:
        TrainerError: it names a set that is not for development, or no folder holds them.
    """
    wrong = [name for name in recipe.train.watch if name not in tasks.DEV]
    if wrong:
        raise TrainerError(f"not a development set: {', '.join(wrong)}")
    if recipe.train.watch and folder is None:
        raise TrainerError("the recipe watches development sets", hint="say where with --eval")
    return {name: tasks.load(folder, name) for name in recipe.train.watch} if folder else {}


@dataclass(frozen=True, slots=True)
class Watch:
    """The sets, and the tokenizer's folder."""

    tasks: Mapping[str, Task]
    teacher: Path

    def look(self, moment: Checkpoint) -> dict[str, float]:
        """The main metric of each set, of the weights that an export would take."""
        encode = encoders.network(checkpoint.encoder(moment), self.teacher)

        def quickly(texts: Sequence[str]) -> NDArray[np.float32]:
            with device.narrow(torch.device("cpu")):
                return encode(texts)

        found = {name: score(quickly, task) for name, task in self.tasks.items()}
        return {
            name: round(next(metrics[one] for one in MAIN if one in metrics), 4)
            for name, metrics in found.items()
        }

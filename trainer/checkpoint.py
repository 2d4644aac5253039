"""A checkpoint: the weights, and everything that made them and that a resumed run needs.

Not run by itself; `train` writes `LAST` and `FIRST` in its folder, `export` reads them.
"""

import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from trainer import atomic
from trainer.bert import Encoder, Shape
from trainer.errors import TrainerError

FORMAT = 1
LAST, FIRST = "checkpoint.pt", "start.pt"
"""Where a run keeps its newest weights, and those that it began with."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A moment of a training run."""

    shape: Shape
    weights: Mapping[str, Tensor]
    optimizer: Mapping[str, Any]
    average: Mapping[str, Tensor]
    """Running average of the weights; empty when the recipe keeps none."""
    target: Tensor
    """The teacher's projection, shape (dim, width of the teacher's vectors)."""
    step: int
    recipe: str
    """SHA-256 of the recipe's content."""
    data: str
    """SHA-256 of the data manifest."""
    saw: tuple[str, ...] = ()
    """Evaluation sets and splits whose texts were trained on."""

    @property
    def result(self) -> Mapping[str, Tensor]:
        """The weights that count: the average when there is one, or the last."""
        return self.average or self.weights


def save(path: Path, moment: Checkpoint) -> None:
    """Write atomically: a run killed meanwhile still has its previous checkpoint."""
    state = {
        "format": FORMAT,
        "shape": asdict(moment.shape),
        "weights": dict(moment.weights),
        "optimizer": dict(moment.optimizer),
        "average": dict(moment.average),
        "target": moment.target,
        "step": moment.step,
        "recipe": moment.recipe,
        "data": moment.data,
        "saw": list(moment.saw),
    }
    atomic.write(path, lambda file: torch.save(state, file))


def load(path: Path, shape: Shape | None = None) -> Checkpoint:
    """The checkpoint in a file, of the given architecture if one is given.

    Raises:
        TrainerError: missing, unreadable, of another format or another architecture.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state.pop("format") != FORMAT:
            raise TrainerError(f"checkpoint {path} has another format")
        saw = tuple(state.pop("saw", ()))
        moment = Checkpoint(**{**state, "shape": Shape(**state["shape"]), "saw": saw})
    except (OSError, RuntimeError, KeyError, TypeError, pickle.UnpicklingError, EOFError) as error:
        raise TrainerError(f"checkpoint {path} cannot be read: {error}") from error
    if shape is not None and moment.shape != shape:
        raise TrainerError(
            f"checkpoint {path} is of another architecture: {moment.shape}, not {shape}",
            hint="use the recipe it was made with, or another folder",
        )
    return moment


def encoder(moment: Checkpoint) -> Encoder:
    """The network with the weights of a checkpoint that count."""
    network = Encoder(moment.shape)
    network.load_state_dict(dict(moment.result))
    return network.eval()

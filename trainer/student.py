"""The student before training: some of the teacher's layers and a projection.

Not run by itself; `train` begins with it. Layers far apart keep more than neighbours do; which
ones is the recipe's choice (see `LOG.md`).
Source: Sanh et al., "DistilBERT" (2019), for starting from a subset of the teacher's layers.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from trainer import teacher
from trainer.bert import Encoder, Shape
from trainer.errors import TrainerError
from trainer.recipe import Student


def shape(wanted: Student) -> Shape:
    """The student's sizes; two positions more than its tokens, for the special ones."""
    return replace(
        teacher.SHAPE,
        layers=len(wanted.layers),
        dim=wanted.dim,
        positions=wanted.max_tokens + 2,
    )


def begin(wanted: Student, folder: Path, rows: NDArray[np.float32]) -> Encoder:
    """The student with the teacher's weights; ``rows`` (dim, 384) become its projection.

    Raises:
        TrainerError: the recipe asks for a layer that the teacher does not have.
    """
    if not set(wanted.layers) <= set(range(teacher.SHAPE.layers)):
        raise TrainerError(f"the teacher has layers 0 to {teacher.SHAPE.layers - 1}")
    theirs = load_file(teacher.checked(folder))
    ours = teacher.renamed(theirs, wanted.layers)
    ours["positions.weight"] = ours["positions.weight"][: wanted.max_tokens + 2].clone()
    ours["project.weight"] = torch.from_numpy(rows)
    encoder = Encoder(shape(wanted))
    encoder.load_state_dict(ours)
    return encoder

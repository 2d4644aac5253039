"""What the teachers say of the texts of a batch.

Not run by itself; `train` opens it, `step` asks it.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer import projection

Numbers = NDArray[np.int64]
"""Numbers of texts."""


class Teacher(Protocol):
    """Whoever knows what the student should say."""

    def vectors(self, numbers: Numbers) -> Tensor:
        """Unit vectors of texts in the student's space: (n, dim)."""

    def coached(self, numbers: Numbers) -> Tensor | None:
        """The coach's unit vectors (n, W), in a space of its own; none unless it knows all."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Teachers whose words were written down."""

    written: NDArray[np.float16]
    """The teacher's vectors of all texts, shape (texts, W)."""
    rows: NDArray[np.float32]
    """The projection, shape (dim, W)."""
    coach: NDArray[np.float16] | None = None
    """The coach's vectors, shape (texts, its W): 0 where it was not asked."""

    def vectors(self, numbers: Numbers) -> Tensor:
        """See `Teacher`."""
        return torch.from_numpy(projection.project(self.written[numbers], self.rows))

    def coached(self, numbers: Numbers) -> Tensor | None:
        """See `Teacher`."""
        if self.coach is None:
            return None
        found = self.coach[numbers].astype(np.float32)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return torch.from_numpy(found / lengths) if lengths.all() else None

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
        """Unit vectors (n, W) whose cosines the coach stands for; none unless it knows all."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Teachers whose words were written down."""

    written: NDArray[np.float16]
    """The teacher's vectors of all texts, shape (texts, W)."""
    rows: NDArray[np.float32]
    """The projection, shape (dim, W)."""
    coach: NDArray[np.float16] | None = None
    """The coach's vectors, shape (texts, its W): 0 where it was not asked."""
    share: float = 1.0
    """How much the coach says of how alike two texts are; the teacher says the rest."""

    def vectors(self, numbers: Numbers) -> Tensor:
        """See `Teacher`."""
        return torch.from_numpy(projection.project(self.written[numbers], self.rows))

    def coached(self, numbers: Numbers) -> Tensor | None:
        """See `Teacher`."""
        if self.coach is None:
            return None
        found = self.coach[numbers].astype(np.float32)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        if not lengths.all():
            return None
        # Cosines of vectors end to end are the mean of both cosines, each with its share.
        parts = [self.share**0.5 * found / lengths]
        if self.share < 1.0:
            parts.append((1.0 - self.share) ** 0.5 * self.written[numbers].astype(np.float32))
        return torch.from_numpy(np.concatenate(parts, axis=1))

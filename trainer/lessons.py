"""What the teachers say of the texts of a batch.

Not run by itself; `train` opens it, `step` asks it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer import projection

Numbers = NDArray[np.int64]
"""Numbers of texts."""
ROUNDING = 1e-6
"""What shares that make up the whole may leave over."""


class Teacher(Protocol):
    """Whoever knows what the student should say."""

    def vectors(self, numbers: Numbers) -> Tensor:
        """Unit vectors of texts in the student's space: (n, dim)."""

    def coached(self, numbers: Numbers) -> Tensor | None:
        """Unit vectors (n, W) whose cosines the coaches stand for; none unless they know all."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Teachers whose words were written down."""

    written: NDArray[np.float16]
    """The teacher's vectors of all texts, shape (texts, W)."""
    rows: NDArray[np.float32]
    """The projection, shape (dim, W)."""
    coaches: Sequence[NDArray[np.float16]] = ()
    """Each coach's vectors, shape (texts, its W): 0 where it was not asked."""
    shares: Sequence[float] = (1.0,)
    """How much each coach says of how alike two texts are; the teacher says the rest to 1."""

    def vectors(self, numbers: Numbers) -> Tensor:
        """See `Teacher`."""
        return torch.from_numpy(projection.project(self.written[numbers], self.rows))

    def coached(self, numbers: Numbers) -> Tensor | None:
        """See `Teacher`."""
        if not self.coaches:
            return None
        parts = []
        for coach, share in zip(self.coaches, self.shares, strict=True):
            found = coach[numbers].astype(np.float32)
            lengths = np.linalg.norm(found, axis=1, keepdims=True)
            if not lengths.all():
                return None
            parts.append(share**0.5 * found / lengths)
        if (rest := 1.0 - sum(self.shares)) > ROUNDING:
            parts.append(rest**0.5 * self.written[numbers].astype(np.float32))
        # Cosines of vectors end to end are the mean of all cosines, each with its share.
        return torch.from_numpy(np.concatenate(parts, axis=1))

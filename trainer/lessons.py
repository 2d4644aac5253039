"""What the teacher says of the texts of a batch, in the student's space.

Not run by itself; `train` opens it, `step` asks it.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from trainer import projection
from trainer.prepared import Prepared

Numbers = NDArray[np.int64]
"""Numbers of texts."""


class Teacher(Protocol):
    """Whoever knows what the student should say."""

    def vectors(self, numbers: Numbers) -> Tensor:
        """Unit vectors of texts: (n, dim)."""

    def tokens(self, numbers: Numbers) -> Tensor:
        """Shares of their tokens, text after text, special ones included: (tokens, dim)."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """A teacher whose words were written down."""

    data: Prepared
    written: NDArray[np.float16]
    """Vectors of all texts, shape (texts, W)."""
    states: NDArray[np.float16] | None
    """What its last layer said of every token, shape (tokens, W); none unless it is asked for."""
    rows: NDArray[np.float32]
    """The projection, shape (dim, W)."""

    def vectors(self, numbers: Numbers) -> Tensor:
        """See `Teacher`."""
        return torch.from_numpy(projection.project(self.written[numbers], self.rows))

    def tokens(self, numbers: Numbers) -> Tensor:
        """See `Teacher`."""
        assert self.states is not None, "opened without states"
        offsets = self.data.offsets
        ends = [(int(offsets[number]), int(offsets[number + 1])) for number in numbers]
        states = np.concatenate([self.states[start:stop] for start, stop in ends])
        projected = F.linear(torch.from_numpy(states).bfloat16(), self.narrow()).float()
        return shares(projected, torch.tensor([stop - start for start, stop in ends]))

    def narrow(self) -> Tensor:
        """The projection in the width that processors multiply fastest."""
        return torch.from_numpy(self.rows).bfloat16()


def shares(projected: Tensor, lengths: Tensor) -> Tensor:
    """Each token's projected state over the length of its text's mean: (tokens, dim) again.

    ``lengths`` says how many tokens each text has. The mean of a text's shares is its unit vector.
    """
    whose = torch.repeat_interleave(torch.arange(len(lengths), device=lengths.device), lengths)
    sums = projected.new_zeros(len(lengths), projected.shape[1]).index_add(0, whose, projected)
    means = (sums / lengths[:, None]).norm(dim=1, keepdim=True)  # (texts, 1)
    found: Tensor = projected / means[whose]
    return found

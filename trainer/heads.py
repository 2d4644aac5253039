"""Which attention heads stay; what the others said is said by those, as far as it can be.

Not run by itself; `trainer.prune` calls it. All choices of so many heads are tried: the matrix that
reads the heads is fitted anew to what it wrote when there were all of them, by least squares, and
the choice with the smallest error is taken.
Source: He et al., "Channel Pruning for Accelerating Very Deep Neural Networks" (2017).

N tokens, A the width of all heads together, W the width.
"""

from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Tensor, nn

from trainer import ridge

RIDGE = 1e-6
"""Keeps heads that always say the same from making the equations unsolvable; a share of the mean
square."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The heads of a layer that stay."""

    columns: Tensor
    """Their places among the columns of ``attended``, in order."""
    weight: Tensor
    """Of ``attended``, fitted to these columns: (W, columns)."""
    bias: Tensor
    error: float
    """Share of what ``attended`` wrote that is lost."""


def moments(heard: Tensor) -> Tensor:
    """Sums of products of what the heads say, and of 1: (N, A) -> (A + 1, A + 1)."""
    wide = torch.cat([heard, heard.new_ones(len(heard), 1)], 1).double()
    return wide.T @ wide


def choose(attended: nn.Linear, seen: Tensor, head: int, count: int) -> Kept:
    """The ``count`` heads (of width ``head``) that can stand for all; `moments` say ``seen``."""
    every = range(attended.in_features // head)
    wished, written = wishes(attended, seen)
    some = (columns(chosen, head) for chosen in combinations(every, count))
    return min((fitted(seen, wished, written, one) for one in some), key=lambda kept: kept.error)


def wishes(attended: nn.Linear, seen: Tensor) -> tuple[Tensor, float]:
    """What all heads wrote: its products with what they said, (A + 1, W), and its squares."""
    whole = torch.cat([attended.weight.detach().T, attended.bias.detach()[None]]).double()
    wished = seen @ whole
    return wished, float((wished * whole).sum())


def columns(some: tuple[int, ...], head: int) -> Tensor:
    """The columns of these heads."""
    return (torch.tensor(some)[:, None] * head + torch.arange(head)).flatten()


def fitted(seen: Tensor, wished: Tensor, written: float, some: Tensor) -> Kept:
    """These columns, and the matrix that makes the best of them; for the rest see `wishes`."""
    rows = torch.cat([some, torch.tensor([len(seen) - 1])])  # with the 1
    found = ridge.solve(seen[rows][:, rows], wished[rows], RIDGE)  # (columns + 1, W)
    error = 1.0 - float((found * wished[rows]).sum()) / written if written else 0.0
    return Kept(some, found[:-1].T.float().contiguous(), found[-1].float(), error)

"""The last layer of a long text answers for its rare tokens alone.

Not run by itself; `trainer.bert` and `trainer.telling` call it. Only the mean of what the last
layer says is wanted. The rare tokens (`trainer.rare`) look at all of the text and get their
answers; the mean of the others' answers is told from what they were before the layer, on average,
and from the answers that there are, by an affine function (see `LOG.md`). Nobody else asks, so that
most of the layer's work is left out.

B texts, T tokens, K rare ones, W the width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainer import ridge

RIDGE = 1e-3
"""Pulls the fitted function towards 0 where the texts say nothing; a share of the mean square."""


def gathered(x: Tensor, some: Tensor) -> tuple[Tensor, Tensor]:
    """These tokens of each text in order, and which places are theirs: (B, T, W) -> (B, K, W)."""
    counts = some.sum(1)
    most = int(counts.max())
    places = some.int().argsort(dim=1, descending=True, stable=True)[:, :most]  # (B, K)
    filled = torch.arange(most, device=x.device) < counts[:, None]
    return x.gather(1, places[:, :, None].expand(-1, -1, x.shape[2])), filled


@dataclass(frozen=True, slots=True)
class Sums:
    """What a text's vector is made of."""

    said: Tensor
    """The answers to rare tokens, added up: (B, W)."""
    heard: Tensor
    """What the others were before the last layer, added up: (B, W)."""
    counts: Tensor
    """How many tokens are rare, and how many are not: (B, 2)."""

    @classmethod
    def of(cls, said: Tensor, asked: Tensor, heard: Tensor, others: Tensor) -> "Sums":
        """Of answers (B, K, W) where somebody ``asked`` (B, K), and the ``others`` (B, T)."""
        rare, common = asked.float(), others.float()
        counts = torch.stack([rare.sum(1), common.sum(1)], 1)
        return cls(total(said, rare), total(heard, common), counts)

    def of_others(self, told: nn.Linear) -> Tensor:
        """What the others' answers are told to add up to: (B, dim)."""
        rare, common = self.counts[:, :1], self.counts[:, 1:]
        known = torch.cat([self.heard, self.said * (common / rare)], 1)
        return F.linear(known, told.weight) + common * told.bias


def total(x: Tensor, counted: Tensor) -> Tensor:
    """The sum over tokens, each as often as it is counted: (B, T, W) and (B, T) -> (B, W)."""
    return (x.float() * counted[:, :, None]).sum(1)


def fit(found: Sequence[Sums], wished: Tensor) -> tuple[Tensor, Tensor]:
    """The function that tells the others' mean answer (texts, W): weight (W, 2W), bias (W,)."""
    rows = []
    for sums in found:
        rare, common = sums.counts[:, :1], sums.counts[:, 1:]
        one = torch.ones(len(rare), 1)
        rows.append(torch.cat([sums.heard / common, sums.said / rare, one], 1))
    known = torch.cat(rows).double()
    solved = ridge.solve(known.T @ known, known.T @ wished.double(), RIDGE).float()
    return solved[:-1].T.contiguous(), solved[-1].contiguous()

"""Of a long text, the tokens whose words are rare go through feed-forward; the others go round it.

Not run by itself; `trainer.bert` and `trainer.student` call it. What a feed-forward layer makes of
common words is nearly an affine function of what it reads (see `LOG.md`), which takes a seventh of
the work. So a fixed share of a text's tokens, those with the rarest words, take the layer, and the
rest take the function. The number of a word says how rare it is, since the vocabulary is in order
of frequency. The first token, ``[CLS]``, unlike any other, counts as rare.

B texts, T tokens, W the width. Source: Raposo et al., "Mixture-of-Depths: Dynamically allocating
compute in transformer-based language models" (2024), for a fixed share of the tokens in each layer;
there a router chooses them.
"""

import torch
from torch import Tensor

from trainer import ridge

RIDGE = 1e-4
"""Pulls the fitted function towards 0 where the tokens say nothing; a share of the mean square."""


def among(ids: Tensor, mask: Tensor, share: float) -> Tensor:
    """Which tokens are this share of their text's, rounded up: ids and mask (B, T) -> (B, T).

    Of equal words the earlier is taken first.
    """
    numbers = ids.masked_fill(mask == 0, -1)
    numbers[:, 0] = torch.iinfo(ids.dtype).max
    places = numbers.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
    # In float32, as the graph computes it, so that both round alike.
    count = (mask.sum(1).float() * share).ceil()
    return places < count[:, None]


def fit(heard: Tensor, said: Tensor) -> tuple[Tensor, Tensor]:
    """The affine function that comes nearest: (n, W) and (n, W) -> weight (W, W), bias (W,).

    Least squares in which each token counts alike, however long the vector that it gets: some are
    ten times as long as others, because of two of their numbers.
    """
    weights = said.norm(dim=1, keepdim=True).clamp(min=1e-6).reciprocal().double()
    inputs = torch.cat([heard, torch.ones(len(heard), 1)], 1).double() * weights
    found = ridge.solve(inputs.T @ inputs, inputs.T @ (said.double() * weights), RIDGE).float()
    return found[:-1].T.contiguous(), found[-1].contiguous()

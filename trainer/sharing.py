"""Neighbouring tokens of a long text share one pass through a feed-forward layer.

Not run by itself; `trainer.bert` calls it. The feed-forward layer, more than half of the work,
reads the mean of each two (or four) tokens and answers all of them alike; what sets them apart goes
on in the sum around the layer, so that attention still has every token to look at. To merge the
tokens themselves, as `trainer.merging` does, saves more and costs more (see `LOG.md`). The first
token, ``[CLS]``, unlike any other, has no company.

B texts, T tokens, W the width, S how many share.
Source: the idea of a coarser resolution for a part of the network is that of Dai et al.,
"Funnel-Transformer" (2020), who take it for all of it.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def means(x: Tensor, mask: Tensor, share: int) -> Tensor:
    """Means of the first token and of each ``share`` that follow: (B, T, W), (B, T) -> (B, G, W).

    Two by two, and those two by two again: where a text ends within four tokens, the last of three
    counts as much as the two before it. What the mask leaves out has no say.
    """
    while share > 1:
        x, mask = halved(x, mask)
        share //= 2
    return x


def halved(x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """The first alone, and means of each two behind it: (B, T, W), (B, T) -> T // 2 + 1 of them."""
    ends = 1, (x.shape[1] + 1) % 2
    x, mask = F.pad(x, (0, 0, *ends)), F.pad(mask, ends)
    first, second = mask[:, ::2, None].to(x.dtype), mask[:, 1::2, None].to(x.dtype)
    total = x[:, ::2] * first + x[:, 1::2] * second
    return total / (first + second).clamp(min=1), torch.maximum(mask[:, ::2], mask[:, 1::2])


def spread(groups: Tensor, share: int, tokens: int) -> Tensor:
    """To each of so many tokens what its group has: (B, G, W) -> (B, tokens, W)."""
    if share == 1:
        return groups
    return groups[:, (torch.arange(tokens, device=groups.device) + share - 1) // share]

"""What the distance between two tokens adds to their attention, as MPNet has it.

Not run by itself: `trainer.bert` asks it. Source: Raffel et al., "Exploring the Limits of Transfer
Learning with a Unified Text-to-Text Transformer" (2019), section 2.1.
"""

import math

import torch
from torch import Tensor

FARTHEST = 128
"""Distances from here on are one kind."""


def bias(table: Tensor, tokens: int) -> Tensor:
    """Rows of ``table`` (buckets, H) for every two of so many tokens: (H, T, T)."""
    places = torch.arange(tokens, device=table.device)
    kinds = kind(places[None, :] - places[:, None], len(table))  # (T, T)
    return table[kinds].permute(2, 0, 1)


def kind(distance: Tensor, buckets: int) -> Tensor:
    """The kind of each distance: half are for tokens behind, half for those ahead.

    In each half the small distances are a kind each, the others share kinds by their logarithm.
    """
    half = buckets // 2
    exact = half // 2
    length = distance.abs()
    share = torch.log(length.clamp(min=1) / exact) / math.log(FARTHEST / exact)
    wide = (exact + (share * (half - exact)).long()).clamp(max=half - 1)
    return (distance > 0).long() * half + torch.where(length < exact, length, wide)

"""Neighbouring tokens of a long text become one, so that later layers have half as many to read.

Not run by itself: `trainer.bert` calls it between two layers. B texts, T tokens, W the width.
Source: Dai et al., "Funnel-Transformer: Filtering out Sequential Redundancy" (2020), whose pairs
have equal shares; here they are learnt, so that "of the lease" may become mostly "lease".
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def merge(x: Tensor, mask: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Each two tokens, one after the other, mixed: (B, T, W), (B, T) -> half of T, rounded up.

    ``weight`` (1, W) says by the difference of the two how large the share of the first is; where
    it is 0, their mean is taken. What the mask leaves out has no share; a text's last token may
    stay alone.
    """
    odd = x.shape[1] % 2
    x, mask = F.pad(x, (0, 0, 0, odd)), F.pad(mask, (0, odd))
    first, second = x[:, ::2], x[:, 1::2]  # (B, T/2, W)
    apart = first - second
    share = torch.sigmoid(F.linear(apart, weight))  # (B, T/2, 1)
    share = share.masked_fill(mask[:, 1::2, None] == 0, 1.0)
    return second + share * apart, mask[:, ::2]

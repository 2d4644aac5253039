"""Neighbouring tokens of a long text become one, so that later layers have half as many to read.

Not run by itself: `trainer.bert` calls it between two layers. B texts, T tokens, W the width.
Source: Dai et al., "Funnel-Transformer: Filtering out Sequential Redundancy" (2020).
"""

import torch.nn.functional as F
from torch import Tensor

STEP = 2
"""So many tokens become one."""


def merge(x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Means of each two tokens, one after the other: (B, T, W), (B, T) -> half of T, rounded up.

    What the mask leaves out is not counted; a text's last token may stay alone.
    """
    odd = x.shape[1] % STEP
    x, mask = F.pad(x, (0, 0, 0, odd)), F.pad(mask, (0, odd))
    weights = mask.to(x.dtype)[:, :, None]  # (B, T, 1)
    sums = (x * weights).view(len(x), -1, STEP, x.shape[2]).sum(2)  # (B, T/2, W)
    counts = mask.view(len(x), -1, STEP).sum(2)  # (B, T/2)
    return sums / counts.clamp(min=1).to(x.dtype)[:, :, None], counts.clamp(max=1)

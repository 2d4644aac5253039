"""Attention within blocks of a long text, instead of over all of it.

Not run by itself; `trainer.bert` calls it. The tokens between the first and the last, ``[CLS]`` and
``[SEP]``, are cut into as few blocks of at most so many tokens as there can be, all of one length:
the last begins earlier for it. Each token attends to its block and to those two, which most heads
look at when they find nothing; without them a text is lost (see `LOG.md`). The work of attention
grows with a text's length instead of its square.

B texts, T tokens. Sources: Qiu et al., "Blockwise Self-Attention for Long Document Understanding"
(2019); Xiao et al., "Efficient Streaming Language Models with Attention Sinks" (2023), for tokens
that everything must be able to look at.
"""

import torch
from torch import Tensor


def allowed(mask: Tensor, size: int) -> Tensor:
    """Who may look at whom: mask (B, T) of the text's own tokens -> (B, 1, T, T).

    ``size`` is the most tokens of a block, the two that all look at not counted.
    """
    lengths = mask.sum(1, keepdim=True)  # (B, 1)
    inner = lengths - 2
    blocks = (-(-inner // size)).clamp(min=1)
    length = (-(-inner // blocks)).clamp(min=1)
    places = torch.arange(mask.shape[1], device=mask.device)[None]  # (1, T)
    block = ((places - 1).clamp(min=0) // length).minimum(blocks - 1)  # (B, T)
    first = 1 + (block * length).minimum(inner - length)
    keys = places[:, None, :]  # (1, 1, T)
    own = (keys >= first[:, :, None]) & (keys < (first + length)[:, :, None])
    seen = own | (keys == 0) | (keys == lengths[:, :, None] - 1)
    return (seen & mask.bool()[:, None, :])[:, None]

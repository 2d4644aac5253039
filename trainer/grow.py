"""More feed-forward neurons, without a change of what the network says.

Not run by itself; `student` calls `grow`. The new neurons look at random directions and add nothing
yet: what they add is 0 until training finds a use for them. Source: Chen, Goodfellow and Shlens,
"Net2Net: Accelerating Learning via Knowledge Transfer" (2016).
"""

from dataclasses import replace

import torch
from torch import Tensor

from trainer.bert import Encoder

SEED = 20261124
"""Of the directions that new neurons look at: the same network every time."""


def grow(encoder: Encoder, inner: int) -> Encoder:
    """The same encoder with at least ``inner`` neurons in each layer."""
    more = inner - encoder.shape.inner
    if more <= 0:
        return encoder
    larger = Encoder(replace(encoder.shape, inner=inner))
    tensors = dict(encoder.state_dict())
    chance = torch.Generator().manual_seed(SEED)
    for number in range(encoder.shape.layers):
        layer = f"layers.{number}"
        look = tensors[f"{layer}.inner.weight"]  # (inner, W)
        fresh = torch.randn(more, look.shape[1], generator=chance) * look.std()
        tensors[f"{layer}.inner.weight"] = torch.cat([look, fresh])
        tensors[f"{layer}.inner.bias"] = padded(tensors[f"{layer}.inner.bias"], more)
        tensors[f"{layer}.outer.weight"] = padded(tensors[f"{layer}.outer.weight"], more)
    larger.load_state_dict(tensors)
    return larger


def padded(tensor: Tensor, more: int) -> Tensor:
    """With so many zeros at the end of its last axis."""
    return torch.nn.functional.pad(tensor, (0, more))

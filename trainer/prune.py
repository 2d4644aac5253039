"""Fewer heads and fewer feed-forward neurons: those that do least are taken out.

Not run by itself; `student` calls `prune`. What a head or a neuron does is measured on texts: the
mean square of what it adds to the layer's output. Sources: Michel et al., "Are Sixteen Heads Really
Better than One?" (2019); Hu et al., "Network Trimming" (2016).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from trainer import tokens
from trainer.bert import Encoder, Layer
from trainer.tokens import Ids

BATCH = 32
Hook = Callable[[nn.Module, tuple[Tensor, ...]], None]


def prune(encoder: Encoder, texts: Sequence[Ids], heads: int, inner: int) -> Encoder:
    """A smaller encoder with the best ``heads`` and ``inner`` neurons of each layer."""
    shape = replace(encoder.shape, heads=heads, inner=inner)
    if shape == encoder.shape:
        return encoder
    energies = measure(encoder, texts)
    smaller = Encoder(shape)
    kept = {
        name: value
        for name, value in encoder.state_dict().items()
        if not name.startswith("layers.")
    }
    for number, (layer, (attended, outer)) in enumerate(
        zip(layers(encoder), energies, strict=True)
    ):
        at_heads = best(attended.view(-1, shape.head).sum(1), heads)
        columns = (at_heads[:, None] * shape.head + torch.arange(shape.head)).flatten()
        for name, value in cut(layer, columns, best(outer, inner)).items():
            kept[f"layers.{number}.{name}"] = value
    smaller.load_state_dict(kept)
    return smaller


def layers(encoder: Encoder) -> list[Layer]:
    """The layers as what they are."""
    return [layer for layer in encoder.layers if isinstance(layer, Layer)]


def best(energy: Tensor, count: int) -> Tensor:
    """Places of the ``count`` largest, in order of place."""
    return energy.topk(count).indices.sort().values


def cut(layer: Layer, columns: Tensor, neurons: Tensor) -> dict[str, Tensor]:
    """A layer's tensors, only these columns of the attention and these neurons."""
    tensors = dict(layer.state_dict())
    across = tensors["attended.weight"].shape[1]
    joint = torch.cat([part * across + columns for part in range(3)])
    for kind in ("weight", "bias"):
        tensors[f"qkv.{kind}"] = tensors[f"qkv.{kind}"][joint]
        tensors[f"inner.{kind}"] = tensors[f"inner.{kind}"][neurons]
    tensors["attended.weight"] = tensors["attended.weight"][:, columns]
    tensors["outer.weight"] = tensors["outer.weight"][:, neurons]
    return tensors


def measure(encoder: Encoder, texts: Sequence[Ids]) -> list[tuple[Tensor, Tensor]]:
    """Per layer: how much each column of ``attended`` and of ``outer`` adds, summed over tokens."""
    sums: dict[nn.Module, Tensor] = {}
    hooks = [
        module.register_forward_pre_hook(counting(sums))
        for layer in layers(encoder)
        for module in (layer.attended, layer.outer)
    ]
    alike = sorted(texts, key=len)  # so that hardly any padding is counted
    with torch.inference_mode():
        for at in range(0, len(alike), BATCH):
            encoder(*tokens.batch(alike[at : at + BATCH]))
    for hook in hooks:
        hook.remove()
    return [(energy(layer.attended, sums), energy(layer.outer, sums)) for layer in layers(encoder)]


def counting(sums: dict[nn.Module, Tensor]) -> Hook:
    """A hook that adds up the squares of what goes into a module."""

    def count(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        squares = inputs[0].square().flatten(0, -2).sum(0)
        sums[module] = sums[module] + squares if module in sums else squares

    return count


def energy(module: nn.Linear, sums: dict[nn.Module, Tensor]) -> Tensor:
    """Squares of the inputs times the squared length of the column each is multiplied by."""
    return sums[module] * module.weight.detach().square().sum(0)

"""Fewer heads and fewer feed-forward neurons: those that are missed least are taken out.

Not run by itself; `student` calls `prune`. Which heads stay is the choice of `trainer.heads`. What
a neuron does is measured on texts: the mean square of what it adds to the layer's output. Source:
Hu et al., "Network Trimming" (2016).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from trainer import heads as attention
from trainer import tokens
from trainer.bert import Encoder, Layer
from trainer.tokens import Ids

BATCH = 32
Hook = Callable[[nn.Module, tuple[Tensor, ...]], None]
Count = Callable[[Tensor], Tensor]
"""What is added up of a module's inputs, (tokens, columns)."""


def prune(encoder: Encoder, texts: Sequence[Ids], heads: int, inner: int) -> Encoder:
    """A smaller encoder with the best ``heads`` and ``inner`` neurons of each layer."""
    shape = replace(encoder.shape, heads=heads, inner=inner)
    if shape == encoder.shape:
        return encoder
    seen = measure(encoder, texts)
    smaller = Encoder(shape)
    kept = {
        name: value
        for name, value in encoder.state_dict().items()
        if not name.startswith("layers.")
    }
    for number, layer in enumerate(layers(encoder)):
        neurons = best(energy(layer.outer, seen), inner)
        for name, value in cut(layer, at_heads(layer, seen, shape.head, heads), neurons).items():
            kept[f"layers.{number}.{name}"] = value
    smaller.load_state_dict(kept)
    return smaller


def at_heads(
    layer: Layer, seen: dict[nn.Module, Tensor], head: int, count: int
) -> attention.Kept | None:
    """The heads that stay; ``None``: all of them, as they are."""
    if layer.heads == count:
        return None
    return attention.choose(layer.attended, seen[layer.attended], head, count)


def layers(encoder: Encoder) -> list[Layer]:
    """The layers as what they are."""
    return [layer for layer in encoder.layers if isinstance(layer, Layer)]


def best(energy: Tensor, count: int) -> Tensor:
    """Places of the ``count`` largest, in order of place."""
    return energy.topk(count).indices.sort().values


def cut(layer: Layer, kept: attention.Kept | None, neurons: Tensor) -> dict[str, Tensor]:
    """A layer's tensors, only these heads of the attention and these neurons."""
    tensors = dict(layer.state_dict())
    if kept:
        across = tensors["attended.weight"].shape[1]
        joint = torch.cat([part * across + kept.columns for part in range(3)])
        tensors |= {"attended.weight": kept.weight, "attended.bias": kept.bias}
        for kind in ("weight", "bias"):
            tensors[f"qkv.{kind}"] = tensors[f"qkv.{kind}"][joint]
    for kind in ("weight", "bias"):
        tensors[f"inner.{kind}"] = tensors[f"inner.{kind}"][neurons]
    tensors["outer.weight"] = tensors["outer.weight"][:, neurons]
    return tensors


def measure(encoder: Encoder, texts: Sequence[Ids]) -> dict[nn.Module, Tensor]:
    """By each ``attended`` the moments of what it reads, by each ``outer`` the squares."""
    sums: dict[nn.Module, Tensor] = {}
    hooks = [
        module.register_forward_pre_hook(counting(sums, count))
        for layer in layers(encoder)
        for module, count in ((layer.attended, attention.moments), (layer.outer, squares))
    ]
    with torch.inference_mode():
        for ids, mask in tokens.alike(texts, BATCH):  # so that hardly any padding is counted
            encoder(ids, mask)
    for hook in hooks:
        hook.remove()
    return {module: total.clone() for module, total in sums.items()}  # no inference tensors


def squares(heard: Tensor) -> Tensor:
    """Of each column, summed."""
    return heard.square().sum(0)


def counting(sums: dict[nn.Module, Tensor], count: Count) -> Hook:
    """A hook that adds up what it counts of a module's input."""

    def hook(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        found = count(inputs[0].flatten(0, -2))
        sums[module] = sums[module] + found if module in sums else found

    return hook


def energy(module: nn.Linear, seen: dict[nn.Module, Tensor]) -> Tensor:
    """Squares of the inputs times the squared length of the column each is multiplied by."""
    return seen[module] * module.weight.detach().square().sum(0)

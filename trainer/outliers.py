"""Neurons that shout for ``[CLS]`` alone are made to speak, so that eight bits suffice for all.

Not run by itself; `export` calls `calm`. An eight-bit matrix product has one scale for all that it
reads. A few neurons reach forty at the first token of every text, where they are nearly constant,
and are all but silent elsewhere, while no other passes eight: the scale is theirs, and few of its
256 steps are left for the rest. Squeezed by α, moved down by β and listened to σ times as closely,
such a neuron does the same:

    σ · GELU(αx − β) ≈ GELU(x), for x at the first token, and below 0 wherever else it is.

What little is lost elsewhere on average is added to the bias behind it.
Sources: Bondarenko et al., "Understanding and Overcoming the Challenges of Efficient Transformer
Quantization" (2021), for such neurons; Xiao et al., "SmoothQuant" (2023), for moving what
activations have too much of into weights.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainer import prune, tokens
from trainer.bert import Encoder, Layer
from trainer.tokens import Ids

LOUD = 7.0
"""What a neuron may reach; about what the loudest of the others reach."""
SILENT = -3.0
"""Where GELU is as good as 0."""


class Heard:
    """What goes into the GELU of one layer: a hook that takes note of one text at a time."""

    def __init__(self) -> None:
        self.first: list[Tensor] = []
        """Of each text's first token, (neurons,)."""
        self.others: list[Tensor] = []
        """Of its others that go through the layer, (T − 1, neurons)."""

    def __call__(self, module: nn.Module, inputs: tuple[Tensor, ...], said: Tensor) -> None:
        """One text: (1, T, neurons), or (T, neurons) if some of its tokens go round."""
        tokens = said.flatten(0, -2)
        self.first.append(tokens[0])
        self.others.append(tokens[1:])


def calm(network: Encoder, texts: Sequence[Ids]) -> int:
    """Change such neurons of every layer in place, and say how many; ``texts`` show which."""
    heard = [(layer, Heard()) for layer in prune.layers(network)]
    hooks = [layer.inner.register_forward_hook(one) for layer, one in heard]
    with torch.no_grad():
        for text in texts:
            network(*tokens.batch([text]))
        for hook in hooks:
            hook.remove()
        return sum(calm_layer(layer, one) for layer, one in heard)


def calm_layer(layer: Layer, heard: Heard) -> int:
    """The loud neurons of one layer: those that fire at the first token and never elsewhere."""
    first = torch.stack(heard.first).mean(0)
    others = torch.cat(heard.others)  # (tokens, neurons)
    loud = (first > LOUD) & (others.amax(0) < 0)
    first, others = first[loud], others[:, loud]
    squeeze = (LOUD - SILENT) / (first - others.amax(0))  # α
    down = squeeze * first - LOUD  # β
    closely = first / LOUD  # σ
    lost = (F.gelu(others) - closely * F.gelu(squeeze * others - down)).mean(0)
    layer.outer.bias.add_(layer.outer.weight[:, loud] @ lost)
    layer.inner.weight[loud] *= squeeze[:, None]
    layer.inner.bias[loud] = layer.inner.bias[loud] * squeeze - down
    layer.outer.weight[:, loud] *= (first - lost) / LOUD
    return int(loud.sum())

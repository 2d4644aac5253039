"""The affine functions with which a network's common words begin to go round feed-forward.

Not run by itself; `student` calls it. See `trainer.rare`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from trainer import prune, rare, tokens
from trainer.bert import Encoder, Shape
from trainer.errors import TrainerError
from trainer.tokens import Ids

NAME = ".bypass."
"""What the names of its tensors contain."""
BATCH = 32
MOST = 500
"""Long texts on which it is fitted: a hundred thousand tokens."""


def fitted(whole: Encoder, wanted: Shape, texts: Sequence[Ids]) -> dict[str, Tensor]:
    """Tensors for each layer, fitted to what tokens get of a network in which all go through.

    ``wanted`` is the shape of the network that they are for.

    Raises:
        TrainerError: not one of the texts is long.
    """
    long = [text for text in texts if len(text) > wanted.merge_over][:MOST]
    if not long:
        raise TrainerError("no text is long, so that nothing shows how to go round feed-forward")
    found: dict[str, Tensor] = {}
    for number, layer in enumerate(hear(whole, wanted.rare, long)):
        weight, bias = rare.fit(torch.cat(layer.heard), torch.cat(layer.said))
        found |= {f"layers.{number}{NAME}weight": weight, f"layers.{number}{NAME}bias": bias}
    return found


@dataclass(slots=True)
class Overheard:
    """Of a layer, by batch: what feed-forward reads of common words, and what it makes of it."""

    heard: list[Tensor] = field(default_factory=list)
    said: list[Tensor] = field(default_factory=list)

    def reads(self, _: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        """Before a layer's first matrix: of all words, (B, T, W)."""
        self.heard.append(inputs[0])

    def makes(self, _: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        """Behind its second, (B, T, W)."""
        self.said.append(output)

    def keep(self, common: Tensor) -> None:
        """Of the last batch, no more than these words: (B, T)."""
        self.heard[-1] = self.heard[-1][common]
        self.said[-1] = self.said[-1][common]


def hear(whole: Encoder, share: float, texts: Sequence[Ids]) -> list[Overheard]:
    """What the layers make of the common words of these texts."""
    found = [Overheard() for _ in whole.layers]
    hooks = []
    for seen, layer in zip(found, prune.layers(whole), strict=True):
        hooks.append(layer.inner.register_forward_pre_hook(seen.reads))
        hooks.append(layer.outer.register_forward_hook(seen.makes))
    with torch.no_grad():
        for ids, mask in tokens.alike(texts, BATCH):
            whole.states(ids, mask, True)
            common = mask.bool() & ~rare.among(ids, mask, share)
            for seen in found:
                seen.keep(common)
    for hook in hooks:
        hook.remove()
    return found

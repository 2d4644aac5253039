"""The affine functions with which a network's common words begin to go round what costs most.

Not run by itself; `student` calls it. See `trainer.rare` and, for the last layer, `trainer.ending`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from trainer import ending, prune, rare, tokens
from trainer.bert import Encoder, Shape
from trainer.errors import TrainerError
from trainer.tokens import Ids

NAME = ".bypass."
"""What the names of its tensors contain."""
OTHERS = "others."
"""What the names of those tensors begin with that tell what others than rare words add."""
BATCH = 32
MOST = 1200
"""Long texts on which they are fitted: two hundred thousand tokens."""


def is_way(name: str) -> bool:
    """Whether a tensor of this name is one of these."""
    return NAME in name or name.startswith(OTHERS)


def projected(ways: dict[str, Tensor], rows: Tensor) -> dict[str, Tensor]:
    """The same for a network whose last matrix (dim, W) comes behind what others add."""
    return {
        name: rows @ value if name.startswith(OTHERS) else value for name, value in ways.items()
    }


def fitted(whole: Encoder, wanted: Shape, texts: Sequence[Ids]) -> dict[str, Tensor]:
    """Tensors for each layer, fitted to what tokens get of a network in which all go through.

    ``wanted`` is the shape of the network that they are for.

    Raises:
        TrainerError: not one of the texts is long.
    """
    long = [text for text in texts if len(text) > wanted.merge_over][:MOST]
    if not long:
        raise TrainerError("no text is long, so that nothing shows how to go round feed-forward")
    layers, end = hear(whole, wanted.rare, long)
    found: dict[str, Tensor] = {}
    for number, layer in enumerate(layers):
        weight, bias = rare.fit(torch.cat(layer.heard), torch.cat(layer.said))
        found |= {f"layers.{number}{NAME}weight": weight, f"layers.{number}{NAME}bias": bias}
    weight, bias = ending.fit(end.sums, torch.cat(end.wished))
    return found | {f"{OTHERS}weight": weight, f"{OTHERS}bias": bias}


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


@dataclass(slots=True)
class Ending:
    """By batch, what the mean of common words is told from behind the last layer, and that mean."""

    sums: list[ending.Sums] = field(default_factory=list)
    wished: list[Tensor] = field(default_factory=list)
    before: Tensor | None = None
    """What the last layer reads."""

    def reads(self, _: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        """Before the last layer: of all words, (B, T, W)."""
        self.before = inputs[0]

    def keep(self, behind: Tensor, some: Tensor, common: Tensor) -> None:
        """What a batch says behind the layer, (B, T, W); which tokens are rare, which common."""
        assert self.before is not None
        self.sums.append(ending.Sums.of(behind, some, self.before, common))
        self.wished.append(ending.total(behind, common.float()) / common.sum(1, keepdim=True))


def hear(whole: Encoder, share: float, texts: Sequence[Ids]) -> tuple[list[Overheard], Ending]:
    """What the layers but the last make of the common words of these texts, and how it ends."""
    *layers, last = prune.layers(whole)
    found, end = [Overheard() for _ in layers], Ending()
    hooks = [last.register_forward_pre_hook(end.reads)]
    for seen, layer in zip(found, layers, strict=True):
        hooks.append(layer.inner.register_forward_pre_hook(seen.reads))
        hooks.append(layer.outer.register_forward_hook(seen.makes))
    with torch.no_grad():
        for ids, mask in tokens.alike(texts, BATCH):
            behind, _ = whole.states(ids, mask, True)
            some = rare.among(ids, mask, share)
            common = mask.bool() & ~some
            end.keep(behind, some, common)
            for seen in found:
                seen.keep(common)
    for hook in hooks:
        hook.remove()
    return found, end

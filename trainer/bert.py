"""The network: a BERT encoder in little more than a hundred lines, teachers and students alike.

Not run by itself: `trainer.teacher` and `trainer.student` fill it with weights.

Sizes in the shape comments: B texts in a batch, T tokens in a text, W the width, H heads, D the
width of a head.
Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers" (2018). How long
texts are read faster is said in `trainer.merging`, `trainer.blocks` and `trainer.rare`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from trainer import blocks, distances, ending, merging, rare

MASKED = -10000.0
"""Stands for minus infinity before the softmax: the weight rounds to 0."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Everything that decides which weights fit which network."""

    vocabulary: int = 30522
    width: int = 384
    heads: int = 12
    head: int = 32
    """Width of one head; heads may be fewer than fill the width."""
    inner: int = 1536
    layers: int = 6
    positions: int = 512
    dim: int = 0
    """Length of the vector after the last projection; 0 leaves the pooled vector as it is."""
    merge_after: int = 0
    """Layers after which the neighbouring tokens of a long text are merged two by two."""
    merge_over: int = 0
    """Tokens, special ones included, over which a text is long in this sense; 0: none is."""
    block: int = 0
    """Instead: tokens of the blocks within which attention stays in a long text; 0: all of it."""
    rare: float = 0.0
    """Share of a long text's tokens that go through feed-forward; 0: all of them do."""
    ending: bool = False
    """Whether the last layer answers for those tokens alone."""
    buckets: int = 0
    """Kinds of distance between tokens that attention knows (MPNet); 0: it knows none."""
    epsilon: float = 1e-12
    """What the norms add to a variance."""

    @property
    def merges(self) -> bool:
        """Whether the tokens of a long text become fewer."""
        return bool(self.merge_over and not (self.block or self.rare))


@dataclass(frozen=True, slots=True)
class Dropout:
    """What is left out while a network learns, drawn from a generator of the batch's own."""

    share: float
    generator: torch.Generator

    def __call__(self, x: Tensor) -> Tensor:
        """``x`` with this share of its numbers 0 and the others larger in return."""
        kept = torch.empty_like(x).bernoulli_(1.0 - self.share, generator=self.generator)
        return x * kept / (1.0 - self.share)


class Layer(nn.Module):
    """Self-attention and feed-forward, each added to its input and then normalised."""

    def __init__(self, shape: Shape, around: bool) -> None:
        """``around``: some tokens go round feed-forward."""
        super().__init__()
        self.heads = shape.heads
        across = shape.heads * shape.head
        self.qkv = nn.Linear(shape.width, 3 * across)
        self.attended = nn.Linear(across, shape.width)
        self.attended_norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.inner = nn.Linear(shape.width, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.width)
        self.outer_norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        if around:
            self.bypass = nn.Linear(shape.width, shape.width)

    def attend(
        self, x: Tensor, mask: Tensor, bias: Tensor | None, asking: Tensor | None = None
    ) -> Tensor:
        """Softmax attention over the tokens that ``mask`` (B, 1, 1 or T, T) allows.

        ``bias`` (H, T, T) is what distance alone adds to the scores. Only those ``asking``
        (B, K, W) look at the tokens, if they are given.
        """
        if asking is None:
            query, key, value = self.by_head(self.qkv(x), 3)
        else:
            across = self.attended.in_features
            weights, biases = self.qkv.weight, self.qkv.bias
            query = self.by_head(F.linear(asking, weights[:across], biases[:across]), 1)[0]
            key, value = self.by_head(F.linear(x, weights[across:], biases[across:]), 2)
        # Written out: torch's fused attention takes five to eight times as long to train on a
        # processor with texts this short.
        scores = query @ key.transpose(-1, -2) * key.shape[-1] ** -0.5  # (B, H, T, T)
        scores = scores if bias is None else scores + bias
        mixed = scores.masked_fill(~mask, MASKED).softmax(-1) @ value
        # (B, H, T, D) -> (B, T, H, D) -> (B, T, HD) -> (B, T, W)
        attended: Tensor = self.attended(mixed.transpose(1, 2).flatten(2))
        return attended

    def by_head(self, joint: Tensor, parts: int) -> Tensor:
        """Queries, keys or values that stand side by side: (B, T, PHD) -> (P, B, H, T, D)."""
        b, t, _ = joint.shape
        return joint.view(b, t, parts, self.heads, -1).permute(2, 0, 3, 1, 4)

    def feed(self, x: Tensor, rare: Tensor | None) -> Tensor:
        """Feed-forward for the tokens that are ``rare`` (B, T), the way round it for the others."""
        if rare is None:
            return self.through(x)
        tokens, chosen = x.flatten(0, 1), rare.flatten()  # (BT, W), (BT,)
        places, others = chosen.nonzero()[:, 0], (~chosen).nonzero()[:, 0]
        said = torch.cat([self.through(tokens[places]), self.bypass(tokens[others])])
        return said[torch.cat([places, others]).argsort()].view_as(x)

    def through(self, x: Tensor) -> Tensor:
        """Feed-forward: (..., W) -> (..., W)."""
        said: Tensor = self.outer(F.gelu(self.inner(x)))
        return said

    def forward(
        self, x: Tensor, seen: Tensor, bias: Tensor | None = None, drop: Dropout | None = None,
        rare: Tensor | None = None, asking: Tensor | None = None,
    ) -> Tensor:  # fmt: skip
        """(B, T, W) -> (B, T, W); who looks at whom is ``seen`` (B, 1, 1 or T, T).

        If there are tokens ``asking`` (B, K, W), the answer is theirs alone.
        """
        drop_out = drop or nn.Identity()
        own = x if asking is None else asking
        own = self.attended_norm(own + drop_out(self.attend(x, seen, bias, asking)))
        normed: Tensor = self.outer_norm(own + drop_out(self.feed(own, rare)))
        return normed


class Encoder(nn.Module):
    """Token ids to unit vectors: embed, encode, average over the text's tokens, project."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        # BERT adds a "sentence A" vector to every token; it is folded into the positions.
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=shape.epsilon)
        last = shape.layers - 1
        self.layers = nn.ModuleList(
            Layer(shape, bool(shape.rare) and not (shape.ending and number == last))
            for number in range(shape.layers)
        )
        if shape.buckets:
            self.distances = nn.Embedding(shape.buckets, shape.heads)
        if shape.merges:
            self.merging = nn.Linear(shape.width, 1, bias=False)
            nn.init.zeros_(self.merging.weight)  # equal shares
        self.project = nn.Linear(shape.width, shape.dim, bias=False) if shape.dim else nn.Identity()
        if shape.ending:
            self.others = nn.Linear(2 * shape.width, shape.dim or shape.width)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.words.weight.device

    def forward(self, ids: Tensor, mask: Tensor, drop: Dropout | None = None) -> Tensor:
        """Ids and mask (B, T), the mask 1 on the text's own tokens -> unit vectors (B, dim)."""
        long = self.long(mask.sum(1))
        if long.any() and not long.all():
            return self.apart(ids, mask, long, drop)
        if self.shape.ending and long.all():
            return self.from_rare(ids, mask, drop)
        return self.pool(*self.states(ids, mask, bool(long.all()), drop))

    def from_rare(self, ids: Tensor, mask: Tensor, drop: Dropout | None) -> Tensor:
        """Of long texts whose last layer answers for rare tokens alone, see `trainer.ending`."""
        some = rare.among(ids, mask, self.shape.rare)
        sums = self.asked(self.before_last(ids, mask, some, drop), mask, some, drop)
        with torch.autocast(mask.device.type, enabled=False):
            vectors: Tensor = F.normalize(self.project(sums.said) + sums.of_others(self.others))
            return vectors

    def asked(
        self, heard: Tensor, mask: Tensor, some: Tensor, drop: Dropout | None = None
    ) -> ending.Sums:
        """What is known once ``some`` (B, T) have asked the last layer about what it reads."""
        asking, filled = ending.gathered(heard, some)  # (B, K, W), (B, K)
        seen = mask.bool()[:, None, None, :]
        said = self.layers[-1](heard, seen, drop=drop, asking=asking)  # (B, K, W)
        return ending.Sums.of(said, filled, heard, mask.bool() & ~some)

    def long(self, lengths: Tensor) -> Tensor:
        """Which texts of so many tokens are long: (B,) -> (B,)."""
        over = self.shape.merge_over
        return lengths > over if over else torch.zeros_like(lengths, dtype=torch.bool)

    def apart(self, ids: Tensor, mask: Tensor, long: Tensor, drop: Dropout | None) -> Tensor:
        """Long texts and short ones, each by themselves: as `forward`."""
        width = int(mask[~long].sum(1).max())
        short: Tensor = self(ids[~long, :width], mask[~long, :width], drop)
        back = torch.cat([torch.nonzero(~long), torch.nonzero(long)]).flatten().argsort()
        return torch.cat([short, self(ids[long], mask[long], drop)])[back]

    def states(
        self, ids: Tensor, mask: Tensor, long: bool, drop: Dropout | None = None
    ) -> tuple[Tensor, Tensor]:
        """What the last layer says of every token, padding included: (B, T, W) and its mask (B, T).

        The texts are all ``long`` or all short; T may become half of itself if they are long.
        """
        x, bias = self.embed(ids)
        allowed = self.allowed(mask, long)
        some = rare.among(ids, mask, self.shape.rare) if long and self.shape.rare else None
        for number, layer in enumerate(self.layers):
            if long and self.shape.merges and number == self.shape.merge_after:
                x, mask = merging.merge(x, mask, self.merging.weight)
                allowed = mask.bool()[:, None, None, :]
            x = layer(x, allowed, bias, drop, some)
        return x, mask

    def before_last(
        self, ids: Tensor, mask: Tensor, some: Tensor, drop: Dropout | None = None
    ) -> Tensor:
        """What the last layer of a network reads that lets ``some`` tokens (B, T) through."""
        x, bias = self.embed(ids)
        allowed = self.allowed(mask, True)
        for layer in self.layers[:-1]:
            x = layer(x, allowed, bias, drop, some)
        return x

    def embed(self, ids: Tensor) -> tuple[Tensor, Tensor | None]:
        """Words with their places, (B, T, W), and what distances between them say, (H, T, T)."""
        x: Tensor = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]])
        if not self.shape.buckets:
            return x, None
        return x, distances.bias(self.distances.weight, ids.shape[1])

    def allowed(self, mask: Tensor, long: bool) -> Tensor:
        """Who looks at whom: mask (B, T) -> (B, 1, 1 or T, T)."""
        if long and self.shape.block:
            return blocks.allowed(mask, self.shape.block)
        return mask.bool()[:, None, None, :]

    def pool(self, x: Tensor, mask: Tensor) -> Tensor:
        """The mean of a text's own tokens, projected and brought to unit length: (B, dim)."""
        weights = mask.float()[:, :, None]  # (B, T, 1)
        pooled = (x.float() * weights).sum(1) / weights.sum(1)  # (B, W)
        with torch.autocast(x.device.type, enabled=False):  # the last projection decides the vector
            vectors: Tensor = F.normalize(self.project(pooled), dim=1)
            return vectors


def layer_tensors(
    theirs: Mapping[str, Tensor], keep: Sequence[int], places: Mapping[str, Sequence[str]]
) -> dict[str, Tensor]:
    """The layers in ``keep`` of another checkpoint, under this project's names.

    ``places`` says where each part of a `Layer` comes from; several are joined, row after row.
    """
    return {
        f"layers.{new}.{name}.{kind}": torch.cat(
            [theirs[f"encoder.layer.{old}.{place}.{kind}"] for place in found]
        )
        for new, old in enumerate(keep)
        for name, found in places.items()
        for kind in ("weight", "bias")
    }


def parameters(shape: Shape) -> int:
    """How many weights a network of this shape has."""
    with torch.device("meta"):
        return sum(p.numel() for p in Encoder(shape).parameters())

"""How the ONNX graph reads long texts faster: nodes for `trainer.merging` and `trainer.sharing`.

Not run by itself; `trainer.graph` calls it. Both are gathers rather than a branch: in a short text
every token is its own neighbour.

T tokens of one text, G groups of them, W the width.
"""

from dataclasses import dataclass

import onnx
from onnx import TensorProto

from trainer.nodes import Graph, Weights

KEY = "asterisk_search.merge"
"""Of the metadata that say what is done with long texts."""


@dataclass(frozen=True, slots=True)
class LongTexts:
    """What is done with long texts: nothing, unless it says otherwise."""

    after: int = 0
    """So many layers come before they are shortened."""
    over: int = 0
    """Texts of more tokens are long; 0: none."""
    share: tuple[int, ...] = ()
    """Instead: by layer, how many tokens share a feed-forward pass."""

    def said(self) -> str:
        """For the metadata."""
        return " ".join(map(str, (self.after, self.over, *self.share)))


def of(made: onnx.ModelProto) -> LongTexts:
    """What a graph does with long texts; one from before there was a choice does nothing."""
    found = {entry.key: entry.value for entry in made.metadata_props}.get(KEY, "0 0")
    after, over, *share = map(int, found.split())
    return LongTexts(after, over, tuple(share))


def length(graph: Graph, kept: str) -> str:
    """How many tokens ``kept`` (1, T) has."""
    return graph.add("Squeeze", graph.add("Shape", kept, start=1, end=2), graph.ints(0))


def is_long(graph: Graph, tokens: str, over: int) -> str:
    """1 for a long text, else 0."""
    return graph.add("Cast", graph.add("Greater", tokens, graph.whole(over)), to=TensorProto.INT64)


def shortened(graph: Graph, x: str, kept: str, weights: Weights, over: int) -> tuple[str, str]:
    """Each two tokens mixed, if there are more than ``over``: (1, T, W), (1, T) -> T/2 or T."""
    tokens, one = length(graph, kept), graph.whole(1)
    long = is_long(graph, tokens, over)
    first = graph.add("Range", graph.whole(0), tokens, graph.add("Add", long, one))  # (T/2,)
    last = graph.add("Sub", tokens, one)
    after = graph.add("Min", graph.add("Add", first, long), last)
    second = graph.add("Gather", x, after, axis=1)
    apart = graph.add("Sub", graph.add("Gather", x, first, axis=1), second)
    weight = graph.constant("merging.weight", weights["merging.weight"].T.copy())
    share = graph.add("Sigmoid", graph.add("MatMul", apart, weight))  # (1, T/2, 1)
    mixed = graph.add("Add", second, graph.add("Mul", share, apart))
    return mixed, graph.add("Gather", kept, first, axis=1)


class Neighbours:
    """Which tokens of a text share what, for every layer of it."""

    def __init__(self, graph: Graph, kept: str, long_texts: LongTexts) -> None:
        """Add what all layers need; nothing, if nothing is shared."""
        self.graph = graph
        self.pairs: list[tuple[str, str]] = []
        """By halving: the first and the second of each two, (G,)."""
        self.groups: list[str] = []
        """After so many halvings: the group of each token, (T,)."""
        if long_texts.share:
            tokens = length(graph, kept)
            self.halve(tokens, is_long(graph, tokens, long_texts.over), max(long_texts.share))

    def halve(self, tokens: str, long: str, most: int) -> None:
        """The first token alone, then two by two, as often as ``most`` of them need."""
        graph, zero, one = self.graph, self.graph.whole(0), self.graph.whole(1)
        step = graph.add("Add", long, one)
        group = graph.add("Range", zero, tokens, one)
        while 2 ** len(self.pairs) < most:
            last = graph.add("Sub", tokens, one)
            ahead = graph.add("Range", zero, graph.add("Add", tokens, long), step)  # 0, 2, 4…
            second = graph.add("Min", ahead, last)
            self.pairs.append((graph.add("Max", graph.add("Sub", ahead, long), zero), second))
            group = graph.add("Div", graph.add("Add", group, long), step)
            self.groups.append(group)
            tokens = graph.add("Squeeze", graph.add("Shape", ahead), graph.ints(0))

    def means(self, x: str, share: int) -> str:
        """Means of the tokens that share: (1, T, W) -> (1, G, W)."""
        for first, second in self.pairs[: share.bit_length() - 1]:
            both = (self.graph.add("Gather", x, one, axis=1) for one in (first, second))
            x = self.graph.add("Mul", self.graph.add("Add", *both), self.graph.real(0.5))
        return x

    def spread(self, groups: str, share: int) -> str:
        """To each token what its group has: (1, G, W) -> (1, T, W)."""
        if share == 1:
            return groups
        return self.graph.add("Gather", groups, self.groups[share.bit_length() - 2], axis=1)

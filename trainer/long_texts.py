"""How the ONNX graph reads long texts faster: what there is, and nodes for `trainer.merging`.

Not run by itself; `trainer.graph` calls it, and `trainer.routes` for the rest. Merging is a gather
rather than a branch: in a short text every token is its own neighbour.

T tokens of one text, W the width.
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
    block: int = 0
    """Instead: tokens of the blocks within which attention stays; 0: all of the text."""
    rare: float = 0.0
    """Share of the tokens that go through feed-forward; 0: all of them do."""
    ending: bool = False
    """Whether the last layer answers for those alone."""

    @property
    def merges(self) -> bool:
        """Whether the tokens of a long text become fewer."""
        return bool(self.over and not (self.block or self.rare))

    def said(self) -> str:
        """For the metadata."""
        return f"{self.after} {self.over} {self.block} {self.rare} {int(self.ending)}"


def of(made: onnx.ModelProto) -> LongTexts:
    """What a graph does with long texts; one from before there was a choice does nothing."""
    found = {entry.key: entry.value for entry in made.metadata_props}.get(KEY, "")
    after, over, block, rare, ending = [*found.split(), *"00000"][:5]
    return LongTexts(int(after), int(over), int(block), float(rare), bool(int(ending)))


def length(graph: Graph, text: str) -> str:
    """How many tokens a text (1, T) has."""
    return graph.add("Squeeze", graph.add("Shape", text, start=1, end=2), graph.ints(0))


def is_long(graph: Graph, tokens: str, over: int) -> str:
    """Whether it is a long text."""
    return graph.add("Greater", tokens, graph.whole(over))


def shortened(graph: Graph, x: str, kept: str, weights: Weights, over: int) -> tuple[str, str]:
    """Each two tokens mixed, if there are more than ``over``: (1, T, W), (1, T) -> T/2 or T."""
    tokens, one = length(graph, kept), graph.whole(1)
    long = graph.add("Cast", is_long(graph, tokens, over), to=TensorProto.INT64)
    first = graph.add("Range", graph.whole(0), tokens, graph.add("Add", long, one))  # (T/2,)
    last = graph.add("Sub", tokens, one)
    after = graph.add("Min", graph.add("Add", first, long), last)
    second = graph.add("Gather", x, after, axis=1)
    apart = graph.add("Sub", graph.add("Gather", x, first, axis=1), second)
    weight = graph.constant("merging.weight", weights["merging.weight"].T.copy())
    share = graph.add("Sigmoid", graph.add("MatMul", apart, weight))  # (1, T/2, 1)
    mixed = graph.add("Add", second, graph.add("Mul", share, apart))
    return mixed, graph.add("Gather", kept, first, axis=1)

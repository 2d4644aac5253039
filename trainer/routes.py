"""Which way the tokens of a long text go, as ONNX nodes: `trainer.blocks` and `trainer.rare`.

Not run by itself; `trainer.graph` calls it. In a short text, which way is computed as well, and
found to be the usual one: one block, and all tokens through feed-forward.

T tokens of one text, K blocks, L tokens of each, W the width.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from onnx import TensorProto, helper

from trainer.long_texts import LongTexts, is_long, length
from trainer.nodes import Graph

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
RAREST, END = np.iinfo(np.int64).max, np.iinfo(np.int64).max
"""The number of ``[CLS]`` for this purpose; and the end of whatever is cut."""


class Routes:
    """What all layers need to know about one text."""

    def __init__(self, graph: Graph, ids: str, places: str, long: LongTexts) -> None:
        """Add it to the graph: ids and places (1, T)."""
        self.graph, self.long = graph, long
        self.ids, self.places = ids, places
        """Of the tokens in the order in which they are computed, (1, T)."""
        if not long.block and not long.rare:
            return
        self.tokens = length(graph, ids)
        self.count = graph.add("Unsqueeze", self.tokens, graph.ints(0))
        self.is_long = is_long(graph, self.tokens, long.over)
        order = self.by_rarity() if long.rare else ""
        if long.block:
            self.blocks, self.back = self.cut()
        if order:
            self.reorder(order)

    def by_rarity(self) -> str:
        """Places of the tokens, the rarest word first, (T,); how many go through is noted."""
        graph = self.graph
        whole = graph.add("Cast", self.count, to=FLOAT)
        share = graph.add("Ceil", graph.add("Mul", whole, graph.real(self.long.rare)))
        some = graph.add("Cast", share, to=INT64)
        self.until = graph.add("Where", self.is_long, some, self.count)
        numbers = graph.add("Squeeze", self.ids, graph.ints(0))
        rest = graph.add("Slice", numbers, graph.ints(1), graph.ints(END), graph.ints(0))
        first = graph.constant("first", np.array([RAREST]))
        ranked = graph.add("Concat", first, rest, axis=0)
        return f"{graph.add('TopK', ranked, self.count, outputs=2, axis=0)}_1"

    def reorder(self, order: str) -> None:
        """Compute the tokens in this order, (T,)."""
        graph = self.graph
        self.ids = graph.add("Gather", self.ids, order, axis=1)
        self.places = graph.add("Gather", self.places, order, axis=1)
        if self.long.block:
            now = f"{graph.add('TopK', order, self.count, outputs=2, axis=0, largest=0)}_1"
            self.blocks = graph.add("Gather", now, self.blocks)
            self.back = graph.add("Gather", self.back, order)

    def cut(self) -> tuple[str, str]:
        """Who is in which block, (K, L), and where in all blocks each token is, (T,)."""
        graph, zero, one = self.graph, self.graph.whole(0), self.graph.whole(1)
        add, sub, mul = (partial(graph.add, kind) for kind in ("Add", "Sub", "Mul"))
        div, most, least = (partial(graph.add, kind) for kind in ("Div", "Max", "Min"))
        inner = sub(self.tokens, graph.whole(2))
        more = most(div(sub(inner, one), graph.whole(self.long.block)), zero)
        count = add(mul(graph.add("Cast", self.is_long, to=INT64), more), one)
        last = sub(count, one)
        size = div(add(inner, last), count)
        number = graph.add("Range", zero, count, one)
        first = add(least(mul(number, size), sub(inner, size)), one)
        blocks = self.framed(first, size, count)
        place = graph.add("Range", zero, self.tokens, one)
        block = least(div(most(sub(place, one), zero), most(size, one)), last)
        in_last = graph.add("Cast", graph.add("Equal", block, last), to=INT64)
        repeated = mul(in_last, sub(mul(count, size), inner))  # the last block begins earlier
        ends = mul(block, graph.whole(2))
        return blocks, add(add(place, ends), repeated)

    def framed(self, first: str, size: str, count: str) -> str:
        """Places of each block's tokens, between the first and the last of the text: (K, L)."""
        graph = self.graph
        within = graph.add("Range", graph.whole(0), size, graph.whole(1))
        own = graph.add("Add", graph.add("Unsqueeze", first, graph.ints(1)), within)
        rows = graph.add("Unsqueeze", count, graph.ints(0))
        column = graph.add("Concat", rows, graph.ints(1), axis=0)
        last = graph.add("Sub", self.tokens, graph.whole(1))
        ends = [graph.add("Expand", end, column) for end in (graph.whole(0), last)]
        return graph.add("Concat", ends[0], own, ends[1], axis=1)

    def by_block(self, x: str, attend: Callable[[str], str]) -> str:
        """What attention says within blocks: (1, T, W) -> (1, T, HD)."""
        if not self.long.block:
            return attend(x)
        graph = self.graph
        flat = graph.add("Squeeze", x, graph.ints(0))
        mixed = attend(graph.add("Gather", flat, self.blocks))  # (K, L, HD)
        width = graph.add("Shape", mixed, start=2, end=3)
        shape = graph.add("Concat", graph.ints(1, -1), width, axis=0)
        return graph.add("Gather", graph.add("Reshape", mixed, shape), self.back, axis=1)

    def rarest(self, x: str) -> str:
        """The tokens that go through feed-forward: (1, T, W) -> (1, K, W)."""
        return self.graph.add("Slice", x, self.graph.ints(0), self.until, self.graph.ints(1))

    def ones(self) -> str:
        """As many as there are rare tokens, to add them up: (1, K)."""
        one = self.graph.constant("one", np.ones((1, 1), np.float32))
        shape = self.graph.add("Concat", self.graph.ints(1), self.until, axis=0)
        return self.graph.add("Expand", one, shape)

    def others(self) -> str:
        """1 for each token that is not rare, and 0 for those that are, to add them up: (1, T)."""
        graph = self.graph
        place = graph.add("Range", graph.whole(0), self.tokens, graph.whole(1))
        after = graph.add("GreaterOrEqual", place, self.until)
        counted = graph.add("Cast", after, to=FLOAT)
        return graph.add("Unsqueeze", counted, graph.ints(0))

    def counted(self) -> tuple[str, str]:
        """How many tokens are rare, and how many are not, (1,) each."""
        rest = self.graph.add("Sub", self.count, self.until)
        rare, common = (self.graph.add("Cast", one, to=FLOAT) for one in (self.until, rest))
        return rare, common

    def parted(
        self, x: str, number: int,
        through: Callable[[str], str], around: Callable[[Graph, str], str],
    ) -> str:  # fmt: skip
        """Rare tokens go through, the others around: (1, T, W) -> (1, T, W)."""
        if not self.long.rare:
            return through(x)
        graph = self.graph
        said = through(self.rarest(x))
        rest = graph.add("Slice", x, self.until, graph.ints(END), graph.ints(1))
        branches = []
        for kind, way in (("then", around), ("else", nothing)):
            branch = Graph(constants=graph.constants, prefix=f"{kind}_{number}_")
            value = helper.make_tensor_value_info(way(branch, rest), FLOAT, [1, None, None])
            branches.append(helper.make_graph(branch.nodes, f"{kind}_{number}", [], [value]))
        others = graph.add("If", self.is_long, then_branch=branches[0], else_branch=branches[1])
        return graph.add("Concat", said, others, axis=1)


def nothing(branch: Graph, rest: str) -> str:
    """Where none go round: an empty matrix cannot be quantised."""
    return branch.add("Identity", rest)

"""Which way the tokens of a long text go, as ONNX nodes: `trainer.blocks` and `trainer.rare`.

Not run by itself; `trainer.graph` calls it. In a short text, which way is computed as well, and
found to be the usual one: one block, and all tokens through feed-forward.

What depends on a text's length alone is looked up in tables (`trainer.ways`).

T tokens of one text, K blocks, L tokens of each, W the width.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper

from trainer import ways
from trainer.long_texts import LongTexts, is_long, length
from trainer.nodes import Graph

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
RAREST, END = np.iinfo(np.int64).max, np.iinfo(np.int64).max
"""The number of ``[CLS]`` for this purpose; and the end of whatever is cut."""


class Routes:
    """What all layers need to know about one text."""

    def __init__(self, graph: Graph, ids: str, places: str, long: LongTexts, longest: int) -> None:
        """Add it to the graph: ids and places (1, T), T at most ``longest``."""
        self.graph, self.long = graph, long
        self.ids, self.places = ids, places
        """Of the tokens in the order in which they are computed, (1, T)."""
        if not long.block and not long.rare:
            return
        self.tokens = length(graph, ids)
        self.count = graph.add("Unsqueeze", self.tokens, graph.ints(0))
        if long.block:
            self.blocks, self.back = self.cut(ways.blocks(long, longest))
        if long.rare:
            self.is_long = is_long(graph, self.tokens, long.over)
            counts = ways.counts(long, longest)
            self.until = self.look_up("rare", counts.rare, self.count)
            if long.ending:
                self.common = self.look_up("common", counts.common, self.count)
                self.times = self.look_up("times", counts.times, self.count)
            self.reorder(self.by_rarity())

    def look_up(self, name: str, table: NDArray[np.generic], row: str) -> str:
        """What a table says in a row."""
        return self.graph.add("Gather", self.graph.constant(f"ways_{name}", table), row)

    def by_rarity(self) -> str:
        """Places of the tokens, the rarest word first, (T,)."""
        graph = self.graph
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

    def cut(self, known: ways.Blocks) -> tuple[str, str]:
        """Who is in which block, (K, L), and where in all blocks each token is, (T,)."""
        graph = self.graph
        over = graph.add("Sub", self.tokens, graph.whole(self.long.over))
        row = graph.add("Max", over, graph.whole(0))
        more = graph.add("Add", self.count, self.look_up("more", known.more, row))
        places = self.row("places", known.places, row, more)
        blocks = graph.add("Reshape", places, self.look_up("shape", known.shape, row))
        return blocks, self.row("back", known.back, row, self.count)

    def row(self, name: str, table: NDArray[np.int16], row: str, count: str) -> str:
        """The first so many numbers that a table says in a row, as places."""
        found = self.look_up(name, table, row)
        some = self.graph.add("Slice", found, self.graph.ints(0), count)
        return self.graph.add("Cast", some, to=INT64)

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

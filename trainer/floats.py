"""How the weights of a graph are stored and multiplied: what there is to say, and as floats.

Not run by itself; `trainer.graph` asks, and `trainer.integers` is the other answer.

T tokens of one text, K blocks of it, W the width, H heads, D the width of a head.
"""

from typing import Protocol

from trainer.nodes import Graph, Weights, names


class Numbers(Protocol):
    """How weights are stored and multiplied: as floats, or as eight-bit integers."""

    def linear(self, graph: Graph, x: str, name: str, weights: Weights) -> str:
        """``x @ weightᵀ + bias`` of the layer called ``name``."""

    def rows(self, graph: Graph, ids: str, name: str, weights: Weights) -> str:
        """Rows of the table called ``name``: ids (1, T) -> (1, T, W)."""

    def attend(self, graph: Graph, x: str, name: str, weights: Weights, head: int) -> str:
        """Softmax attention by the joint matrix ``name``, see `scaled`: (K, T, W) -> (K, T, HD)."""

    def dense(self, graph: Graph, name: str, weights: Weights) -> str:
        """The matrix ``name``, (in, out), to be multiplied as floats however it is stored."""


class Floats:
    """Weights as they were trained."""

    def linear(self, graph: Graph, x: str, name: str, weights: Weights) -> str:
        """A product and a sum."""
        product = graph.add("MatMul", x, self.dense(graph, name, weights))
        return graph.add("Add", product, graph.constant(f"{name}.bias", weights[f"{name}.bias"]))

    def rows(self, graph: Graph, ids: str, name: str, weights: Weights) -> str:
        """A look-up."""
        return graph.add("Gather", graph.constant(name, weights[name]), ids)

    def attend(self, graph: Graph, x: str, name: str, weights: Weights, head: int) -> str:
        """Operator by operator."""
        joint = graph.add("Split", self.linear(graph, x, name, weights), outputs=3, axis=2)
        query, key, value = names(joint, 3)
        return attention(graph, query, key, value, head)

    def dense(self, graph: Graph, name: str, weights: Weights) -> str:
        """As it is."""
        return graph.constant(f"{name}.weight", weights[f"{name}.weight"].T.copy())


def attention(graph: Graph, query: str, key: str, value: str, head: int) -> str:
    """Operator by operator, queries scaled already: (K, Q, HD), (K, T, HD) twice -> (K, Q, HD)."""
    parts = [graph.add("Reshape", part, graph.ints(0, 0, -1, head)) for part in (query, key, value)]
    asked = graph.add("Transpose", parts[0], perm=[0, 2, 1, 3])  # (K, H, Q, D)
    keys = graph.add("Transpose", parts[1], perm=[0, 2, 3, 1])  # (K, H, D, T)
    values = graph.add("Transpose", parts[2], perm=[0, 2, 1, 3])  # (K, H, T, D)
    shares = graph.add("Softmax", graph.add("MatMul", asked, keys), axis=-1)  # (K, H, Q, T)
    mixed = graph.add("MatMul", shares, values)
    back = graph.add("Transpose", mixed, perm=[0, 2, 1, 3])  # (K, Q, H, D)
    return graph.add("Reshape", back, graph.ints(0, 0, -1))

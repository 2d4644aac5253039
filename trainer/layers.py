"""The layers of the network as ONNX nodes, and what stands before and behind them.

Not run by itself; `trainer.graph` and `trainer.closing` call it.

T tokens of one text, W the width, H heads, D the width of a head.
"""

from collections.abc import Callable

import numpy as np
from onnx import TensorProto

from trainer.floats import Numbers
from trainer.nodes import Graph, Weights
from trainer.routes import Routes


def embed(graph: Graph, ids: str, places: str, weights: Weights, numbers: Numbers) -> str:
    """Vectors of words (1, T) and of their places, added and normalised: (1, T, W)."""
    words = numbers.rows(graph, ids, "words.weight", weights)
    table = graph.constant("positions.weight", weights["positions.weight"])
    return norm(graph, graph.add("Add", words, graph.add("Gather", table, places)), "norm", weights)


def layer(
    graph: Graph, x: str, number: int, head: int, weights: Weights, numbers: Numbers, routes: Routes
) -> str:
    """Attention and feed-forward, each added and normalised: (1, T, W) -> (1, T, W)."""
    name = f"layers.{number}"
    joint = scaled(weights, name, head)
    mixed = routes.by_block(x, lambda some: numbers.attend(graph, some, f"{name}.qkv", joint, head))

    def around(branch: Graph, some: str) -> str:
        return numbers.linear(branch, some, f"{name}.bypass", weights)

    def feed(some: str) -> str:
        return routes.parted(
            some, number, lambda rare: through(graph, rare, name, weights, numbers), around
        )

    return added(graph, x, mixed, name, weights, numbers, feed)


def added(
    graph: Graph, x: str, mixed: str, name: str, weights: Weights, numbers: Numbers,
    feed: Callable[[str], str],
) -> str:  # fmt: skip
    """What attention mixed (1, T, HD), added to who asked (1, T, W), and feed-forward."""
    attended = numbers.linear(graph, mixed, f"{name}.attended", weights)
    x = norm(graph, graph.add("Add", x, attended), f"{name}.attended_norm", weights)
    return norm(graph, graph.add("Add", x, feed(x)), f"{name}.outer_norm", weights)


def through(graph: Graph, x: str, name: str, weights: Weights, numbers: Numbers) -> str:
    """Feed-forward: (1, T, W) -> (1, T, W)."""
    inner = gelu(graph, numbers.linear(graph, x, f"{name}.inner", weights))
    return numbers.linear(graph, inner, f"{name}.outer", weights)


def scaled(weights: Weights, name: str, head: int) -> Weights:
    """The layer's joint matrix with the queries already divided by √D: a product saved."""
    weight, bias = weights[f"{name}.qkv.weight"].copy(), weights[f"{name}.qkv.bias"].copy()
    across = len(weight) // 3
    factor = np.float32(head**-0.5)
    weight[:across] *= factor
    bias[:across] *= factor
    return {f"{name}.qkv.weight": weight, f"{name}.qkv.bias": bias}


def gelu(graph: Graph, x: str) -> str:
    """x/2 · (1 + erf(x/√2)). Source: Hendrycks and Gimpel (2016)."""
    error = graph.add("Erf", graph.add("Div", x, graph.real(float(np.sqrt(2)))))
    product = graph.add("Mul", x, graph.add("Add", error, graph.real(1.0)))
    return graph.add("Mul", product, graph.real(0.5))


def norm(graph: Graph, x: str, name: str, weights: Weights) -> str:
    """Layer normalisation over the width."""
    scale = graph.constant(f"{name}.weight", weights[f"{name}.weight"])
    bias = graph.constant(f"{name}.bias", weights[f"{name}.bias"])
    return graph.add("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-12)


def pool(graph: Graph, x: str, kept: str, weights: Weights) -> str:
    """Sum over the tokens, projected: (1, T, W) -> (1, 1, dim); ``kept`` is 1 for each (1, T).

    The sum does as well as the mean, since only the direction is kept; a product takes a sixth
    of the time of ``ReduceSum``. The projection stays in float: it is a thousandth of the work and
    decides the vector.
    """
    total = graph.add("MatMul", graph.add("Cast", kept, to=TensorProto.FLOAT), x)  # (1, 1, W)
    return projected(graph, total, weights)


def projected(graph: Graph, total: str, weights: Weights) -> str:
    """By the last matrix: (1, 1, W) -> (1, 1, dim)."""
    matrix = graph.constant("project.weight", weights["project.weight"].T.copy())
    return graph.add("MatMul", total, matrix)

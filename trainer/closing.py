"""The last layer of a long text as ONNX nodes, where it answers for rare tokens alone.

Not run by itself; `trainer.graph` calls it. See `trainer.ending`, of which this is the counterpart.
In a short text all tokens are asked for, and nothing is told of others.

T tokens of one text, K of them rare, which come first; W the width.
"""

from trainer import floats, layers
from trainer.floats import Numbers
from trainer.nodes import Graph, Weights, names
from trainer.routes import Routes


def answers(
    graph: Graph, x: str, number: int, head: int, weights: Weights, numbers: Numbers, routes: Routes
) -> str:
    """What this layer says of the rare tokens: (1, T, W) -> (1, K, W)."""
    name = f"layers.{number}"
    parts = parted(layers.scaled(weights, name, head), name)
    some = routes.rarest(x)
    query = numbers.linear(graph, some, f"{name}.query", parts)
    memory = numbers.linear(graph, x, f"{name}.memory", parts)
    key, value = names(graph.add("Split", memory, outputs=2, axis=2), 2)
    mixed = floats.attention(graph, query, key, value, head)

    def feed(own: str) -> str:
        return layers.through(graph, own, name, weights, numbers)

    return layers.added(graph, some, mixed, name, weights, numbers, feed)


def parted(joint: Weights, name: str) -> Weights:
    """The joint matrix as two: of those who ask, and of what they look at."""
    across = len(joint[f"{name}.qkv.bias"]) // 3
    found = {}
    for kind in ("weight", "bias"):
        whole = joint[f"{name}.qkv.{kind}"]
        found[f"{name}.query.{kind}"] = whole[:across]
        found[f"{name}.memory.{kind}"] = whole[across:]
    return found


def vector(graph: Graph, said: str, heard: str, told: str, weights: Weights, routes: Routes) -> str:
    """Of the answers (1, K, W), and what all were before them (1, T, W): (1, 1, dim).

    ``told`` is the matrix (2W, dim) that tells what the others add.
    """
    sum_said = graph.add("MatMul", routes.ones(), said)  # (1, 1, W)
    sum_heard = graph.add("MatMul", routes.others(), heard)
    more = graph.add("Mul", sum_said, routes.times)
    known = graph.add("Concat", sum_heard, more, axis=2)  # (1, 1, 2W)
    bias = graph.constant("others.bias", weights["others.bias"])
    added = graph.add(
        "Add", graph.add("MatMul", known, told), graph.add("Mul", bias, routes.common)
    )
    return graph.add("Add", layers.projected(graph, sum_said, weights), added)

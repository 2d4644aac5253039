"""The ONNX graph, written node by node: ``input_ids``, ``attention_mask`` -> unit ``vector``.

Not run by itself; `export` and `quantize` call `build`. Written by hand rather than traced: the
graph has only operators of ONNX itself, in the patterns that ONNX Runtime fuses when it loads
them, and the float and the int8 model are the same lines with another `Linear`.

B texts, T tokens, W the width, H heads, D the width of a head.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Weights = Mapping[str, NDArray[np.float32]]
OPSET = 17
IR_VERSION = 8
"""The newest that the oldest supported ONNX Runtime is sure to read."""
MASKED = np.float32(-10000.0)
"""Added before the softmax where there is no token: its weight rounds to 0."""


@dataclass(slots=True)
class Graph:
    """Nodes and constants in the making."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, NDArray[np.generic]] = field(default_factory=dict)

    def add(
        self, operator: str, *inputs: str, outputs: int = 1, **attributes: int | list[int] | float
    ) -> str:
        """Append a node; the name of its first output, whose siblings end in ``_1``, ``_2``…"""
        name = f"{operator}_{len(self.nodes)}"
        names = [name if at == 0 else f"{name}_{at}" for at in range(outputs)]
        self.nodes.append(
            helper.make_node(operator, inputs, names, name, None, None, None, **attributes)
        )
        return name

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Store a constant under a name, once."""
        self.constants.setdefault(name, value)
        return name

    def ints(self, *values: int) -> str:
        """A constant vector of int64."""
        return self.constant("ints_" + "_".join(map(str, values)), np.array(values, np.int64))

    def real(self, value: float) -> str:
        """A constant float32."""
        return self.constant(f"real_{value}", np.array(value, np.float32))


class Numbers(Protocol):
    """How weights are stored and multiplied: as floats, or as eight-bit integers."""

    def linear(self, graph: Graph, x: str, name: str, weights: Weights) -> str:
        """``x @ weightᵀ + bias`` of the layer called ``name``."""

    def rows(self, graph: Graph, ids: str, name: str, weights: Weights) -> str:
        """Rows of the table called ``name``: ids (B, T) -> (B, T, W)."""


class Floats:
    """Weights as they were trained."""

    def linear(self, graph: Graph, x: str, name: str, weights: Weights) -> str:
        """A product and a sum."""
        matrix = graph.constant(f"{name}.weight", weights[f"{name}.weight"].T.copy())
        product = graph.add("MatMul", x, matrix)
        return graph.add("Add", product, graph.constant(f"{name}.bias", weights[f"{name}.bias"]))

    def rows(self, graph: Graph, ids: str, name: str, weights: Weights) -> str:
        """A look-up."""
        return graph.add("Gather", graph.constant(name, weights[name]), ids)


def build(weights: Weights, head: int, numbers: Numbers) -> onnx.ModelProto:
    """The whole graph; ``weights`` as `trainer.bert` names them, ``head`` the width of a head."""
    graph = Graph()
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)  # (B, T)
    x = embed(graph, weights, numbers)
    barrier = barriers(graph, mask)
    for number in range(layers(weights)):
        x = layer(graph, x, barrier, f"layers.{number}", weights, head, numbers)
    pool(graph, x, mask, weights)
    return model(graph, len(weights["project.weight"]))


def layers(weights: Weights) -> int:
    """How many layers the weights are of."""
    return sum(name.endswith(".qkv.weight") for name in weights)


def embed(graph: Graph, weights: Weights, numbers: Numbers) -> str:
    """Word and position vectors, added and normalised: (B, T, W)."""
    words = numbers.rows(graph, "input_ids", "words.weight", weights)
    table = graph.constant("positions.weight", weights["positions.weight"])
    length = graph.add("Shape", "input_ids", start=1, end=2)
    places = graph.add("Slice", table, graph.ints(0), length, graph.ints(0))  # (T, W)
    return norm(graph, graph.add("Add", words, places), "norm", weights)


def barriers(graph: Graph, mask: str) -> str:
    """0 at tokens, `MASKED` at padding: (B, T) -> (B, 1, 1, T)."""
    absent = graph.add("Sub", graph.real(1.0), mask)
    return graph.add(
        "Unsqueeze", graph.add("Mul", absent, graph.real(float(MASKED))), graph.ints(1, 2)
    )


def layer(
    graph: Graph,
    x: str,
    barrier: str,
    name: str,
    weights: Weights,
    head: int,
    numbers: Numbers,
) -> str:
    """Attention, then feed-forward: (B, T, W) -> (B, T, W)."""
    joint = numbers.linear(graph, x, f"{name}.qkv", scaled(weights, name, head))
    mixed = attend(graph, joint, barrier, head)
    attended = numbers.linear(graph, mixed, f"{name}.attended", weights)
    x = norm(graph, graph.add("Add", x, attended), f"{name}.attended_norm", weights)
    inner = gelu(graph, numbers.linear(graph, x, f"{name}.inner", weights))
    outer = numbers.linear(graph, inner, f"{name}.outer", weights)
    return norm(graph, graph.add("Add", x, outer), f"{name}.outer_norm", weights)


def scaled(weights: Weights, name: str, head: int) -> Weights:
    """The layer's joint matrix with the queries already divided by √D: a product saved."""
    weight, bias = weights[f"{name}.qkv.weight"].copy(), weights[f"{name}.qkv.bias"].copy()
    across = len(weight) // 3
    factor = np.float32(head**-0.5)
    weight[:across] *= factor
    bias[:across] *= factor
    return {f"{name}.qkv.weight": weight, f"{name}.qkv.bias": bias}


def attend(graph: Graph, joint: str, barrier: str, head: int) -> str:
    """Softmax attention: (B, T, 3HD) -> (B, T, HD)."""
    first = graph.add("Split", joint, outputs=3, axis=2)
    split = [graph.add("Reshape", part, graph.ints(0, 0, -1, head)) for part in names(first, 3)]
    query = graph.add("Transpose", split[0], perm=[0, 2, 1, 3])  # (B, H, T, D)
    key = graph.add("Transpose", split[1], perm=[0, 2, 3, 1])  # (B, H, D, T)
    value = graph.add("Transpose", split[2], perm=[0, 2, 1, 3])  # (B, H, T, D)
    scores = graph.add("Add", graph.add("MatMul", query, key), barrier)  # (B, H, T, T)
    mixed = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), value)
    back = graph.add("Transpose", mixed, perm=[0, 2, 1, 3])  # (B, T, H, D)
    return graph.add("Reshape", back, graph.ints(0, 0, -1))


def names(first: str, count: int) -> list[str]:
    """The names of a node's outputs."""
    return [first, *(f"{first}_{at}" for at in range(1, count))]


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


def pool(graph: Graph, x: str, mask: str, weights: Weights) -> None:
    """Mean over the text's tokens, projection, unit length: (B, T, W) -> ``vector`` (B, dim).

    The projection stays in float: it is a thousandth of the work and decides the vector.
    """
    part = graph.add("Unsqueeze", mask, graph.ints(2))  # (B, T, 1)
    total = graph.add("ReduceSum", graph.add("Mul", x, part), graph.ints(1), keepdims=0)
    count = graph.add("ReduceSum", mask, graph.ints(1), keepdims=1)  # (B, 1)
    mean = graph.add("Div", total, count)  # (B, W)
    matrix = graph.constant("project.weight", weights["project.weight"].T.copy())
    projected = graph.add("MatMul", mean, matrix)  # (B, dim)
    graph.nodes.append(
        helper.make_node("LpNormalization", [projected], ["vector"], "vector", axis=1, p=2)
    )


def model(graph: Graph, dim: int) -> onnx.ModelProto:
    """The finished, checked model."""
    ids = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["texts", dim])
    constants = [numpy_helper.from_array(value, name) for name, value in graph.constants.items()]
    made = helper.make_model(
        helper.make_graph(graph.nodes, "embedder", ids, [vector], constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="asterisk-search trainer",
    )
    onnx.checker.check_model(made, full_check=True)
    return made

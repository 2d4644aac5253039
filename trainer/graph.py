"""The ONNX graph, written node by node: ``input_ids``, ``attention_mask`` -> unit ``vector``.

Not run by itself; `export` and `quantize` call `build`. Written by hand rather than traced: its
operators stand in the patterns that ONNX Runtime fuses when it loads them, and the float and the
int8 model are the same lines with other `Numbers`.

The texts of a batch go through the network one by one, each without its padding (a ``Loop``). So
nothing has to be masked, which saves a sum over all scores of the attention; padding costs nothing;
and a text's vector is the same to the bit alone and in any batch, although an eight-bit model
quantises what it computes per matrix. The weights are constants outside the loop, since those of a
loop's own graph stay in memory beside the copies that are packed for multiplying.

Long texts are read faster: see `trainer.long_texts` and `trainer.routes`.

B texts, L the length of the longest, T tokens of one text, K blocks of it, W the width, H heads, D
the width of a head.
"""

from typing import Protocol

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from trainer import long_texts
from trainer.long_texts import LongTexts
from trainer.nodes import Graph, Weights, names
from trainer.routes import Routes

OPSET = 17
IR_VERSION = 8
"""The newest that the oldest supported ONNX Runtime is sure to read."""
RUNTIME = "com.microsoft"
"""Domain of ONNX Runtime's own operators, in version 1 since long before the oldest supported."""
NOTHING = LongTexts()
"""Long texts are read as short ones are."""
NUMBER, GO_ON = "number", "go_on"
"""What the loop gives to each of its rounds: which text it is, and a condition nobody needs."""


class Numbers(Protocol):
    """How weights are stored and multiplied: as floats, or as eight-bit integers."""

    def linear(self, graph: Graph, x: str, name: str, weights: Weights) -> str:
        """``x @ weightᵀ + bias`` of the layer called ``name``."""

    def rows(self, graph: Graph, ids: str, name: str, weights: Weights) -> str:
        """Rows of the table called ``name``: ids (1, T) -> (1, T, W)."""

    def attend(self, graph: Graph, x: str, name: str, weights: Weights, head: int) -> str:
        """Softmax attention by the joint matrix ``name``, see `scaled`: (K, T, W) -> (K, T, HD)."""


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

    def attend(self, graph: Graph, x: str, name: str, weights: Weights, head: int) -> str:
        """Operator by operator."""
        joint = graph.add("Split", self.linear(graph, x, name, weights), outputs=3, axis=2)
        parts = [graph.add("Reshape", part, graph.ints(0, 0, -1, head)) for part in names(joint, 3)]
        query = graph.add("Transpose", parts[0], perm=[0, 2, 1, 3])  # (K, H, T, D)
        key = graph.add("Transpose", parts[1], perm=[0, 2, 3, 1])  # (K, H, D, T)
        value = graph.add("Transpose", parts[2], perm=[0, 2, 1, 3])  # (K, H, T, D)
        shares = graph.add("Softmax", graph.add("MatMul", query, key), axis=-1)  # (K, H, T, T)
        mixed = graph.add("MatMul", shares, value)
        back = graph.add("Transpose", mixed, perm=[0, 2, 1, 3])  # (K, T, H, D)
        return graph.add("Reshape", back, graph.ints(0, 0, -1))


def build(
    weights: Weights, head: int, numbers: Numbers, long: LongTexts = NOTHING
) -> onnx.ModelProto:
    """The whole graph; ``weights`` as `trainer.bert` names them, ``head`` the width of a head."""
    graph = Graph()
    texts = graph.add("Shape", "input_ids", start=0, end=1)
    count = graph.add("Squeeze", texts, graph.ints(0))
    projected = graph.add("Loop", count, "", body=one_text(graph, weights, head, numbers, long))
    dim = len(weights["project.weight"])
    rows = graph.add("Reshape", projected, graph.ints(-1, dim))  # (B, 1, 1, dim) -> (B, dim)
    graph.nodes.append(
        helper.make_node("LpNormalization", [rows], ["vector"], "vector", axis=1, p=2)
    )
    made = model(graph, dim)
    helper.set_model_props(made, {long_texts.KEY: long.said()})
    return made


def one_text(
    outside: Graph, weights: Weights, head: int, numbers: Numbers, long: LongTexts
) -> onnx.GraphProto:
    """A round of the loop: the text of this number -> its vector (1, 1, dim), of any length."""
    graph = Graph(constants=outside.constants)
    row = graph.add("Gather", "input_ids", NUMBER)  # (L,)
    mask = graph.add("Gather", "attention_mask", NUMBER)  # (L,)
    places = graph.add("NonZero", mask)  # (1, T)
    routes = Routes(graph, graph.add("Gather", row, places), places, long)
    x = embed(graph, routes.ids, routes.places, weights, numbers)
    kept = graph.add("Gather", mask, routes.places)  # (1, T)
    for number in range(layers(weights)):
        if long.merges and number == long.after:
            x, kept = long_texts.shortened(graph, x, kept, weights, long.over)
        x = layer(graph, x, number, head, weights, numbers, routes)
    vector = pool(graph, x, kept, weights)
    go_on = graph.add("Identity", GO_ON)
    return helper.make_graph(
        graph.nodes,
        "one_text",
        [
            helper.make_tensor_value_info(NUMBER, TensorProto.INT64, []),
            helper.make_tensor_value_info(GO_ON, TensorProto.BOOL, []),
        ],
        [
            helper.make_tensor_value_info(go_on, TensorProto.BOOL, []),
            helper.make_tensor_value_info(vector, TensorProto.FLOAT, [1, 1, None]),
        ],
    )


def layers(weights: Weights) -> int:
    """How many layers the weights are of."""
    return sum(name.endswith(".qkv.weight") for name in weights)


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
    attended = numbers.linear(graph, mixed, f"{name}.attended", weights)
    x = norm(graph, graph.add("Add", x, attended), f"{name}.attended_norm", weights)

    def through(some: str) -> str:
        inner = gelu(graph, numbers.linear(graph, some, f"{name}.inner", weights))
        return numbers.linear(graph, inner, f"{name}.outer", weights)

    def around(branch: Graph, some: str) -> str:
        return numbers.linear(branch, some, f"{name}.bypass", weights)

    outer = routes.parted(x, number, through, around)
    return norm(graph, graph.add("Add", x, outer), f"{name}.outer_norm", weights)


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
    matrix = graph.constant("project.weight", weights["project.weight"].T.copy())
    return graph.add("MatMul", total, matrix)


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
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME, 1)],
        ir_version=IR_VERSION,
        producer_name="asterisk-search trainer",
    )
    onnx.checker.check_model(made, full_check=True)
    return made

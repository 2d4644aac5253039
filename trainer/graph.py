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

import onnx
from onnx import TensorProto, helper, numpy_helper

from trainer import closing, layers, long_texts
from trainer.floats import Numbers
from trainer.long_texts import LongTexts
from trainer.nodes import RUNTIME, Graph, Weights
from trainer.routes import Routes

OPSET = 17
IR_VERSION = 8
"""The newest that the oldest supported ONNX Runtime is sure to read."""
NOTHING = LongTexts()
"""Long texts are read as short ones are."""
NUMBER, GO_ON = "number", "go_on"
"""What the loop gives to each of its rounds: which text it is, and a condition nobody needs."""


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
    graph = Graph(constants=outside.constants, prefix="text_")
    row = graph.add("Gather", "input_ids", NUMBER)  # (L,)
    mask = graph.add("Gather", "attention_mask", NUMBER)  # (L,)
    places = graph.add("NonZero", mask)  # (1, T)
    longest = len(weights["positions.weight"])
    routes = Routes(graph, graph.add("Gather", row, places), places, long, longest)
    x = layers.embed(graph, routes.ids, routes.places, weights, numbers)
    kept = graph.add("Gather", mask, routes.places)  # (1, T)
    *most, last = range(sum(name.endswith(".qkv.weight") for name in weights))
    for number in [*most, *([] if long.ending else [last])]:
        if long.merges and number == long.after:
            x, kept = long_texts.shortened(graph, x, kept, weights, long.over)
        x = layers.layer(graph, x, number, head, weights, numbers, routes)
    if long.ending:
        said = closing.answers(graph, x, last, head, weights, numbers, routes)
        told = numbers.dense(outside, "others", weights)
        vector = closing.vector(graph, said, x, told, weights, routes)
    else:
        vector = layers.pool(graph, x, kept, weights)
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

"""Reads the weights of a bundle back out of its graph, float or eight-bit; no torch.

Not run by itself. `quantize` rounds what it finds here; `train` may begin with it. The constants of
`trainer.graph` carry the names of `trainer.bert`, which is all that this needs.
"""

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

Arrays = dict[str, NDArray[np.float32]]
TRANSPOSED = (
    "qkv.weight", "query.weight", "memory.weight", "attended.weight", "inner.weight",
    "outer.weight", "bypass.weight", "project.weight", "others.weight", "merging.weight",
)  # fmt: skip
WORDS = "words.weight"


def read(model: bytes, head: int) -> Arrays:
    """The weights of a graph with heads of this width, as `trainer.bert` lays them out."""
    found = {one.name: np.array(numpy_helper.to_array(one)) for one in initializers(model)}
    weights = {
        name: real(found, name)
        for name in found
        if name.endswith((".weight", ".bias")) and not name.startswith(("ints_", "real_"))
    }
    for name, value in weights.items():
        if name.endswith(TRANSPOSED):
            weights[name] = value.T.copy()
    join(weights)
    unscale(weights, head)
    return weights


def initializers(model: bytes) -> list[onnx.TensorProto]:
    """The constants of a graph."""
    return list(onnx.load_from_string(model).graph.initializer)


def real(found: dict[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    """A constant as real numbers: integers times the scales that are stored beside them."""
    value = found[name]
    if value.dtype != np.int8:
        return value.astype(np.float32)
    beside = f"{name}.scales" if name == WORDS else name.replace(".weight", ".scales")
    scaled: NDArray[np.float32] = value.astype(np.float32) * found[beside].astype(np.float32)
    return scaled


def join(weights: Arrays) -> None:
    """Undo that `trainer.closing.parted` parts the joint matrix of a layer."""
    for name in [name for name in weights if ".query." in name]:
        parts = [weights.pop(name), weights.pop(name.replace(".query.", ".memory."))]
        weights[name.replace(".query.", ".qkv.")] = np.concatenate(parts)


def unscale(weights: Arrays, head: int) -> None:
    """Undo the division of the queries that `trainer.layers.scaled` builds in."""
    for name, value in weights.items():
        if ".qkv." in name:
            value[: len(value) // 3] *= np.float32(head**0.5)

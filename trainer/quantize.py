"""A float bundle becomes an eight-bit one, a quarter of its size.

Run: ``python -m trainer quantize --bundle DIR --out DIR``

The weights are read back from the float graph, whose constants carry their names; no torch.
What it costs in quality, `evaluate` says.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from asterisk_search.embedding import bundle
from trainer import graph, integers, teacher

TRANSPOSED = ("qkv.weight", "attended.weight", "inner.weight", "outer.weight", "project.weight")


def quantize(source: Path, out: Path) -> None:
    """Write the eight-bit bundle of a float one.

    Raises:
        BundleError: there is no usable bundle at ``source``.
    """
    original = bundle.load(source)
    weights = read_weights(original.read(bundle.MODEL), teacher.SHAPE.heads)
    model = graph.build(weights, teacher.SHAPE.heads, integers.Integers())
    contents = {
        bundle.MODEL: model.SerializeToString(),
        bundle.TOKENIZER: original.read(bundle.TOKENIZER),
    }
    made = bundle.write(out, replace(original.manifest, evaluation={}), contents)
    total = sum(content.size for content in made.manifest.files.values())
    print(f"{out}: {total / 1e6:.1f} MB")


def read_weights(model: bytes, heads: int) -> dict[str, NDArray[np.float32]]:
    """The weights of a float graph, as `trainer.bert` lays them out."""
    constants = onnx.load_from_string(model).graph.initializer
    weights = {}
    for constant in constants:
        value = np.array(numpy_helper.to_array(constant))
        weights[constant.name] = value.T.copy() if constant.name.endswith(TRANSPOSED) else value
    unscale(weights, heads)
    return weights


def unscale(weights: dict[str, NDArray[np.float32]], heads: int) -> None:
    """Undo the division of the queries that `trainer.graph.scaled` builds in."""
    for name, value in weights.items():
        if ".qkv." in name:
            width = len(value) // 3
            value[:width] *= np.float32((width // heads) ** 0.5)

"""Weights as eight-bit integers, multiplied by activations that are quantised as they come.

Not run by itself; `quantize` gives `Integers` to `trainer.graph.build`. Attention is ONNX Runtime's
own operator, ``QAttention``: it multiplies by the joint matrix head by head, so that nothing has to
be split, copied and turned.

Weights are symmetric, one scale per output channel; activations get one scale and zero point per
matrix, found while the model runs (``DynamicQuantizeLinear``). Matrix weights use −64…64 only:
processors without VNNI add two products in 16 bits, and 2 · 255 · 64 is the most that fits. The
word table is looked up, not multiplied, so that it uses −127…127, one scale per word.
Source: Jacob et al., "Quantization and Training of Neural Networks" (2018).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from trainer.nodes import RUNTIME, Graph, Weights

MATRIX_TOP = 64
TABLE_TOP = 127


@dataclass(frozen=True, slots=True)
class Rows:
    """A matrix as integers: ``values[i] * scales[i]`` is row i."""

    values: NDArray[np.int8]
    scales: NDArray[np.float32]


def quantized(matrix: NDArray[np.float32], top: int) -> Rows:
    """Each row divided by its own scale and rounded: (n, m) -> (n, m) and (n,)."""
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-8) / top
    values = np.clip(np.rint(matrix / scales[:, None]), -top, top)
    return Rows(values.astype(np.int8), scales.astype(np.float32))


class Integers:
    """The eight-bit counterpart of `trainer.floats.Floats`."""

    def linear(self, graph: Graph, x: str, name: str, weights: Weights) -> str:
        """Quantise, multiply integers, scale back, add the bias."""
        matrix, scales = self.matrix(graph, name, weights)
        zero = graph.constant(f"{name}.zero", np.zeros(len(weights[f"{name}.bias"]), dtype=np.int8))
        small = graph.add("DynamicQuantizeLinear", x, outputs=3)
        product = graph.add("MatMulInteger", small, matrix, f"{small}_2", zero)
        factor = graph.add("Mul", f"{small}_1", scales)
        real = graph.add("Mul", graph.add("Cast", product, to=TensorProto.FLOAT), factor)
        return graph.add("Add", real, graph.constant(f"{name}.bias", weights[f"{name}.bias"]))

    def matrix(self, graph: Graph, name: str, weights: Weights) -> tuple[str, str]:
        """The integers of the layer called ``name``, (in, out), and their scales, (out,)."""
        rows = quantized(weights[f"{name}.weight"], MATRIX_TOP)
        return (
            graph.constant(f"{name}.weight", rows.values.T.copy()),
            graph.constant(f"{name}.scales", rows.scales),
        )

    def attend(self, graph: Graph, x: str, name: str, weights: Weights, head: int) -> str:
        """Quantise, and leave the rest to one operator; the queries are scaled already."""
        matrix, scales = self.matrix(graph, name, weights)
        bias = graph.constant(f"{name}.bias", weights[f"{name}.bias"])
        small = graph.add("DynamicQuantizeLinear", x, outputs=3)
        return graph.add(
            "QAttention", small, matrix, bias, f"{small}_1", scales, "", f"{small}_2",
            domain=RUNTIME, num_heads=len(weights[f"{name}.bias"]) // (3 * head), scale=1.0,
        )  # fmt: skip

    def rows(self, graph: Graph, ids: str, name: str, weights: Weights) -> str:
        """Look up integers and scales, then multiply."""
        rows = quantized(weights[name], TABLE_TOP)
        values = graph.add("Gather", graph.constant(name, rows.values), ids)  # (1, T, W)
        table = graph.constant(f"{name}.scales", rows.scales[:, None])
        real = graph.add("Cast", values, to=TensorProto.FLOAT)
        return graph.add("Mul", real, graph.add("Gather", table, ids))

    def dense(self, graph: Graph, name: str, weights: Weights) -> str:
        """Integers that become floats when the model is loaded: less on disk, as good as floats."""
        rows = quantized(weights[f"{name}.weight"], TABLE_TOP)
        values = graph.constant(f"{name}.weight", rows.values.T.copy())
        scales = graph.constant(f"{name}.scales", rows.scales)
        return graph.add("Mul", graph.add("Cast", values, to=TensorProto.FLOAT), scales)

"""Nodes and constants of an ONNX graph in the making.

Not run by itself; `trainer.graph` and its neighbours add to a `Graph`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

Weights = Mapping[str, NDArray[np.float32]]
RUNTIME = "com.microsoft"
"""Domain of ONNX Runtime's own operators, in version 1 since long before the oldest supported."""


@dataclass(slots=True)
class Graph:
    """Nodes and constants in the making."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, NDArray[np.generic]] = field(default_factory=dict)
    prefix: str = ""
    """Of the names in an inner graph, which must be others than those outside."""

    def add(
        self,
        operator: str,
        *inputs: str,
        outputs: int = 1,
        domain: str | None = None,
        **attributes: int | list[int] | float | onnx.GraphProto,
    ) -> str:
        """Append a node; the name of its first output, whose siblings end in ``_1``, ``_2``…"""
        name = f"{self.prefix}{operator}_{len(self.nodes)}"
        self.nodes.append(
            helper.make_node(
                operator, inputs, names(name, outputs), name, None, domain, None, **attributes
            )
        )
        return name

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Store a constant under a name, once."""
        self.constants.setdefault(name, value)
        return name

    def ints(self, *values: int) -> str:
        """A constant vector of int64."""
        return self.constant("ints_" + "_".join(map(str, values)), np.array(values, np.int64))

    def whole(self, value: int) -> str:
        """A constant int64."""
        return self.constant(f"whole_{value}", np.array(value, np.int64))

    def real(self, value: float) -> str:
        """A constant float32."""
        return self.constant(f"real_{value}", np.array(value, np.float32))


def names(first: str, count: int) -> list[str]:
    """The names of a node's outputs."""
    return [first, *(f"{first}_{at}" for at in range(1, count))]

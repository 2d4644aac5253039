"""Runs graphs in bare sessions of ONNX Runtime, and texts to run them on."""

import numpy as np
import onnxruntime
from numpy.typing import NDArray

IDS = np.array([[5, 9, 33, 2], [7, 2, 0, 0], [0, 7, 0, 2]], dtype=np.int64)
MASK = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 0, 1]], dtype=np.int64)
"""A text that fills its row, one with padding behind it, and one with padding around its tokens."""


def run(model: bytes, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    found: NDArray[np.float32] = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
    return found

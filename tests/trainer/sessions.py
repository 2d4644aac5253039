"""Runs graphs in bare sessions of ONNX Runtime, and texts to run them on."""

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from tests.trainer import tiny
from trainer import export, graph, long_texts
from trainer.bert import Encoder

IDS = np.array([[5, 9, 33, 2], [7, 2, 0, 0], [0, 7, 0, 2]], dtype=np.int64)
MASK = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 0, 1]], dtype=np.int64)
"""A text that fills its row, one with padding behind it, and one with padding around its tokens."""


def run(model: bytes, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    found: NDArray[np.float32] = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
    return found


def by_graph_and_network(network: Encoder) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vectors of texts of 4, 2 and 2 tokens, of 3 and of 1: even and odd, long and short."""
    ids = np.concatenate([IDS, [[8, 9, 10, 0], [11, 0, 0, 0]]])
    mask = np.concatenate([MASK, [[1, 1, 1, 0], [1, 0, 0, 0]]])
    kept = np.stack([np.r_[row[on > 0], row[on == 0]] for row, on in zip(ids, mask, strict=True)])
    front = -np.sort(-mask, axis=1)
    long = export.faster(network.shape)
    model = graph.build(export.numpy_weights(network), tiny.SHAPE.head, graph.Floats(), long)
    assert long_texts.of(model) == long
    with torch.inference_mode():
        wanted = network(torch.from_numpy(kept), torch.from_numpy(front)).numpy()
    return run(model.SerializeToString(), kept, front), wanted

"""Runs graphs in bare sessions of ONNX Runtime, and texts to run them on."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray

from asterisk_search.embedding import bundle
from asterisk_search.embedding.bundle import Base, Manifest
from asterisk_search.embedding.load import BUNDLED
from tests.trainer import tiny
from trainer import export, floats, graph, long_texts, quantize
from trainer.bert import Encoder
from trainer.long_texts import LongTexts

IDS = np.array([[5, 9, 33, 2], [7, 2, 0, 0], [0, 7, 0, 2]], dtype=np.int64)
MASK = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 0, 1]], dtype=np.int64)
"""A text that fills its row, one with padding behind it, and one with padding around its tokens."""


def run(model: bytes, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    found: NDArray[np.float32] = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
    return found


def built(network: Encoder, numbers: floats.Numbers | None = None) -> onnx.ModelProto:
    """The graph of a network, in float if nothing else is said."""
    weights, long = export.numpy_weights(network), export.faster(network.shape)
    return graph.build(weights, tiny.SHAPE.head, numbers or floats.Floats(), long)


def in_eight_bits(network: Encoder, folder: Path) -> LongTexts:
    """What the eight-bit graph of a network with the whole vocabulary does with long texts."""
    contents = {
        bundle.MODEL: built(network).SerializeToString(),
        bundle.TOKENIZER: (BUNDLED / bundle.TOKENIZER).read_bytes(),
    }
    manifest = Manifest("tiny", 8, 22, {}, Base("none", "MIT"))
    made = bundle.write(folder / "float", manifest, contents)
    quantize.quantize(made.folder, folder / "int8")
    small = bundle.load(folder / "int8").read(bundle.MODEL)
    return long_texts.of(onnx.load_from_string(small))


def by_graph_and_network(network: Encoder) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vectors of texts of 4, 2 and 2 tokens, of 3 and of 1: even and odd, long and short."""
    ids = np.concatenate([IDS, [[8, 9, 10, 0], [11, 0, 0, 0]]])
    mask = np.concatenate([MASK, [[1, 1, 1, 0], [1, 0, 0, 0]]])
    kept = np.stack([np.r_[row[on > 0], row[on == 0]] for row, on in zip(ids, mask, strict=True)])
    front = -np.sort(-mask, axis=1)
    model = built(network)
    assert long_texts.of(model) == export.faster(network.shape)
    with torch.inference_mode():
        wanted = network(torch.from_numpy(kept), torch.from_numpy(front)).numpy()
    return run(model.SerializeToString(), kept, front), wanted

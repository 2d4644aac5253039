"""A network of the BERT family out of the ONNX file that an exporter wrote, under BERT's own names.

Not run by itself: `trainer.teacher` loads one so. An exporter keeps the names of what it stores as
it is and loses those of the matrices, which it turns round and numbers; what a matrix is for is
said by the node that multiplies with it.
"""

import re
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from trainer.errors import TrainerError

NAMED = re.compile(r".*?((?:embeddings|encoder)\..*)")
"""A stored name, behind whatever the network is part of."""
PRODUCT = re.compile(r".*?/(encoder/layer\..*)/MatMul")
"""A node that multiplies with a matrix of a layer."""


def tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of an exported network, matrices of linear layers as (out, in).

    Raises:
        TrainerError: the file is missing or is no ONNX file.
    """
    try:
        graph = onnx.load(path).graph
    # The parser of protocol buffers has errors of its own, of no public class.
    except Exception as error:
        raise TrainerError(f"{path} cannot be read as ONNX: {error}") from error
    stored = {
        one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in graph.initializer
    }
    named = {found[1]: value for name, value in stored.items() if (found := NAMED.fullmatch(name))}
    products = {
        f"{found[1].replace('/', '.')}.weight": stored[node.input[1]].T.contiguous()
        for node in graph.node
        if node.op_type == "MatMul"
        and (found := PRODUCT.fullmatch(node.name))
        and node.input[1] in stored
    }
    return named | products

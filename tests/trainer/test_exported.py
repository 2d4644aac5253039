"""The third teacher: a network of BERT's layout as an exporter to ONNX leaves it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from tests.trainer import tiny
from trainer import atomic, exported, teacher
from trainer.bert import Encoder
from trainer.errors import TrainerError

SHAPE = replace(tiny.SHAPE, dim=0)


def theirs(network: Encoder) -> dict[str, Tensor]:
    """A network's tensors under BERT's names, as `teacher.renamed` takes them."""
    own = network.state_dict()
    found = {
        "embeddings.word_embeddings.weight": own["words.weight"],
        "embeddings.position_embeddings.weight": own["positions.weight"],
        "embeddings.token_type_embeddings.weight": torch.zeros(2, SHAPE.width),
        "embeddings.LayerNorm.weight": own["norm.weight"],
        "embeddings.LayerNorm.bias": own["norm.bias"],
    }
    for number in range(SHAPE.layers):
        for name, places in teacher.PLACES.items():
            for kind in ("weight", "bias"):
                parts = own[f"layers.{number}.{name}.{kind}"].chunk(len(places))
                for place, part in zip(places, parts, strict=True):
                    found[f"encoder.layer.{number}.{place}.{kind}"] = part
    return found


def export(path: Path, tensors: dict[str, Tensor]) -> None:
    """Write tensors as an exporter does: matrices of layers turned round, without their names."""
    stored, nodes = [], []
    for number, (name, tensor) in enumerate(tensors.items()):
        linear = name.endswith(".weight") and name.startswith("encoder") and "Norm" not in name
        stored_as = f"onnx::MatMul_{number}" if linear else f"model.0.auto_model.{name}"
        value = np.ascontiguousarray((tensor.T if linear else tensor).numpy())
        stored.append(numpy_helper.from_array(value, stored_as))
        if linear:
            node = "/model/auto_model/" + name.removesuffix(".weight").replace("layer.", "layer#")
            node = node.replace(".", "/").replace("layer#", "layer.") + "/MatMul"
            nodes.append(helper.make_node("MatMul", ["x", stored_as], [f"y{number}"], name=node))
    # Scores are products of layers, too, and no matrix is stored for them.
    scores = "/model/auto_model/encoder/layer.0/attention/self/MatMul"
    nodes.append(helper.make_node("MatMul", ["x", "y5"], ["scores"], name=scores))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, SHAPE.width])
    onnx.save(helper.make_model(helper.make_graph(nodes, "exported", [x], [], stored)), path)


def test_an_exported_network_speaks_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = tiny.network(shape=SHAPE).eval()
    export(tmp_path / "model.onnx", theirs(network))
    known = replace(teacher.PARAPHRASE, shape=SHAPE, sha256=atomic.sha256(tmp_path / "model.onnx"))
    monkeypatch.setattr(teacher, "KNOWN", (teacher.MINILM, known))
    found = teacher.load(tmp_path)
    ids, mask = torch.tensor([[3, 9, 27, 5]]), torch.ones(1, 4, dtype=torch.long)
    assert torch.equal(found(ids, mask), network(ids, mask))


def test_another_exported_network_is_refused(tmp_path: Path) -> None:
    export(tmp_path / "model.onnx", theirs(tiny.network(shape=SHAPE)))
    with pytest.raises(TrainerError, match="is not the known teacher"):
        teacher.load(tmp_path)


@pytest.mark.parametrize("content", [b"no graph at all", None])
def test_what_is_no_graph_is_said(tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(TrainerError, match=r"model\.onnx cannot be read as ONNX"):
        exported.tensors(tmp_path / "model.onnx")

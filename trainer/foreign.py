"""A sentence model of the BERT family, as it is, becomes a bundle: no training, no distillation.

Run: ``python -m trainer export-foreign --model FOLDER --licence MIT --out DIR``

The folder is one as sentence-transformers saves it: ``config.json``, ``model.safetensors``,
``tokenizer.json`` and, if there is one, ``1_Pooling/config.json``. Its vectors must be the mean
over the tokens; what the graph cannot compute is refused, never approximated.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from asterisk_search.embedding import bundle
from asterisk_search.embedding.bundle import Base, Manifest, Prefixes
from asterisk_search.embedding.onnx import OnnxEmbedder
from trainer import atomic, floats, graph, teacher, tokens
from trainer.bert import Encoder, Shape
from trainer.errors import TrainerError
from trainer.export import TOLERANCE, numpy_weights
from trainer.probes import PROBES

_MUST = {"model_type": "bert", "hidden_act": "gelu", "layer_norm_eps": 1e-12}


def export_foreign(folder: Path, out: Path, licence: str, prefixes: Prefixes) -> None:
    """Write the model in ``folder`` as a float bundle.

    Raises:
        TrainerError: something is missing there, or is of another kind, or the graph does not
            compute what the network computes.
    """
    config = _json(folder / "config.json")
    _refuse_other_kinds(folder, config)
    shape = _shape(config)
    network = _network(folder, shape)
    weights = numpy_weights(network)
    weights["project.weight"] = np.eye(shape.width, dtype=np.float32)
    contents = {
        bundle.MODEL: graph.build(weights, shape.head, floats.Floats()).SerializeToString(),
        bundle.TOKENIZER: tokens.load(folder).to_str().encode(),
    }
    base = Base(folder.resolve().name, licence, atomic.sha256(folder / "model.safetensors"))
    said = Manifest(
        folder.resolve().name, shape.width, shape.positions - 2, {}, base, licence=licence,
        prefixes=prefixes,
    )  # fmt: skip
    made = bundle.write(out, said, contents)
    difference = _difference(network, made)
    print(f"{out}: {shape.width} numbers, largest difference from the network {difference:.1e}")
    if difference > TOLERANCE:
        raise TrainerError(f"the graph differs from the network by {difference:.1e}")


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainerError(
            f"{path} cannot be read: {error}", hint="give the folder of a saved sentence model"
        ) from error
    if not isinstance(found, dict):
        raise TrainerError(f"{path} is not a table of settings")
    return found


def _refuse_other_kinds(folder: Path, config: dict[str, Any]) -> None:
    for key, wanted in _MUST.items():
        if config.get(key, wanted) != wanted or (key == "model_type" and key not in config):
            raise TrainerError(
                f"{folder}: {key} is {config.get(key)!r}, not {wanted!r}",
                hint="docs/own-model.md says which models can be taken as they are",
            )
    pooling = folder / "1_Pooling" / "config.json"
    if pooling.is_file() and not _json(pooling).get("pooling_mode_mean_tokens"):
        raise TrainerError(f"{folder}: its vectors are not the mean over the tokens")
    if (folder / "2_Dense").exists():
        raise TrainerError(f"{folder}: it has a layer behind the mean, which is not supported")


def _shape(config: dict[str, Any]) -> Shape:
    try:
        width, heads = int(config["hidden_size"]), int(config["num_attention_heads"])
        return Shape(
            vocabulary=int(config["vocab_size"]),
            width=width,
            heads=heads,
            head=width // heads,
            inner=int(config["intermediate_size"]),
            layers=int(config["num_hidden_layers"]),
            positions=int(config["max_position_embeddings"]),
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise TrainerError(f"config.json lacks a size: {error}") from error


def _network(folder: Path, shape: Shape) -> Encoder:
    path = folder / "model.safetensors"
    try:
        theirs = load_file(path)
    except (SafetensorError, OSError) as error:
        raise TrainerError(f"{path} cannot be read as safetensors: {error}") from error
    bare: dict[str, Tensor] = {
        name.removeprefix("bert."): tensor.to(torch.float32) for name, tensor in theirs.items()
    }
    network = Encoder(shape)
    try:
        network.load_state_dict(teacher.renamed(bare, range(shape.layers)))
    except (KeyError, RuntimeError) as error:
        raise TrainerError(f"{path} does not hold what config.json says: {error}") from error
    return network.eval()


def _difference(network: Encoder, made: bundle.Bundle) -> float:
    """The largest difference between the network's vectors and the bundle's, over `PROBES`."""
    tokenizer, most = tokens.load(made.folder), made.manifest.max_tokens
    prefix = made.manifest.prefixes.passage
    rows = [tokenizer.encode(prefix + text).ids for text in PROBES]
    cut = [ids if len(ids) <= most + 2 else [*ids[: most + 1], ids[-1]] for ids in rows]
    with torch.inference_mode(), OnnxEmbedder(made) as embedder:
        ours = [network(torch.tensor([ids]), torch.ones(1, len(ids))).numpy()[0] for ids in cut]
        theirs = embedder.embed(PROBES)
    return float(np.abs(np.stack(ours) - theirs).max())

"""The teacher: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), loaded without its library.

Not run by itself. The teacher's folder holds `model.safetensors` and `tokenizer.json`; weights
that are not the known ones are refused, because every figure of this project rests on them.
"""

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from trainer import atomic
from trainer.bert import Encoder, Shape
from trainer.errors import TrainerError

NAME = "sentence-transformers/all-MiniLM-L6-v2"
LICENCE = "Apache-2.0"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SHAPE = Shape()


def load(folder: Path) -> Encoder:
    """The teacher, ready to encode.

    Raises:
        TrainerError: no weights there, or not the known ones.
    """
    path = checked(folder)
    try:
        theirs = load_file(path)
    except (SafetensorError, OSError) as error:
        raise TrainerError(f"{path} cannot be read as safetensors: {error}") from error
    encoder = Encoder(SHAPE)
    encoder.load_state_dict(renamed(theirs, range(SHAPE.layers)))
    return encoder.eval()


def checked(folder: Path) -> Path:
    """The weights file of the teacher's folder, its SHA-256 verified."""
    path = folder / "model.safetensors"
    if not path.is_file():
        raise TrainerError(
            f"no teacher at {path}",
            hint=f"download {NAME} (model.safetensors and tokenizer.json) into that folder",
        )
    found = atomic.sha256(path)
    if found != SHA256:
        raise TrainerError(
            f"{path} is not the known teacher: SHA-256 {found}, expected {SHA256}",
            hint=f"download {NAME} again",
        )
    return path


def renamed(theirs: dict[str, Tensor], keep: range | tuple[int, ...]) -> dict[str, Tensor]:
    """The checkpoint's tensors under this project's names, only the layers in ``keep``."""
    table = theirs["embeddings.position_embeddings.weight"]
    ours = {
        "words.weight": theirs["embeddings.word_embeddings.weight"],
        "positions.weight": table + theirs["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": theirs["embeddings.LayerNorm.weight"],
        "norm.bias": theirs["embeddings.LayerNorm.bias"],
    }
    for new, old in enumerate(keep):
        for name, tensor in layer_tensors(theirs, old).items():
            ours[f"layers.{new}.{name}"] = tensor
    return ours


def layer_tensors(theirs: dict[str, Tensor], number: int) -> dict[str, Tensor]:
    """One layer's tensors; query, key and value joined into one matrix (3W, W)."""
    at = f"encoder.layer.{number}."
    ours = {}
    for kind in ("weight", "bias"):
        joint = [theirs[f"{at}attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
        ours[f"qkv.{kind}"] = torch.cat(joint)
        ours[f"attended.{kind}"] = theirs[f"{at}attention.output.dense.{kind}"]
        ours[f"attended_norm.{kind}"] = theirs[f"{at}attention.output.LayerNorm.{kind}"]
        ours[f"inner.{kind}"] = theirs[f"{at}intermediate.dense.{kind}"]
        ours[f"outer.{kind}"] = theirs[f"{at}output.dense.{kind}"]
        ours[f"outer_norm.{kind}"] = theirs[f"{at}output.LayerNorm.{kind}"]
    return ours

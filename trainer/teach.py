"""The teacher's vectors of every text, computed once: half of a training run's work.

Run: ``python -m trainer teach --prepared DIR --teacher FOLDER --out DIR`` (``--coach FILE`` for the
vectors of a checkpoint instead of the teacher's own, ``--recipe R`` for those texts alone that a
recipe gives to its coach)

``DIR`` receives ``vectors.npy`` (float16, shape (texts, W)), memory-mapped while it fills, and
``taught.json``, which says how far it is: run the command again after an interruption and it goes
on at the block where it stopped.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from trainer import atomic, checkpoint, device, prepared, teacher, tokens
from trainer.bert import Encoder
from trainer.errors import TrainerError
from trainer.prepared import Prepared
from trainer.recipe import MADE, Recipe

BLOCK = 4096
"""Texts between two notes of progress."""
BATCH_TOKENS = 6144


def teach(
    data: Path,
    model: Path,
    out: Path,
    threads: int = 1,
    coach: Path | None = None,
    recipe: Recipe | None = None,
) -> None:
    """Fill ``out`` with the teacher's vectors of the prepared texts, or go on filling it.

    With ``recipe`` only of the texts that it gives to its coach; the others stay 0. ``threads``
    batches at a time, each on one core: on a machine with other work that is faster than one batch
    on several cores, which wait for the slowest of them at every product.

    Raises:
        TrainerError: another teacher, other data, or vectors begun for other data.
    """
    texts = prepared.load(data)
    encoder, whose = asked(model, coach)
    encoder.to(device.best())
    whose = f"{whose} for {recipe.name}" if recipe else whose
    wanted = coached(texts, recipe) if recipe else np.ones(len(texts), dtype=bool)
    done = begin(texts, out, whose, encoder.shape.dim or encoder.shape.width)
    vectors = np.lib.format.open_memmap(out / "vectors.npy", mode="r+")
    bar = tqdm(desc="teach", total=len(texts), initial=done, unit=" texts", disable=None)
    torch.set_num_threads(1)

    def fill(rows: NDArray[np.int64]) -> None:
        torch.set_num_threads(1)  # counted per thread
        vectors[rows] = encode(encoder, *tokens.batch([texts.ids(row) for row in rows]))

    for start in range(done, len(texts), BLOCK):
        stop = min(start + BLOCK, len(texts))
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fill, batches(texts, start + np.flatnonzero(wanted[start:stop]))))
        bar.update(stop - start)
        vectors.flush()
        note(out, texts, whose, stop)
    bar.close()


def asked(model: Path, coach: Path | None) -> tuple[Encoder, str]:
    """Who teaches, and the SHA-256 of its weights: the coach if there is one, or the teacher."""
    if coach:
        return checkpoint.encoder(checkpoint.load(coach)), atomic.sha256(coach)
    known = teacher.of(model)
    return teacher.network(known, model), known.sha256


def begin(texts: Prepared, out: Path, whose: str, width: int) -> int:
    """The number of texts already taught; an empty array is laid out at first.

    Raises:
        TrainerError: begun for other data or by another teacher.
    """
    if (out / "taught.json").is_file():
        return progress(texts, out, whose)
    out.mkdir(parents=True, exist_ok=True)
    shape = (len(texts), width)
    np.lib.format.open_memmap(out / "vectors.npy", mode="w+", dtype=np.float16, shape=shape)
    note(out, texts, whose, 0)
    return 0


def note(out: Path, texts: Prepared, whose: str, done: int) -> None:
    """Write down how many texts, in order, have their vectors."""
    facts = {"data": texts.digest, "teacher": whose, "done": done, "texts": len(texts)}
    atomic.write_json(out / "taught.json", facts)


def progress(texts: Prepared, out: Path, whose: str = "") -> int:
    """How many texts are taught, if they are these texts, and by whom if it is said."""
    try:
        facts = json.loads((out / "taught.json").read_text("utf-8"))
        done = int(facts["done"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainerError(
            f"no teacher vectors in {out}: {error!r}", hint="run `python -m trainer teach` first"
        ) from error
    if facts["data"] != texts.digest or facts["teacher"] != (whose or facts["teacher"]):
        raise TrainerError(
            f"{out} holds vectors of other data or of another teacher",
            hint="name another folder with --out, or delete this one",
        )
    return done


def load(texts: Prepared, out: Path) -> NDArray[np.float16]:
    """The vectors of all texts, shape (texts, 384), memory-mapped.

    Raises:
        TrainerError: missing, unfinished, of other data, or cut short.
    """
    done = progress(texts, out)
    if done < len(texts):
        raise TrainerError(
            f"{out} has vectors of {done} of {len(texts)} texts",
            hint="run `python -m trainer teach` again; it goes on where it stopped",
        )
    return array(out / "vectors.npy", len(texts))


def array(path: Path, rows: int) -> NDArray[np.float16]:
    """A file of so many rows, memory-mapped.

    Raises:
        TrainerError: missing, cut short, or of another length.
    """
    try:
        found: NDArray[np.float16] = np.load(path, mmap_mode="r")
    except (OSError, ValueError) as error:
        raise TrainerError(f"{path} is missing or cut short: {error}") from error
    if len(found) != rows:
        raise TrainerError(f"{path} has the shape {found.shape}")
    return found


def coached(texts: Prepared, recipe: Recipe) -> NDArray[np.bool_]:
    """Which texts belong to a source that the recipe gives to its coach, shape (texts,)."""
    found = np.zeros(len(texts), dtype=bool)
    numbers = texts.pairs[sources(recipe)[texts.pairs[:, 3]], :3]
    found[numbers[numbers >= 0]] = True
    return found


def sources(recipe: Recipe) -> NDArray[np.bool_]:
    """Which sources a coach is asked about: of those that the recipe names, then of those made."""
    return np.array([*(pairs.coached for pairs in recipe.data.pairs), *MADE.values()])


def batches(texts: Prepared, numbers: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """These texts in batches of similar length, little of it padding."""
    lengths = texts.lengths()
    order = numbers[np.argsort(lengths[numbers], kind="stable")]
    at = 0
    while at < len(order):
        size = max(1, BATCH_TOKENS // int(lengths[order[at]]))
        # Shrink until the longest of the batch (its last) fits as well.
        while size > 1 and size * int(lengths[order[at : at + size][-1]]) > BATCH_TOKENS:
            size -= max(1, size // 16)
        yield order[at : at + size]
        at += size


def encode(encoder: Encoder, ids: Tensor, mask: Tensor) -> NDArray[np.float16]:
    """Unit vectors, computed in bfloat16 where the device has it."""
    where = encoder.device
    with torch.inference_mode(), device.narrow(where):
        vectors = encoder(ids.to(where), mask.to(where))
    found: NDArray[np.float16] = vectors.half().cpu().numpy()
    return found

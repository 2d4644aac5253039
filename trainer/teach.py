"""The teacher's vectors of every text, computed once: half of a training run's work.

Run: ``python -m trainer teach --prepared DIR --teacher FOLDER --out DIR`` (``--coach FILE`` for the
vectors of a checkpoint instead of the teacher's own)

``DIR`` receives ``vectors.npy`` (float16, shape (texts, 384)), memory-mapped while it fills, with
``--tokens`` also ``states.npy`` (float16, shape (tokens, 384): what the last layer says of each),
and ``taught.json``, which says how far it is: run the command again after an interruption and it
goes on at the block where it stopped.
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

BLOCK = 4096
"""Texts between two notes of progress."""
BATCH_TOKENS = 6144

Said = tuple[NDArray[np.float16], NDArray[np.float16]]
"""Vectors of texts, and the states of their tokens."""


def teach(
    data: Path,
    model: Path,
    out: Path,
    threads: int = 1,
    coach: Path | None = None,
    *,
    each_token: bool = False,
) -> None:
    """Fill ``out`` with the teacher's vectors of the prepared texts, or go on filling it.

    With ``each_token`` also with what it says of each token. ``threads`` batches at a time, each
    on one core: on a machine with other work that is faster than one batch on several cores,
    which wait for the slowest of them at every product.

    Raises:
        TrainerError: another teacher, other data, or vectors begun for other data.
    """
    texts = prepared.load(data)
    encoder = checkpoint.encoder(checkpoint.load(coach)) if coach else teacher.load(model)
    encoder.to(device.best())
    whose = atomic.sha256(coach) if coach else teacher.SHA256
    width = encoder.shape.dim or encoder.shape.width
    done = begin(texts, out, whose, width, each_token)
    vectors = np.lib.format.open_memmap(out / "vectors.npy", mode="r+")
    states = np.lib.format.open_memmap(out / "states.npy", mode="r+") if each_token else None
    bar = tqdm(desc="teach", total=len(texts), initial=done, unit=" texts", disable=None)
    torch.set_num_threads(1)

    def fill(rows: NDArray[np.int64]) -> None:
        torch.set_num_threads(1)  # counted per thread
        ids, mask = tokens.batch([texts.ids(row) for row in rows])
        vectors[rows], said = encode(encoder, ids, mask)
        if states is not None:
            for row, text, length in zip(rows, said, mask.sum(1).tolist(), strict=True):
                states[texts.offsets[row] : texts.offsets[row + 1]] = text[:length]

    for start in range(done, len(texts), BLOCK):
        stop = min(start + BLOCK, len(texts))
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fill, batches(texts, start, stop)))
        bar.update(stop - start)
        for file in (vectors, states):
            if file is not None:
                file.flush()
        note(out, texts, whose, stop)
    bar.close()


def begin(texts: Prepared, out: Path, whose: str, width: int, each_token: bool) -> int:
    """The number of texts already taught; empty arrays are laid out at first.

    Raises:
        TrainerError: begun for other data, by another teacher, or without the tokens that are
            wanted now.
    """
    if (out / "taught.json").is_file():
        if each_token and not (out / "states.npy").is_file():
            raise TrainerError(
                f"{out} was begun without --tokens",
                hint="name another folder with --out, or delete this one",
            )
        return progress(texts, out, whose)
    out.mkdir(parents=True, exist_ok=True)
    lengths = {"vectors.npy": len(texts)}
    if each_token:
        lengths["states.npy"] = int(texts.offsets[-1])
    for name, length in lengths.items():
        shape = (length, width)
        np.lib.format.open_memmap(out / name, mode="w+", dtype=np.float16, shape=shape)
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


def load_states(texts: Prepared, out: Path) -> NDArray[np.float16]:
    """What the teacher said of each token, shape (tokens, 384), memory-mapped.

    Raises:
        TrainerError: it was not asked, or the file is cut short.
    """
    if not (out / "states.npy").is_file():
        raise TrainerError(
            f"{out} holds nothing on single tokens, which the recipe's loss `tokens` needs",
            hint="run `python -m trainer teach --tokens` into another folder",
        )
    return array(out / "states.npy", int(texts.offsets[-1]))


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


def batches(texts: Prepared, start: int, stop: int) -> Iterator[NDArray[np.int64]]:
    """Text numbers ``start`` to ``stop`` in batches of similar length, little of it padding."""
    lengths = texts.lengths()[start:stop]
    order = start + np.argsort(lengths, kind="stable")
    at = 0
    while at < len(order):
        size = max(1, BATCH_TOKENS // int(lengths[order[at] - start]))
        # Shrink until the longest of the batch (its last) fits as well.
        while size > 1 and size * int(lengths[order[at : at + size][-1] - start]) > BATCH_TOKENS:
            size -= max(1, size // 16)
        yield order[at : at + size]
        at += size


def encode(encoder: Encoder, ids: Tensor, mask: Tensor) -> Said:
    """Unit vectors and each token's state, computed in bfloat16."""
    where = encoder.device
    with torch.inference_mode(), device.narrow(where):
        ids, mask = ids.to(where), mask.to(where)
        states = encoder.states(ids, mask)
        vectors = encoder.pool(states, mask)
    return vectors.half().cpu().numpy(), states.half().cpu().numpy()

"""Texts to token ids, and ids to padded batches.

Not run by itself. The tokenizer is the teacher's (WordPiece, lower case), without the padding and
the cut at 128 tokens that its file asks for.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from trainer.errors import TrainerError

Ids = NDArray[np.uint16]
"""Token ids of one text; the vocabulary has fewer than 65,536."""
FOREIGN = "<s>"
"""What frames a text in MPNet's own tokenizer."""


def load(folder: Path) -> Tokenizer:
    """The tokenizer of the teacher's folder, neither padding nor cutting.

    Raises:
        TrainerError: there is none, or it numbers words otherwise than BERT's does.
    """
    path = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_buffer(path.read_bytes())
    except Exception as error:  # the Rust library raises bare Exception
        raise TrainerError(f"no usable tokenizer at {path}: {error}") from error
    if tokenizer.token_to_id(FOREIGN) is not None:
        raise TrainerError(
            f"{path} is not BERT's tokenizer, whose numbers all teachers here are asked in",
            hint="put the tokenizer.json of all-MiniLM-L6-v2 there",
        )
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def ids_of(tokenizer: Tokenizer, texts: Sequence[str], cut: int) -> list[Ids]:
    """Ids of each text, framed by the special tokens, at most ``cut`` long with them."""
    encodings = tokenizer.encode_batch(list(texts))
    return [np.array(cut_ids(e.ids, cut), dtype=np.uint16) for e in encodings]


def cut_ids(ids: list[int], cut: int) -> list[int]:
    """The first ``cut - 1`` ids and the closing one."""
    return ids if len(ids) <= cut else [*ids[: cut - 1], ids[-1]]


def alike(rows: Sequence[Ids], size: int) -> Iterator[tuple[Tensor, Tensor]]:
    """All rows in batches of like length, so that there is hardly any padding; in no order."""
    ordered = sorted(rows, key=len)
    for at in range(0, len(ordered), size):
        yield batch(ordered[at : at + size])


def batch(rows: Sequence[Ids]) -> tuple[Tensor, Tensor]:
    """Ids and mask, both int64 of shape (B, T), T the longest row, padded with 0 (``[PAD]``)."""
    longest = max(len(row) for row in rows)
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    mask = np.zeros((len(rows), longest), dtype=np.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask)

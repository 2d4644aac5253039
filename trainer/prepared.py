"""Opens a prepared folder, verified, without reading it all into memory.

Not run by itself.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer import atomic
from trainer.errors import TrainerError
from trainer.tokens import Ids


@dataclass(frozen=True, slots=True)
class Prepared:
    """Token ids of all texts and the pairs among them."""

    tokens: NDArray[np.uint16]
    offsets: NDArray[np.int64]
    pairs: NDArray[np.int32]
    """Shape (pairs, 4): anchor, passage or -1, hard negative or -1, source."""
    scores: NDArray[np.float32]
    """Shape (pairs,): how alike people found the two, not-a-number where nobody was asked."""
    saw: tuple[str, ...]
    """Evaluation sets and splits whose texts are among these."""
    digest: str
    """SHA-256 of the manifest."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def ids(self, text: int) -> Ids:
        """Token ids of one text."""
        return self.tokens[self.offsets[text] : self.offsets[text + 1]]

    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text, special ones included; shape (texts,)."""
        return np.diff(self.offsets)


def load(folder: Path) -> Prepared:
    """The prepared folder, tokens memory-mapped.

    Raises:
        TrainerError: a file is missing, or not the one that the manifest vouches for.
    """
    path = folder / "manifest.json"
    hint = "run `python -m trainer prepare` again"
    try:
        manifest = json.loads(path.read_text("utf-8"))
        files: dict[str, str] = manifest["files"]
        saw = tuple(manifest["saw_evaluation_texts"])
        for name, expected in files.items():
            if atomic.sha256(folder / name) != expected:
                raise TrainerError(f"{folder / name} was altered or cut short", hint=hint)
    except (OSError, ValueError, KeyError) as error:
        raise TrainerError(f"no prepared data in {folder}: {error!r}", hint=hint) from error
    return Prepared(
        np.load(folder / "tokens.npy", mmap_mode="r"),
        np.load(folder / "offsets.npy"),
        np.load(folder / "pairs.npy"),
        np.load(folder / "scores.npy"),
        saw,
        atomic.sha256(path),
    )

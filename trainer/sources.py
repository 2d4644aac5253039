"""Files of training pairs: JSON lines ``{"a": …, "b": …, "n": …}``, plain lines, or a table of
scored sentences (score, sentence1, sentence2), ``.xz``.

Not run by itself; `prepare` reads them.
"""

import json
import lzma
import math
from dataclasses import dataclass
from pathlib import Path

from trainer import tasks
from trainer.errors import TrainerError


@dataclass(frozen=True, slots=True)
class Row:
    """An anchor, its passage and a passage that looks right and is not; the last two may lack."""

    a: str
    b: str = ""
    n: str = ""
    score: float = math.nan
    """How alike people found the two."""


def rows(path: Path, *, plain: bool) -> list[Row]:
    """All rows of a file.

    Raises:
        TrainerError: truncated, or a line is not what it should be; the line is named.
    """
    try:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, EOFError, lzma.LZMAError, ValueError) as error:
        raise TrainerError(f"{path} cannot be read to its end: {error!r}") from error
    found = [
        plain_row(line) if plain else pair_row(path, at, line) for at, line in enumerate(lines, 1)
    ]
    return [row for row in found if row.a]


def scored_rows(path: Path) -> list[Row]:
    """All rows of the training split of a similarity set.

    Raises:
        TrainerError: not one that may be trained on; truncated, or malformed.
    """
    if "/".join(path.parts[-2:]) not in tasks.TRAIN:
        raise TrainerError(f"{path} may not be trained on", hint=f"only {', '.join(tasks.TRAIN)}")
    try:
        found = tasks.similarity(path)
    except (OSError, EOFError, lzma.LZMAError, KeyError, ValueError) as error:
        raise TrainerError(f"{path} cannot be read to its end: {error!r}") from error
    return [
        Row(*row)
        for row in zip(found.left, found.right, ("",) * len(found.left), found.scores, strict=True)
    ]


def plain_row(line: str) -> Row:
    """A row of one text; doubled quotation marks of an old export are taken off."""
    return Row(line.replace('""', '"').strip('" \t'))


def pair_row(path: Path, number: int, line: str) -> Row:
    """A row of a pair."""
    try:
        value = json.loads(line)
        return Row(str(value["a"]), str(value["b"]), str(value.get("n", "")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainerError(f"{path}, line {number}: not a pair: {error!r}") from error

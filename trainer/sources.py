"""Files of training pairs: JSON lines ``{"a": …, "b": …, "n": …}`` or plain lines, ``.xz``.

Not run by itself; `prepare` reads them.
"""

import json
import lzma
from dataclasses import dataclass
from pathlib import Path

from trainer.errors import TrainerError


@dataclass(frozen=True, slots=True)
class Row:
    """An anchor, its passage and a passage that looks right and is not; the last two may lack."""

    a: str
    b: str = ""
    n: str = ""


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

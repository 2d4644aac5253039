"""Which way the tokens of a text of each length go, as tables for the ONNX graph.

Not run by itself; `trainer.routes` looks them up. Computed here rather than in the graph, where
thirty small operators would take a tenth of the time of a question.

R rows: one for all short texts and one for each length of a long one. T tokens of a text.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.long_texts import LongTexts

Ints = NDArray[np.int64]
Places = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Blocks:
    """By row, see `trainer.blocks`."""

    places: Places
    """Of the tokens of all blocks, one block behind the other, filled up with 0: (R, M)."""
    more: Ints
    """How many tokens that is beyond those of the text: (R,)."""
    shape: Ints
    """How many blocks there are, and -1 for their length: (R, 2)."""
    back: Places
    """Where in all blocks each token of the text is, filled up with 0: (R, longest)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """By length, from 0 on, see `trainer.rare`."""

    rare: Ints
    """Tokens that go through feed-forward."""
    common: NDArray[np.float32]
    """The others."""
    times: NDArray[np.float32]
    """How many times as many those are."""


def blocks(long: LongTexts, longest: int) -> Blocks:
    """For texts of up to so many tokens."""
    found = [(np.arange(longest)[None], np.arange(longest))]  # cut to the length of a short text
    found += [cut(tokens, long.block) for tokens in range(long.over + 1, longest + 1)]
    lengths = [0, *range(long.over + 1, longest + 1)]
    sizes = [0, *(one.size for one, _ in found[1:])]
    return Blocks(
        filled([one.ravel() for one, _ in found]),
        np.array(sizes) - np.array(lengths),
        np.array([(len(one), -1) for one, _ in found]),
        filled([back for _, back in found]),
    )


def cut(tokens: int, size: int) -> tuple[Ints, Ints]:
    """Places in each block, (blocks, their length), and where in them all each token is, (T,)."""
    inner = tokens - 2
    count = max(1, -(-inner // size))
    length = max(0, -(-inner // count))
    first = 1 + np.minimum(np.arange(count) * length, inner - length)
    own = first[:, None] + np.arange(length)
    ends = np.zeros((count, 1), int), np.full((count, 1), tokens - 1)
    places = np.concatenate([ends[0], own, ends[1]], 1)
    back = np.zeros(tokens, int)
    for row in reversed(range(count)):  # of a token in two blocks, the first counts
        back[places[row]] = row * (length + 2) + np.arange(length + 2)
    back[-1] = count * (length + 2) - 1
    return places, back


def filled(rows: list[Ints]) -> Places:
    """Rows of different length as one table."""
    table = np.zeros((len(rows), max(map(len, rows))), np.int16)
    for at, row in enumerate(rows):
        table[at, : len(row)] = row
    return table


def counts(long: LongTexts, longest: int) -> Counts:
    """For texts of up to so many tokens."""
    lengths = np.arange(longest + 1)
    # In float32, as the network computes it, so that both round alike.
    some = np.ceil(lengths.astype(np.float32) * np.float32(long.rare)).astype(int)
    rare = np.where(lengths > long.over, some, lengths)
    common = (lengths - rare).astype(np.float32)
    times = np.divide(common, np.maximum(rare, 1), dtype=np.float32)
    return Counts(rare, common, times)

"""Which pairs share a batch: those of one source and of like length, in an order set by the seed.

Not run by itself. The order is a function of the seed and the epoch alone, so that a resumed run
sees exactly what an uninterrupted one would have seen. One source at a time makes the other
passages of a batch better wrong answers, and keeps sources that share passages apart.
"""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from trainer import topics
from trainer.prepared import Prepared
from trainer.recipe import Train

Rows = NDArray[np.int64]
"""Numbers of pairs."""

GROUP = 12
"""Batches that are sorted by length together."""
TOPIC = 4
"""The same for batches of one topic: fewer, or the topic would be a wide one."""
LONG = 32
"""Tokens from which an anchor counts as long; mixing both kinds in a batch would be padding."""


def plan(
    data: Prepared,
    train: Train,
    seed: int,
    epoch: int,
    repeats: Mapping[int, int] | None = None,
    vectors: NDArray[np.float16] | None = None,
    pooled: Collection[int] = (),
) -> list[Rows]:
    """The batches of one epoch; ``repeats`` says which sources come more often than once.

    ``vectors`` of all texts, shape (texts, W), are needed for batches of one topic, and for those
    of neighbours from all sources that are ``pooled``.
    """
    chance = np.random.default_rng([seed, epoch])
    lengths = data.lengths()
    often = repeats or {}
    made: list[Rows] = []
    for source in np.unique(data.pairs[:, 3]):
        if source in pooled:
            continue
        rows = np.flatnonzero(data.pairs[:, 3] == source)
        for _ in range(often.get(int(source), 1)):
            made += of_source(data, lengths, rows, train, chance, vectors)
    if vectors is not None and pooled:
        times = np.array([often.get(int(source), 1) for source in data.pairs[:, 3]])
        made += neighbours(
            data, times * np.isin(data.pairs[:, 3], list(pooled)), train, chance, vectors
        )
    order = chance.permutation(len(made))
    return [made[at] for at in order]


def of_source(
    data: Prepared,
    lengths: NDArray[np.int64],
    rows: Rows,
    train: Train,
    chance: np.random.Generator,
    vectors: NDArray[np.float16] | None,
) -> list[Rows]:
    """One source's batches: shuffled block by block, sorted within groups, cut to size.

    Neighbours in a source of single texts may be variants of one another and stay together.
    """
    single = bool((data.pairs[rows, 1] < 0).all())
    if single:
        blocks = np.array_split(rows, max(1, len(rows) // train.batch_pairs))
        return [blocks[at] for at in chance.permutation(len(blocks))]
    rows = chance.permutation(rows)
    if not np.isnan(data.scores[rows]).any():
        return mixed(rows, train)
    size = GROUP * train.batch_pairs
    alike = int(len(rows) * train.topics) if vectors is not None else 0
    together = [rows[at : at + size] for at in range(alike, len(rows), size)]
    if vectors is not None and alike:
        near = vectors[data.pairs[rows[:alike], 1]].astype(np.float32)
        parts = topics.groups(near, TOPIC * train.batch_pairs, chance)
        together += [rows[:alike][part] for part in parts]
    return [batch for group in together for batch in of_group(data, lengths, group, train)]


def neighbours(
    data: Prepared,
    times: NDArray[np.int64],
    train: Train,
    chance: np.random.Generator,
    vectors: NDArray[np.float16],
) -> list[Rows]:
    """Pairs whose first texts are near each other, each pair so many ``times`` (pairs,).

    What comes more often comes in rounds, or it would be its own neighbour.
    """
    made: list[Rows] = []
    for done in range(int(times.max())):
        rows = np.flatnonzero(times > done)
        near = vectors[data.pairs[rows, 0]].astype(np.float32)
        made += [rows[part] for part in topics.groups(near, train.neighbours, chance)]
    return [batch for batch in made if len(batch) > 1]


def mixed(rows: Rows, train: Train) -> list[Rows]:
    """Scored pairs of any length and topic: what people found more alike holds across them all."""
    made = [rows[at : at + train.batch_pairs] for at in range(0, len(rows), train.batch_pairs)]
    return [batch for batch in made if len(batch) > 1]


def of_group(data: Prepared, lengths: NDArray[np.int64], rows: Rows, train: Train) -> list[Rows]:
    """Sort a group by length and cut it where the longer side would exceed the tokens."""
    anchors = lengths[data.pairs[rows, 0]]
    longer = np.maximum(anchors, lengths[data.pairs[rows, 1]])
    order = np.lexsort((longer, anchors > LONG))
    made = []
    at = 0
    while at < len(order):
        size = 1
        while at + size < len(order) and fits(longer[order[at : at + size + 1]], train):
            size += 1
        made.append(rows[order[at : at + size]])
        at += size
    return [batch for batch in made if len(batch) > 1]


def fits(longer: NDArray[np.int64], train: Train) -> bool:
    """Whether texts of these lengths make a batch."""
    return (
        len(longer) <= train.batch_pairs and int(longer.max()) * len(longer) <= train.batch_tokens
    )

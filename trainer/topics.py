"""Pairs of one topic side by side, so that the wrong answers of a batch are tempting ones.

Not run by itself; `batches` orders with it. A group is halved at the plane between two of its
vectors, drawn at random, until it is small: another division in every epoch. Sources: Hofstätter
et al., "Efficiently Teaching an Effective Dense Retriever with Balanced Topic Aware Sampling"
(2021), for batches of one topic; Bernhardsson, "Annoy" (2013), for the division.
"""

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Vectors = NDArray[np.float32]


def groups(vectors: Vectors, size: int, chance: np.random.Generator) -> list[Rows]:
    """Positions 0 … n−1 of ``vectors`` (n, W) in groups of at most ``size``, near ones together."""
    waiting: list[Rows] = [np.arange(len(vectors))]
    done: list[Rows] = []
    while waiting:
        rows = waiting.pop()
        if len(rows) <= size:
            done.append(rows)
        else:
            waiting += halves(vectors, rows, chance)
    return done


def halves(vectors: Vectors, rows: Rows, chance: np.random.Generator) -> list[Rows]:
    """Rows nearer to one than to the other of two vectors, half of them on each side."""
    one, other = vectors[chance.choice(rows, 2, replace=False)]
    order = np.argsort(vectors[rows] @ (one - other), kind="stable")
    # In the middle, whatever the distances: a division cannot fail, and groups are of like size.
    return [rows[part] for part in np.array_split(order, 2)]

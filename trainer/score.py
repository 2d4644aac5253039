"""One scorer for every stage: teacher, checkpoint, float graph, int8 graph, the product itself.

Not run by itself. ``score(encode, task)`` takes any function from texts to vectors, one row each.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from trainer import words
from trainer.tasks import Duplicates, Retrieval, Similarity, Task

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts -> vectors, shape (texts, dim); of any length, they are normalised here."""
Reals = NDArray[np.float64]


def score(encode: Encode, task: Task, *, beside: bool = False) -> dict[str, float]:
    """The task's metrics, each between −1 and 1.

    Similarity: ``spearman`` and ``pearson`` of cosine and human score. Retrieval: ``ndcg@10`` and
    ``recall@100`` of an exact search by cosine; if ``beside``, also of BM25 and of both together,
    under names that begin so. Duplicates: ``average_precision`` of cosine.
    """
    if isinstance(task, Retrieval):
        return retrieval(encode, task, beside=beside)
    cosines = (unit(encode, task.left) * unit(encode, task.right)).sum(1)
    if isinstance(task, Similarity):
        return similarity(cosines, np.array(task.scores))
    return duplicates(cosines, task)


def unit(encode: Encode, texts: Sequence[str]) -> Reals:
    """Vectors of length 1."""
    vectors = np.asarray(encode(texts), dtype=np.float64)
    normal: Reals = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return normal


def similarity(cosines: Reals, human: Reals) -> dict[str, float]:
    """Correlation of ranks and of values."""
    return {"spearman": pearson(ranks(cosines), ranks(human)), "pearson": pearson(cosines, human)}


def pearson(x: Reals, y: Reals) -> float:
    """Correlation of two series."""
    return float(np.corrcoef(x, y)[0, 1])


def ranks(values: Reals) -> Reals:
    """1-based ranks, ties sharing their mean rank."""
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean: Reals = last - (counts - 1) / 2
    return mean[group]


def duplicates(cosines: Reals, task: Duplicates) -> dict[str, float]:
    """Average precision of the pairs ranked by cosine."""
    labels = np.array(task.labels)[np.argsort(-cosines, kind="stable")]
    precision = np.cumsum(labels) / np.arange(1, len(labels) + 1)
    return {"average_precision": float(precision[labels].mean())}


def retrieval(encode: Encode, task: Retrieval, *, beside: bool) -> dict[str, float]:
    """Of the search by cosine, and of those beside it."""
    cosines = unit(encode, task.queries) @ unit(encode, task.passages).T  # (queries, passages)
    found = ranked(cosines, task)
    if beside:
        lexical = words.bm25(task.queries, task.passages)
        both = words.fused(cosines, lexical)
        for name, scores in (("bm25", lexical), ("hybrid", both)):
            found |= {f"{name} {metric}": value for metric, value in ranked(scores, task).items()}
    return found


def ranked(scores: Reals, task: Retrieval) -> dict[str, float]:
    """Means over the queries; ``scores`` (queries, passages)."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :100]
    rows = list(zip(best, task.relevant, strict=True))
    return {
        "ndcg@10": float(np.mean([ndcg(found[:10], grades) for found, grades in rows])),
        "recall@100": float(np.mean([recall(found, grades) for found, grades in rows])),
    }


def ndcg(found: NDArray[np.int64], grades: dict[int, float]) -> float:
    """Discounted gain of a ranking over that of the ideal one, at the ranking's length.

    Gains are the grades themselves. Source: Järvelin and Kekäläinen (2002).
    """
    ideal = sorted(grades.values(), reverse=True)[: len(found)]
    return gain([grades.get(int(at), 0.0) for at in found]) / gain(ideal)


def gain(grades: Sequence[float]) -> float:
    """Sum of grades, each over the logarithm of its rank + 1."""
    return float(sum(grade / np.log2(rank + 1) for rank, grade in enumerate(grades, 1)))


def recall(found: NDArray[np.int64], grades: dict[int, float]) -> float:
    """Share of the relevant passages that were found."""
    return len(grades.keys() & {int(at) for at in found}) / len(grades)

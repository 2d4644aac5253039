"""Search by words, and its fusion with search by vectors, for the tables of `evaluate`.

Not run by itself. A yardstick, not the product's search: BM25 as Lucene scores it, over words in
lower case without their plural ending, and a sum of both scores with equal weight.
Sources: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009);
Harman, "How Effective Is Suffixing?" (1991), for the endings; Bruch et al., "An Analysis of Fusion
Functions for Hybrid Retrieval" (2023), for adding scores rather than ranks.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WORD = re.compile(r"\w+")
K1 = 0.9
"""How fast a word's repetition stops counting."""
B = 0.4
"""How much a long passage is held against it."""
KEPT = ("aies", "eies", "aes", "ees", "oes", "us", "ss")
Reals = NDArray[np.float64]


def words(text: str) -> list[str]:
    """Words in lower case, plural endings off."""
    return [singular(word) for word in WORD.findall(text.lower())]


def singular(word: str) -> str:
    """Harman's S stemmer."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(KEPT):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def bm25(queries: Sequence[str], passages: Sequence[str]) -> Reals:
    """The score of every passage for every query: (queries, passages)."""
    counts = [Counter(words(passage)) for passage in passages]
    lengths = np.array([sum(count.values()) for count in counts], dtype=np.float64)
    damping = K1 * (1 - B + B * lengths / max(1.0, lengths.mean()))
    postings: dict[str, list[tuple[int, int]]] = {}
    for at, count in enumerate(counts):
        for word, times in count.items():
            postings.setdefault(word, []).append((at, times))
    scores = np.zeros((len(queries), len(passages)))
    for row, query in zip(scores, queries, strict=True):
        for word in words(query):
            add(row, postings.get(word, []), damping)
    return scores


def add(row: Reals, posting: Sequence[tuple[int, int]], damping: Reals) -> None:
    """Add one word's share to the passages that have it."""
    if not posting:
        return
    places, times = np.array(posting).T
    rarity = np.log(1 + (len(row) - len(posting) + 0.5) / (len(posting) + 0.5))
    row[places] += rarity * times / (times + damping[places])


def fused(cosines: Reals, lexical: Reals) -> Reals:
    """Both scores on a scale from 0 to 1 per query, added: (queries, passages)."""
    return stretched(cosines) + stretched(lexical)


def stretched(scores: Reals) -> Reals:
    """Each query's scores from 0 (its worst passage) to 1 (its best)."""
    low = scores.min(axis=1, keepdims=True)
    span = scores.max(axis=1, keepdims=True) - low
    made: Reals = (scores - low) / np.where(span > 0, span, 1.0)
    return made

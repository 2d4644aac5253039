"""The evidence for one passage, added up. Pure; the order of what comes in does not matter.

Each piece of evidence adds its value times its weight to the log-odds that the passage answers; a
logistic function makes a score of the sum, which so is an estimate of a probability. The values of
BM25 and cosine are kept rather than their ranks alone: they say how much better a hit is, not only
that it is (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
arXiv:2210.11934). BM25 is divided by a mean of what a passage with every word of the query would
get, so that one common word of a long question counts for little, and of what the best passage
gets, so that the best of a long question is not taken for chance.
"""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from asterisk_search.answers import Hit, Mode, Part, Scored
from asterisk_search.records import ChunkId
from asterisk_search.search import weights
from asterisk_search.search.closeness import Closeness
from asterisk_search.search.weights import Weights

KEYWORD = "keyword"
MEANING = "meaning"
COVERAGE = "coverage"
NEARNESS = "nearness"

FULL_TRUST: Final = 0.4
"""Share of a question's words, by weight, that the best passage must say before words count fully;
where none says so much, what words find is chance, and meaning decides."""
LEAST_TRUST: Final = 0.3
APART: Final = 0.1
"""How much nearer in meaning something must be than what comes first, where nothing matches well,
for words to be doubted."""
SAYING: Final = 0.6
"""Share of a question's words, by weight, from which what says them is not doubted."""
UNSURE: Final = 0.3
"""Score from which what comes first is not doubted."""
DOUBT: Final = 0.2
"""The factor on what words say where they are doubted: meaning decides, words break ties."""


def trust(best_coverage: float) -> float:
    """The factor on what words say, from the most of the question that any passage says."""
    return min(max(best_coverage / FULL_TRUST, LEAST_TRUST), 1.0)


def doubtful(hits: Sequence[Hit], weights: Weights, best_coverage: float) -> bool:
    """Whether words put something first that neither matches well nor means what is asked.

    Nothing scores well then, no passage says most of the question, and another one is
    clearly nearer in meaning: the words that are shared are shared by chance.
    """
    first = max(hits, key=lambda hit: (hit.score, -hit.id), default=None)
    if first is None or score(first.score) >= UNSURE or best_coverage >= SAYING:
        return False
    return max(_cosine(hit, weights) for hit in hits) - _cosine(first, weights) > APART


def _cosine(hit: Hit, weights: Weights) -> float:
    """How near in meaning; of a passage without a vector, what is usual."""
    return next((part.raw for part in hit.parts if part.retriever == MEANING), weights.unseen)


def score(log_odds: float) -> float:
    """Log-odds as a probability, 0 to 1."""
    return 1 / (1 + math.exp(-max(min(log_odds, 30.0), -30.0)))


def weights_of(mode: Mode) -> Weights:
    """The weights of a mode."""
    if mode is Mode.KEYWORD:
        return weights.KEYWORD
    return weights.SEMANTIC if mode is Mode.SEMANTIC else weights.HYBRID


class Said(NamedTuple):
    """What one retriever says of a passage; made by the hundred, hence no dataclass."""

    rank: int
    """1-based, in the retriever's own list."""
    raw: float
    """Its own score."""
    adds: float
    """What that adds, in log-odds."""


class Found(NamedTuple):
    """What the retrievers say of one passage."""

    id: ChunkId
    keyword: Said | None
    meaning: Said | None
    log_odds: float
    """Of both together, without the bias."""

    def hit(self, weights: Weights, closeness: Closeness | None = None, trust: float = 1.0) -> Hit:
        """With how much of the question the passage says; its score is log-odds, bias included.

        ``trust`` is the factor on all that words say.
        """
        parts: list[Part] = []
        if self.keyword is not None:
            said = self.keyword
            parts.append(Part(KEYWORD, said.rank, said.raw, said.adds * trust))
        if self.meaning is not None:
            parts.append(Part(MEANING, *self.meaning))
        if closeness is not None:
            parts += [
                Part(name, 0, value, value * weight * trust)
                for name, value, weight in (
                    (COVERAGE, closeness.coverage, weights.coverage),
                    (NEARNESS, closeness.nearness, weights.nearness),
                )
                if value and weight
            ]
        total = weights.bias + sum(part.contribution for part in parts)
        if self.meaning is None:
            total += weights.meaning * weights.unseen
        return Hit(self.id, total, tuple(parts))


def fused(
    keyword: Sequence[Scored], ceiling: float, meaning: Sequence[Scored], weights: Weights
) -> list[Found]:
    """Both retrievers' passages, best first.

    ``ceiling`` is the BM25 of a passage that says all the words (`answers.Wording`). A passage
    without a vector (a comment, long code, or one that waits for it) counts as one of the average
    nearness of what words find.
    """
    said = _said(keyword, weights.keyword / yardstick(ceiling, _best(keyword)))
    meant = _said(meaning, weights.meaning)
    unseen = weights.meaning * weights.unseen
    found = [
        _found(chunk, said.get(chunk), meant.get(chunk), unseen) for chunk in {**said, **meant}
    ]
    return sorted(found, key=lambda one: (-one.log_odds, one.id))


def yardstick(ceiling: float, best: float) -> float:
    """What BM25 is divided by: the geometric mean of what all the words would get and of the best.

    Of several ways to measure BM25 this one was the best on the development sets.
    """
    return max(math.sqrt(max(ceiling, best) * max(best, 0.0)), 1e-9)


def _found(chunk: ChunkId, said: Said | None, meant: Said | None, unseen: float) -> Found:
    by_words = said.adds if said else 0.0
    return Found(chunk, said, meant, by_words + (meant.adds if meant else unseen))


def _said(hits: Sequence[Scored], weight: float) -> dict[ChunkId, Said]:
    ordered = sorted(hits, key=lambda hit: (-hit.score, hit.id))
    return {
        hit.id: Said(rank, hit.score, max(hit.score, 0.0) * weight)
        for rank, hit in enumerate(ordered, 1)
    }


def _best(hits: Sequence[Scored]) -> float:
    return max((hit.score for hit in hits), default=0.0)

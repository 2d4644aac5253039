"""The sentence of a passage that means most what was asked: what a snippet begins with.

Only for results that the words do not explain: where most of the question's words stand in the
passage, the place where they stand together is the better snippet, and costs nothing. A sentence
costs the model one to three milliseconds; what is not done within the budget is left to the words.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.protocols import Embedder
from asterisk_search.text.sentences import sentences

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors

EXPLAINED: Final = 0.6
"""Coverage from which words explain a result."""
MOST: Final = 8
"""Sentences of one passage that are read."""
SHORTEST: Final = 20
LONGEST: Final = 400
"""Characters of a sentence: shorter ones say nothing, of longer ones the beginning is read."""
REMEMBERED: Final = 2_000
"""Sentences whose vectors are kept between queries: about 2 MB."""


class SentenceVectors:
    """Vectors of sentences seen before, the least recently used forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], Vectors] = OrderedDict()

    def get(self, text: str, embedder: Embedder) -> "Vectors":
        """The unit vector of ``text``, shape (dim,); raises EmbedderUnavailable."""
        key = (embedder.fingerprint, text)
        vector = self._known.pop(key, None)
        if vector is None:
            vector = embedder.embed([text])[0]
        self._known[key] = vector
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return vector


@dataclass(slots=True)
class BestSentence:
    """Picks sentences for the results of one query until its time is spent."""

    question: "Vectors"
    """Shape (dim,)."""
    embedder: Embedder
    vectors: SentenceVectors
    budget_ms: float
    clock: Callable[[], float] = time.perf_counter
    _spent: float = field(default=0.0, init=False)

    def start(self, text: str) -> int | None:
        """Where the best sentence of ``text`` begins; ``None`` when words have to do."""
        spans = [
            (start, text[start:end].strip()[:LONGEST])
            for start, end in sentences(text)
            if end - start >= SHORTEST
        ][:MOST]
        if len(spans) < 2:
            return None
        best: tuple[float, int] | None = None
        for start, sentence in spans:
            score = self._score(sentence)
            if score is None:
                return None
            if best is None or score > best[0]:
                best = (score, start)
        return best[1] if best else None

    def _score(self, sentence: str) -> float | None:
        """The cosine; ``None`` when the time is spent or the model is out."""
        started = self.clock()
        if self._spent * 1000 >= self.budget_ms:
            return None
        try:
            vector = self.vectors.get(sentence, self.embedder)
        except EmbedderUnavailable:
            self.budget_ms = 0.0
            return None
        self._spent += self.clock() - started
        return float(self.question @ vector)

"""The sentence of a passage that means most what was asked: what a snippet begins with.

Only for results that the words do not explain: where most of the question's words stand in the
passage, the place where they stand together is the better snippet, and costs nothing. A sentence
costs the model one to three milliseconds, two at a time hardly more where a core is free; what is
not done within the budget is left to the words.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
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
AT_ONCE: Final = 2
"""Sentences that the model is given together: it reads them side by side where it can."""
SHORTEST: Final = 20
LONGEST: Final = 400
"""Characters of a sentence: shorter ones say nothing, of longer ones the beginning is read."""
REMEMBERED: Final = 2_000
"""Sentences whose vectors are kept between queries: about 2 MB."""


class SentenceVectors:
    """Vectors of sentences seen before, the least recently used forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], Vectors] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, text: str, embedder: Embedder) -> "Vectors | None":
        """The unit vector of ``text``, shape (dim,), if it is remembered."""
        key = (embedder.fingerprint, text)
        vector = self._known.pop(key, None)
        if vector is not None:
            self._known[key] = vector
        return vector

    def learn(self, texts: Sequence[str], embedder: Embedder) -> None:
        """Remember the vectors of these texts; raises EmbedderUnavailable."""
        for text, vector in zip(texts, embedder.embed(texts), strict=True):
            self._known[embedder.fingerprint, text] = vector
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


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
    _step: float = field(default=0.0, init=False)

    def start(self, text: str) -> int | None:
        """Where the best sentence of ``text`` begins; ``None`` when words have to do."""
        spans = [
            (start, text[start:end].strip()[:LONGEST])
            for start, end in sentences(text)
            if end - start >= SHORTEST
        ][:MOST]
        if len(spans) < 2:
            return None
        unknown = [text for _, text in spans if self.vectors.get(text, self.embedder) is None]
        if not self._learnt(unknown):
            return None
        best: tuple[float, int] | None = None
        for start, sentence in spans:
            vector = self.vectors.get(sentence, self.embedder)
            if vector is None:  # forgotten meanwhile: others ask, too
                return None
            score = float(self.question @ vector)
            if best is None or score > best[0]:
                best = (score, start)
        return best[1] if best else None

    def _learnt(self, texts: Sequence[str]) -> bool:
        """Whether these sentences could be read, with the model and in the time there is."""
        for first in range(0, len(texts), AT_ONCE):
            # What a step is going to take is what the last one took.
            if (self._spent + self._step) * 1000 >= self.budget_ms:
                return False
            started = self.clock()
            try:
                self.vectors.learn(texts[first : first + AT_ONCE], self.embedder)
            except EmbedderUnavailable:
                self.budget_ms = 0.0
                return False
            self._step = self.clock() - started
            self._spent += self._step
        return True

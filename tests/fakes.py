"""Stand-ins that behave: the same answers in every process, no model, no clock."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.protocols import TextRole

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors


class WordCounter:
    """Counts words as tokens."""

    def __init__(self) -> None:
        self.calls = 0
        self.characters = 0

    def count_tokens(self, text: str) -> int:
        self.calls += 1
        self.characters += len(text)
        return len(text.split())


class FakeEmbedder(WordCounter):
    """A hashed bag of words: texts that share words are near each other."""

    def __init__(
        self, *, dim: int = 64, fingerprint: str = "fake-bag-of-words", max_tokens: int = 256
    ) -> None:
        super().__init__()
        self._dim = dim
        self._fingerprint = fingerprint
        self._max_tokens = max_tokens
        self.embedded: list[str] = []

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def dim(self) -> int:
        return self._dim

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def embed(self, texts: Sequence[str], role: TextRole = "passage") -> "Vectors":
        self.embedded.extend(texts)
        rows = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.casefold().split()[: self._max_tokens] or [""]:
                place, sign = self._place(word)
                row[place] += sign
            if not row.any():  # opposite words cancelled out
                row[0] = 1.0
            row /= np.linalg.norm(row)
        return rows

    def _place(self, word: str) -> tuple[int, float]:
        digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        number = int.from_bytes(digest, "big")
        return number % self._dim, 1.0 if number >> 63 else -1.0


class UnavailableEmbedder(FakeEmbedder):
    """Counts, but never embeds."""

    def embed(self, texts: Sequence[str], role: TextRole = "passage") -> "Vectors":
        raise EmbedderUnavailable("the model is not available", hint="this one never is")


class FakeClock:
    """A clock that moves only when told to."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds

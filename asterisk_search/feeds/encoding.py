"""Texts to unit vectors: by the model, or by word fingerprints when the model cannot be used."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

import numpy as np

from asterisk_search.embedding.breaker import Breaker
from asterisk_search.embedding.load import load_embedder
from asterisk_search.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors

MEANING_THRESHOLD: Final = 0.8
"""Cosine from which two summaries tell one story; see docs/feeds.md for what it costs and gains."""
BITS: Final = 64
SIMHASH_THRESHOLD: Final = 1 - 2 * 4 / BITS
"""The cosine of two fingerprints that differ in four bits."""
_WORD: Final = re.compile(r"\w+")


class Encoder(Protocol):
    """Texts in, unit vectors out, and a name to store beside them."""

    @property
    def model_id(self) -> str:
        """Vectors of equal ids may be compared, others may not."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def threshold(self) -> float:
        """Cosine from which two short texts should count as the same."""

    @property
    def degraded_reason(self) -> str | None:
        """Why this is not the model; ``None`` when it is."""

    def encode(self, texts: Sequence[str]) -> "Vectors":
        """One unit vector per text: shape (len(texts), dim), float32."""


class Embedder:
    """The model, as an `Encoder`; thread-safe.

    A text is read up to the model's longest input (docs/bundle.md), a summary as a whole. Each is
    embedded alone, so that its vector does not depend on the texts beside it. After repeated
    failures the model is left alone for half a minute (`embedding.breaker`).
    """

    def __init__(self, bundle: Path | str | None = None, threads: int = 1) -> None:
        """The bundled model, or that of another bundle; ``threads`` texts at the same time.

        Raises:
            BundleError: there is no usable bundle.
        """
        self._model = load_embedder(None if bundle is None else Path(bundle), threads)
        self._guarded = Breaker(self._model)

    @property
    def model_id(self) -> str:
        """Name of the model and the beginning of its SHA-256."""
        return f"{self._model.bundle.manifest.name}@{self.sha256[:12]}"

    @property
    def sha256(self) -> str:
        """SHA-256 of the bundle's manifest, which holds those of its files."""
        return self._model.fingerprint

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._model.dim

    @property
    def threshold(self) -> float:
        """Cosine from which two short texts should count as the same."""
        return MEANING_THRESHOLD

    @property
    def degraded_reason(self) -> str | None:
        """Always ``None``."""
        return None

    def encode(self, texts: Sequence[str]) -> "Vectors":
        """One unit vector per text: shape (len(texts), dim), float32.

        Raises:
            EmbedderUnavailable: the model cannot be used now.
        """
        return self._guarded.embed(texts)

    def close(self) -> None:
        """Give the model's memory back."""
        self._model.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class SimHash:
    """Word fingerprints as an `Encoder` (Charikar, "Similarity estimation techniques", 2002).

    Each bit of the fingerprint is a coordinate of plus or minus one eighth: the cosine of two
    texts is ``1 - distance / 32`` with the number of bits in which they differ. It sees repeated
    words, not meaning.
    """

    def __init__(self, reason: str | None = None) -> None:
        """``reason`` says why the model is not used."""
        self._reason = reason

    @property
    def model_id(self) -> str:
        """The same in every process and version."""
        return "simhash-64"

    @property
    def dim(self) -> int:
        """One coordinate a bit."""
        return BITS

    @property
    def threshold(self) -> float:
        """Four bits of difference."""
        return SIMHASH_THRESHOLD

    @property
    def degraded_reason(self) -> str | None:
        """Why the model is not used."""
        return self._reason

    def encode(self, texts: Sequence[str]) -> "Vectors":
        """One unit vector per text: shape (len(texts), 64), float32."""
        rows = np.empty((len(texts), BITS), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = np.where(_sums(text) > 0, 0.125, -0.125)
        return rows


def simhash(text: str) -> int:
    """The 64-bit fingerprint: lower-cased words, weighed by their number, hashed by BLAKE2b."""
    bits = _sums(text) > 0
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _sums(text: str) -> "Vectors":
    """For each bit, how many words say one minus how many say zero: shape (64,)."""
    sums = np.zeros(BITS, dtype=np.float32)
    for word, times in Counter(_WORD.findall(text.lower())).items():
        digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        bits = np.unpackbits(np.frombuffer(digest, dtype=np.uint8)).astype(np.float32)
        sums += times * (2 * bits - 1)
    return sums


def open_encoder(bundle: Path | str | None = None, threads: int = 1) -> Embedder | SimHash:
    """The model if it works, which one text is embedded to find out; else word fingerprints.

    Then ``degraded_reason`` says why, and ``model_id`` keeps the two kinds of vectors apart.
    """
    try:
        embedder = Embedder(bundle, threads)
        embedder.encode(["whether the model can be used is known after the first text"])
    except EmbedderUnavailable as error:
        return SimHash(error.message)
    return embedder

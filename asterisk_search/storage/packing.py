"""Vectors as bytes and back.

Half precision: 512 bytes for 256 dimensions. The rounding moves a cosine by less than 0.001,
which int8 (256 bytes) does not promise without a scale learnt for each model.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors


def pack(vectors: "Vectors") -> list[bytes]:
    """Each row of ``vectors`` (n, dim) as little-endian float16 bytes.

    Raises:
        ValueError: a value is not finite; such a vector must never reach the catalog.
    """
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds values that are not finite")
    return [row.tobytes() for row in vectors.astype("<f2")]


def unpack(blobs: Sequence[bytes]) -> "Vectors":
    """The rows again: shape (len(blobs), dim), float32."""
    if not blobs:
        return np.empty((0, 0), dtype=np.float32)
    joined = np.frombuffer(b"".join(blobs), dtype="<f2")
    return joined.reshape(len(blobs), -1).astype(np.float32)

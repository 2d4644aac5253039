"""Unit vectors as bytes for a database column, and back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors

Format = Literal["int8", "float16"]


def pack(vectors: "Vectors", format: Format = "int8") -> list[bytes]:  # noqa: A002 - a format
    """Each row of ``vectors`` (n, dim) as bytes: ``dim`` of them as int8, twice as many as float16.

    int8 keeps the direction alone: each vector is stretched so that its largest coordinate is 127.
    That moves a cosine by less than 0.01; float16 by less than 0.001.

    Raises:
        ValueError: a value is not finite, or an unknown format.
    """
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds values that are not finite")
    if format == "float16":
        return [row.tobytes() for row in vectors.astype("<f2")]
    if format != "int8":
        raise ValueError(f"unknown format {format!r}: int8 or float16")
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    return [row.tobytes() for row in np.rint(vectors / largest * 127).astype(np.int8)]


def unpack(blobs: Sequence[bytes], dim: int = 256) -> "Vectors":
    """The unit vectors again: shape (len(blobs), dim), float32. The length tells the format.

    Raises:
        ValueError: bytes that are no vector of this dimension.
    """
    rows = np.empty((len(blobs), dim), dtype=np.float32)
    for row, blob in zip(rows, blobs, strict=True):
        if len(blob) not in (dim, 2 * dim):
            raise ValueError(f"{len(blob)} bytes are no vector of {dim} dimensions")
        row[:] = np.frombuffer(blob, dtype=np.int8 if len(blob) == dim else "<f2")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.where(lengths > 0, lengths, 1)
    return rows

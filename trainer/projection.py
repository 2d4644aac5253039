"""The student's last matrix, found before any training: from 384 numbers to 256.

Not run by itself; `train` begins with it.

Principal components without centring: the directions in which the teacher's unit vectors have most
of their squared length, so that inner products survive the projection as well as a linear map
allows. Source: Eckart and Young, "The approximation of one matrix by another of lower rank" (1936).
"""

import numpy as np
from numpy.typing import NDArray

SAMPLE = 60_000
"""Vectors looked at; more change the directions by less than a rounding."""


def principal(vectors: NDArray[np.float16], dim: int) -> NDArray[np.float32]:
    """Rows that project: shape (dim, width), orthonormal, largest component first."""
    step = max(1, len(vectors) // SAMPLE)
    sample = vectors[::step].astype(np.float64)  # (n, W)
    moments = sample.T @ sample / len(sample)  # (W, W)
    _, directions = np.linalg.eigh(moments)  # columns, smallest first
    return np.ascontiguousarray(directions[:, ::-1][:, :dim].T.astype(np.float32))


def project(vectors: NDArray[np.float16], rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unit vectors of the smaller space: (n, W) -> (n, dim)."""
    smaller = vectors.astype(np.float32) @ rows.T
    unit: NDArray[np.float32] = smaller / np.linalg.norm(smaller, axis=1, keepdims=True)
    return unit

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.lessons import Lessons


def test_coach_and_teacher_may_share_what_is_alike() -> None:
    chance = np.random.default_rng(3)
    mine, theirs = (unit(chance.normal(size=(4, width))) for width in (8, 12))
    said = Lessons(mine, np.eye(8, dtype=np.float32), theirs, share=0.25).coached(np.arange(4))
    assert said is not None
    mean = 0.75 * mine @ mine.T + 0.25 * theirs @ theirs.T
    assert (said @ said.T).numpy() == pytest.approx(mean, abs=0.002)


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float16]:
    """Each of length 1, as they are written down."""
    found: NDArray[np.float64] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return found.astype(np.float16)

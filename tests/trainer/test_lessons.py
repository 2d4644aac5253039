import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.lessons import Lessons


@pytest.mark.parametrize("shares", [(0.25, 0.15), (0.75, 0.25), (1.0, 0.0)])
def test_coaches_and_teacher_may_share_what_is_alike(shares: tuple[float, float]) -> None:
    chance = np.random.default_rng(3)
    mine, one, other = (unit(chance.normal(size=(4, width))) for width in (8, 12, 6))
    said = lessons(mine, (one, other), shares).coached(np.arange(4))
    assert said is not None
    voices = zip((1 - sum(shares), *shares), (mine, one, other), strict=True)
    mean = sum(share * vectors @ vectors.T for share, vectors in voices)
    assert (said @ said.T).numpy() == pytest.approx(mean, abs=0.003)


def test_coaches_speak_only_of_what_each_of_them_knows() -> None:
    mine = unit(np.random.default_rng(3).normal(size=(4, 8)))
    other = mine.copy()
    other[2] = 0
    said = lessons(mine, (mine, other), (0.5, 0.5))
    assert said.coached(np.array([0, 1, 3])) is not None
    assert said.coached(np.array([1, 2])) is None
    assert lessons(mine, (), ()).coached(np.arange(4)) is None


def lessons(
    mine: NDArray[np.float16],
    coaches: tuple[NDArray[np.float16], ...],
    shares: tuple[float, ...],
) -> Lessons:
    """Of a teacher whose vectors are taken as they are."""
    return Lessons(mine, np.eye(8, dtype=np.float32), coaches, shares)


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float16]:
    """Each of length 1, as they are written down."""
    found: NDArray[np.float64] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return found.astype(np.float16)

"""The heads that stay say what the others said, as far as they can."""

import pytest
import torch
from torch import nn

from trainer import heads

WIDTH = 2


def reading(count: int) -> nn.Linear:
    """What reads so many heads, with weights that are no accident."""
    torch.manual_seed(5)
    return nn.Linear(count * WIDTH, 3).requires_grad_(False)


def heard(count: int) -> torch.Tensor:
    return torch.randn(50, count * WIDTH, generator=torch.Generator().manual_seed(7))


def written(attended: nn.Linear, kept: heads.Kept, said: torch.Tensor) -> torch.Tensor:
    """The difference that leaving heads out makes."""
    with torch.inference_mode():
        found: torch.Tensor = attended(said)
        return found - (said[:, kept.columns] @ kept.weight.T + kept.bias)


def test_a_head_that_always_says_the_same_becomes_a_bias() -> None:
    attended, said = reading(3), heard(3)
    said[:, 2:4] = torch.tensor([4.0, -1.0])
    kept = heads.choose(attended, heads.moments(said), WIDTH, 2)
    assert kept.columns.tolist() == [0, 1, 4, 5]
    assert written(attended, kept, said).abs().max() < 1e-3
    assert kept.error == pytest.approx(0, abs=1e-6)


def test_a_head_that_repeats_another_is_said_by_it() -> None:
    attended, said = reading(3), heard(3)
    said[:, 4:] = said[:, :2] * 2
    kept = heads.choose(attended, heads.moments(said), WIDTH, 2)
    assert set(kept.columns.tolist()) >= {2, 3}
    assert written(attended, kept, said).abs().max() < 1e-3


def test_the_best_choice_is_the_one_that_loses_least() -> None:
    attended, said = reading(4), heard(4)
    seen = heads.moments(said)
    chosen = heads.choose(attended, seen, WIDTH, 2)
    lost = written(attended, chosen, said).square().sum() / attended(said).square().sum()
    assert chosen.error == pytest.approx(float(lost), rel=1e-3)
    for some in ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)):
        tried = heads.fitted(seen, *heads.wishes(attended, seen), heads.columns(some, WIDTH))
        assert tried.error >= chosen.error


def test_heads_that_say_nothing_leave_nothing_to_lose() -> None:
    attended = reading(2)
    nn.init.zeros_(attended.bias)
    kept = heads.choose(attended, heads.moments(torch.zeros(5, 4)), WIDTH, 1)
    assert kept.error == 0

"""One contrast over several batches has the gradient of one batch that holds all of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.trainer import tiny
from trainer import losses, step, together, train

TOGETHER = replace(
    tiny.RECIPE, train=replace(tiny.RECIPE.train, together=2, steps=4, batch_pairs=4)
)


def units(count: int, seed: int) -> Tensor:
    chance = torch.Generator().manual_seed(seed)
    return torch.nn.functional.normalize(torch.randn(count, 8, generator=chance), dim=1)


def test_it_is_the_contrast_of_one_large_batch() -> None:
    """Two pairs and a hard negative, and three pairs without."""
    parts = [together.Part(units(5, 1), units(5, 2), 2), together.Part(units(6, 3), units(6, 4), 3)]
    found = together.pulls(parts, 20.0)

    def order(vectors: tuple[Tensor, Tensor]) -> Tensor:
        one, other = vectors
        return torch.cat([one[:2], other[:3], one[2:4], other[3:], one[4:]])

    leaves = tuple(part.vectors.clone().requires_grad_() for part in parts)
    mine, theirs = order((leaves[0], leaves[1])), order((parts[0].theirs, parts[1].theirs))
    allowed = losses.wrong_answers(theirs[:5], theirs[5:])
    loss = losses.contrast(mine[:5], mine[5:], allowed, 20.0)
    for pull, wanted in zip(found, torch.autograd.grad(loss, leaves), strict=True):
        assert torch.allclose(pull.gradient, 2 * wanted, atol=1e-6)
        assert pull.loss == pytest.approx(float(loss.detach()))


def test_a_pull_has_the_value_of_the_whole_and_its_gradient() -> None:
    vectors = units(3, 5).requires_grad_()
    pull = together.Pull(units(3, 6), 4.25)
    loss = pull.on(vectors)
    assert loss.item() == pytest.approx(4.25)
    assert torch.equal(torch.autograd.grad(loss, vectors)[0], pull.gradient)


def test_a_step_takes_the_batches_of_several(tmp_path: Path) -> None:
    run = tiny.run(tmp_path, TOGETHER)
    plan = train.plan(run)
    assert {len(group) for group in plan} == {4}
    found = [step.advance(run, group, tiny.teacher) for group in plan]
    assert all(parts["contrast"] > 0 for parts in found)
    assert run.step == 4


def test_the_step_is_that_of_one_large_batch(tmp_path: Path) -> None:
    """But for bfloat16: the contrast alone, of four batches, and of one that holds them."""
    loss = replace(tiny.RECIPE.loss, cosine=0.0, similarity=0.0, contrast=1.0)
    run = tiny.run(tmp_path, replace(TOGETHER, loss=loss))
    group = train.plan(run)[0]
    with ThreadPoolExecutor(1) as pool:
        pulls = step.pulled(run, group, tiny.teacher, pool)
    parts = [step.gradients(run, group[at], tiny.teacher, at, pulls[at]) for at in range(4)]
    whole = step.gradients(run, np.concatenate(group), tiny.teacher)
    for at, wanted in enumerate(whole.values):
        mean = torch.stack([part.values[at] for part in parts]).mean(0)
        assert torch.allclose(mean, wanted, atol=0.02 * float(wanted.abs().max()) + 1e-4)


def test_scored_pairs_have_no_part_in_it(tmp_path: Path) -> None:
    data = tiny.prepared(tmp_path, scores=3.0)
    scored = replace(tiny.PAIRS, contrast=False)
    recipe = replace(TOGETHER, data=replace(tiny.RECIPE.data, pairs=(scored,)))
    run = train.start(recipe, data, tiny.network(), torch.eye(8, 16))
    assert "contrast" not in step.advance(run, train.plan(run)[0], tiny.teacher)

"""A network from which something was taken learns to have the states that it had before."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.trainer import tiny
from tests.trainer.test_student import SMALL, earlier
from trainer import graph, step, student, train
from trainer.errors import TrainerError
from trainer.recipe import Loss, Recipe

SHARING = replace(tiny.SHAPE, merge_over=8, share=(2, 4))
RECIPE = replace(
    tiny.RECIPE,
    loss=Loss(cosine=0.0, similarity=0.0, contrast=0.0, states=1.0),
    train=replace(tiny.RECIPE.train, steps=6),
)


@pytest.fixture(autouse=True)
def tiny_teacher(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.be_teacher(monkeypatch)


@pytest.fixture
def run(tmp_path: Path) -> step.Run:
    """Its student shares, in texts of more than eight tokens, what its parent does not."""
    network = tiny.network(shape=SHARING)
    network.project.weight.requires_grad_(False)  # the vectors alone cannot explain the rest
    made = train.start(RECIPE, tiny.prepared(tmp_path), network, torch.eye(8, 16))
    made.parent = tiny.network(shape=replace(tiny.SHAPE, dim=0)).requires_grad_(False)
    return made


def long_ones(run: step.Run) -> NDArray[np.bool_]:
    """Which of its texts are long."""
    return np.array([len(run.data.ids(number)) > 8 for number in range(len(run.data))])


def apart(run: step.Run) -> float:
    """How far the states of long texts are from the parent's."""
    with torch.inference_mode():
        return float(torch.stack(step.encode(run, np.flatnonzero(long_ones(run))).states).mean())


def test_the_states_come_nearer(run: step.Run) -> None:
    before = apart(run)
    train.set_rate(run, 0.1)
    for group in train.plan(run) * 6:
        assert step.advance(run, group, tiny.teacher)["states"] >= 0
    assert 0 < apart(run) < before


def test_short_texts_have_the_states_of_their_parent_at_first(run: step.Run) -> None:
    short, long = np.flatnonzero(~long_ones(run)), np.flatnonzero(long_ones(run))
    assert max(step.encode(run, short).states) == 0
    assert max(step.encode(run, long).states) > 0


def test_vectors_are_those_of_one_batch_and_in_order(run: step.Run) -> None:
    numbers = np.arange(20)
    with torch.inference_mode():
        together = step.encode(run, numbers).vectors
        for number in numbers:
            alone = step.encode(run, numbers[number : number + 1]).vectors
            assert alone[0] == pytest.approx(together[number], abs=0.02)  # in bfloat16


def test_the_parent_is_the_earlier_student_whole(tmp_path: Path) -> None:
    start = earlier(tmp_path / "earlier", graph.Floats())
    wanted = replace(SMALL, heads=1, inner=4, merge_over=8, share=(2, 4), start="earlier")
    parent = student.parent(wanted, tmp_path, start)
    assert (parent.shape.heads, parent.shape.inner, parent.shape.share) == (2, 32, ())
    assert not any(weight.requires_grad for weight in parent.parameters())
    ids, mask = torch.tensor([[4, 5, 6]]), torch.ones(1, 3)
    whole = tiny.network().eval()
    assert torch.allclose(parent.states(ids, mask, False)[0], whole.states(ids, mask, False)[0])


@pytest.mark.parametrize(
    ("layers", "begun", "said"),
    [((0, 1), False, "name it with start"), ((0, 1, 0), True, "has 2 layers")],
)
def test_states_of_nobody_and_of_other_layers(
    tmp_path: Path, layers: tuple[int, ...], begun: bool, said: str
) -> None:
    start = earlier(tmp_path / "earlier", graph.Floats()) if begun else None
    wanted = replace(SMALL, layers=layers, start="earlier" if begun else "")
    recipe: Recipe = replace(RECIPE, student=wanted)
    places = train.Places(tmp_path, tmp_path, tmp_path, tmp_path, start=start)
    with pytest.raises(TrainerError, match=said):
        train.train(recipe, places)

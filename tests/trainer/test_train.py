"""Training in miniature: an interrupted run ends with the very weights of an uninterrupted one."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from tests.trainer import tiny
from trainer import batches, checkpoint, step, train, watch
from trainer.bert import Dropout
from trainer.errors import TrainerError
from trainer.recipe import Loss, Recipe, Train


def shortened(steps: int) -> Recipe:
    return replace(tiny.RECIPE, train=replace(tiny.RECIPE.train, steps=steps))


@pytest.fixture
def whole(tmp_path: Path) -> checkpoint.Checkpoint:
    """A run that nothing interrupted."""
    run = tiny.run(tmp_path / "data", shortened(10))
    train.loop(run, tiny.teacher, tmp_path / "whole")
    return checkpoint.load(tmp_path / "whole" / "checkpoint.pt", tiny.SHAPE)


def test_resuming_changes_no_bit(tmp_path: Path, whole: checkpoint.Checkpoint) -> None:
    # Stopped before the cool-down, where the end makes no difference yet.
    first = tiny.run(tmp_path / "data", shortened(10))
    order = train.plan(first)
    for at in range(5):
        train.set_rate(first, train.pace(at, len(order), first.recipe.train))
        step.advance(first, order[at], tiny.teacher)
    checkpoint.save(tmp_path / "half.pt", train.moment(first))
    second = tiny.run(tmp_path / "data", shortened(10))
    train.resume(second, checkpoint.load(tmp_path / "half.pt", tiny.SHAPE))
    train.loop(second, tiny.teacher, tmp_path / "rest")
    assert second.step == whole.step == 10
    for name, tensor in second.network.state_dict().items():
        assert torch.equal(tensor, whole.weights[name]), name
        assert torch.equal(second.average[name], whole.average[name]), name


def test_what_a_run_began_with_is_kept_and_stays(tmp_path: Path) -> None:
    for steps in (2, 3):
        run = tiny.run(tmp_path / "data", shortened(steps))
        if steps > 2:
            train.resume(run, checkpoint.load(tmp_path / "out" / checkpoint.LAST))
        train.loop(run, tiny.teacher, tmp_path / "out")
        kept = checkpoint.load(tmp_path / "out" / checkpoint.FIRST, tiny.SHAPE)
        assert kept.step == 0
        assert torch.equal(kept.weights["words.weight"], tiny.network().words.weight)


def test_the_losses_fall(tmp_path: Path) -> None:
    run = tiny.run(tmp_path / "data", shortened(0))
    order = train.plan(run)
    found = [step.advance(run, group, tiny.teacher)["cosine"] for group in order * 4]
    assert found[-1] < found[0]


def test_scored_pairs_add_their_order(tmp_path: Path) -> None:
    data = tiny.prepared(tmp_path, scores=3.0)
    run = train.start(shortened(2), data, tiny.network(), torch.eye(8, 16))
    assert step.advance(run, train.plan(run)[0], tiny.teacher)["scores"] == 0  # all scores equal


def test_scored_pairs_share_batches_whatever_their_length(tmp_path: Path) -> None:
    data = tiny.prepared(tmp_path, scores=3.0)
    plan = batches.plan(data, tiny.RECIPE.train, seed=1, epoch=0)
    assert sorted(np.concatenate(plan).tolist()) == list(range(30))
    assert {len(batch) for batch in plan} == {tiny.RECIPE.train.batch_pairs}


def test_scored_pairs_are_learnt_with_gaps(tmp_path: Path) -> None:
    recipe = replace(shortened(2), train=replace(tiny.RECIPE.train, dropout=0.5))
    plain = train.start(recipe, tiny.prepared(tmp_path / "plain"), tiny.network(), torch.eye(8, 16))
    scored = tiny.prepared(tmp_path / "scored", scores=3.0)
    run = train.start(recipe, scored, tiny.network(), torch.eye(8, 16))
    group = train.plan(run)[0]

    def seen(run: step.Run, at: int = 0) -> float:
        return step.gradients(run, group[0], tiny.teacher, at).parts["cosine"]

    whole = seen(train.start(shortened(2), scored, tiny.network(), torch.eye(8, 16)))
    assert seen(plain) == whole  # nobody scored these
    assert seen(run) == seen(run) != whole  # again the same, as a resumed run needs it
    assert seen(run) != seen(run, at=1)
    run.step += 1
    assert seen(run) != seen(replace(run, step=0))


def test_what_is_left_out_is_made_up_for() -> None:
    drop = Dropout(0.2, torch.Generator().manual_seed(1))
    found = drop(torch.ones(100, 100))
    assert (found == 0).float().mean().item() == pytest.approx(0.2, abs=0.02)
    assert found.mean().item() == pytest.approx(1.0, abs=0.03)


class Coached(tiny.Teacher):
    """A teacher with a coach beside it, who sees every text somewhere else."""

    def coached(self, numbers: NDArray[np.int64]) -> Tensor | None:
        return self.vectors(numbers + 1000)


def test_a_coach_takes_the_teachers_place(tmp_path: Path) -> None:
    weights = Loss(cosine=0.0, similarity=0.0, contrast=0.0, coach=1.0, alike=5.0)
    run = tiny.run(tmp_path / "data", replace(shortened(0), loss=weights))
    order, both = train.plan(run), Coached()
    found = [step.advance(run, group, both) for group in order * 4]
    assert set(found[0]) == {"coach", "alike", "cosine_coached", "contrast"}
    for name in ("coach", "alike"):
        assert found[-1][name] < found[0][name]


def test_a_recipe_with_a_coach_needs_what_it_said(tmp_path: Path) -> None:
    recipe = replace(tiny.RECIPE, loss=Loss(coach=1.0))
    places = train.Places(tmp_path, tmp_path, tmp_path, tmp_path)
    texts = tiny.prepared(tmp_path)
    with pytest.raises(TrainerError, match="learns from 1 coaches, and 0 are given"):
        train.coached(recipe, texts, places)
    with pytest.raises(TrainerError, match="learns from no coaches, and 1 are given"):
        train.coached(tiny.RECIPE, texts, replace(places, coached=(tmp_path,)))


def test_a_source_may_come_more_often_than_once(tmp_path: Path) -> None:
    data = tiny.prepared(tmp_path)
    plan = batches.plan(data, tiny.RECIPE.train, seed=1, epoch=0, repeats={0: 2})
    once = batches.plan(data, tiny.RECIPE.train, seed=1, epoch=0)
    assert sum(map(len, plan)) > 1.8 * sum(map(len, once))


def test_neighbours_share_a_batch_whatever_their_source(tmp_path: Path) -> None:
    """Texts on a circle, two sources that take turns, and a third one that keeps to itself."""
    data = tiny.prepared(tmp_path, 120)
    data.pairs[:, 3] = np.arange(len(data.pairs)) % 3
    angle = np.random.default_rng(5).uniform(0, 2 * np.pi, size=240)
    vectors = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float16)
    settings = replace(tiny.RECIPE.train, neighbours=5)
    plan = batches.plan(data, settings, 1, 0, {0: 2}, vectors, pooled=(0, 1))
    near = [rows for rows in plan if set(data.pairs[rows, 3]) & {0, 1}]
    assert any(len(set(data.pairs[rows, 3])) == 2 for rows in near)
    assert all(2 not in data.pairs[rows, 3] for rows in near)
    counts = np.bincount(np.concatenate(near), minlength=len(data.pairs))
    assert set(counts[data.pairs[:, 3] == 0]) == {2}
    assert set(counts[data.pairs[:, 3] == 1]) == {1}
    for rows in near:
        assert len(rows) <= 5
        assert len(set(rows.tolist())) == len(rows)
    middles = [vectors[data.pairs[rows, 0]].astype(float).mean(0) for rows in near]
    assert np.mean(np.linalg.norm(middles, axis=1)) > 0.9


def test_the_coachs_sources_are_pooled_if_they_have_no_scores() -> None:
    coached = replace(tiny.PAIRS, coached=True)
    pairs = (tiny.PAIRS, coached, replace(coached, scored=True))
    recipe = replace(tiny.RECIPE, data=replace(tiny.RECIPE.data, pairs=pairs))
    assert train.pooled(recipe) == [1, 3, 5]  # made of grammar, and by edits


def test_texts_of_all_lengths_are_not_padded_to_the_longest(tmp_path: Path) -> None:
    assert [len(part) for part in step.of_like_length(np.array([9, 30, 8, 9, 7, 9]))] == [2, 2, 2]
    assert len(step.of_like_length(np.array([9, 12, 8]))) == 1
    run = tiny.run(tmp_path / "data")
    numbers = data_by_length(run)
    together = step.encode(run, numbers)
    alone = torch.cat([step.encode(run, numbers[at : at + 1]) for at in range(len(numbers))])
    assert torch.allclose(together, alone, atol=0.03)


def data_by_length(run: step.Run) -> NDArray[np.int64]:
    """The longest text among the shortest ones."""
    order = run.data.lengths().argsort()
    return np.insert(order[:8], 3, order[-1])


def test_a_checkpoint_says_what_it_saw(tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "c.pt", train.moment(tiny.run(tmp_path / "data")))
    assert checkpoint.load(tmp_path / "c.pt").saw == ("stsb/train",)


def test_only_development_sets_are_watched(tmp_path: Path) -> None:
    recipe = replace(tiny.RECIPE, train=replace(tiny.RECIPE.train, watch=("stsb/test",)))
    with pytest.raises(TrainerError, match="not a development set: stsb/test"):
        watch.tasks_of(recipe, tmp_path)


def test_frozen_words_stay(tmp_path: Path) -> None:
    recipe = replace(tiny.RECIPE, train=replace(tiny.RECIPE.train, freeze_words=True, steps=3))
    run = tiny.run(tmp_path / "data", recipe)
    before = run.network.words.weight.clone()
    train.loop(run, tiny.teacher, tmp_path / "out")
    assert torch.equal(run.network.words.weight, before)


def test_the_log_is_json_lines(tmp_path: Path) -> None:
    train.log(tmp_path, {"step": 50, "cosine": 0.25})
    assert json.loads((tmp_path / "log.jsonl").read_text())["cosine"] == 0.25


def test_the_rate_climbs_stays_and_falls() -> None:
    found = [train.pace(at, 20, tiny.RECIPE.train) for at in range(20)]
    assert found[:4] == [pytest.approx(share) for share in (1 / 3, 2 / 3, 1, 1)]
    assert found[15:] == [pytest.approx(share) for share in (1, 1, 0.75, 0.5, 0.25)]


def test_another_recipe_cannot_resume(tmp_path: Path, whole: checkpoint.Checkpoint) -> None:
    other = replace(tiny.RECIPE, seed=8)
    with pytest.raises(TrainerError, match="another recipe"):
        train.resume(tiny.run(tmp_path / "data", other), whole)


@pytest.mark.parametrize(
    "end", [replace(tiny.RECIPE.train, steps=12), replace(tiny.RECIPE.train, cooldown=9)]
)
def test_another_end_can(tmp_path: Path, whole: checkpoint.Checkpoint, end: Train) -> None:
    recipe = replace(tiny.RECIPE, train=end)
    train.resume(tiny.run(tmp_path / "data", recipe), whole)


def test_weights_for_long_texts_alone_learn_nothing_from_short_ones(tmp_path: Path) -> None:
    network = tiny.network(shape=replace(tiny.SHAPE, merge_after=1, merge_over=24))
    run = train.start(shortened(2), tiny.prepared(tmp_path / "data"), network, torch.eye(8, 16))
    train.loop(run, tiny.teacher, tmp_path / "out")
    assert not run.network.merging.weight.any()


def test_batches_are_of_one_source_and_within_limits(tmp_path: Path) -> None:
    data = tiny.prepared(tmp_path)
    plan = batches.plan(data, tiny.RECIPE.train, seed=1, epoch=0)
    rows = sorted(int(row) for batch in plan for row in batch)
    assert len(rows) == len(set(rows)) >= 28
    lengths = data.lengths()
    for batch in plan:
        longest = lengths[data.pairs[batch, :2]].max()
        assert longest * len(batch) <= tiny.RECIPE.train.batch_tokens
        assert 1 < len(batch) <= tiny.RECIPE.train.batch_pairs


def test_batches_of_one_topic_have_near_passages(tmp_path: Path) -> None:
    data = tiny.prepared(tmp_path, count=240)
    # Text 2i + 1 is the passage of pair i; the first half of the pairs is of one topic.
    vectors = np.zeros((480, 2), dtype=np.float16)
    vectors[:240, 0] = vectors[240:, 1] = 1

    def mixed(share: float) -> int:
        """How many batches have pairs of both topics."""
        recipe = replace(tiny.RECIPE.train, topics=share)
        plan = batches.plan(data, recipe, 1, 0, vectors=vectors)
        assert sum(map(len, plan)) >= 230
        return sum(len({int(row) < 120 for row in batch}) == 2 for batch in plan)

    assert mixed(1.0) < mixed(0.5) < mixed(0.0)


def test_the_order_follows_seed_and_epoch(tmp_path: Path) -> None:
    data = tiny.prepared(tmp_path)

    def order(seed: int, epoch: int) -> list[list[int]]:
        plan = batches.plan(data, tiny.RECIPE.train, seed, epoch)
        return [batch.tolist() for batch in plan]

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(1, 1)
    assert order(1, 0) != order(2, 0)


def test_a_checkpoint_of_another_architecture(tmp_path: Path) -> None:
    run = tiny.run(tmp_path / "data")
    checkpoint.save(tmp_path / "c.pt", train.moment(run))
    with pytest.raises(TrainerError, match="another architecture"):
        checkpoint.load(tmp_path / "c.pt", replace(tiny.SHAPE, layers=3))


def test_a_checkpoint_cut_short(tmp_path: Path) -> None:
    run = tiny.run(tmp_path / "data")
    checkpoint.save(tmp_path / "c.pt", train.moment(run))
    content = (tmp_path / "c.pt").read_bytes()
    (tmp_path / "c.pt").write_bytes(content[: len(content) // 2])
    with pytest.raises(TrainerError, match="cannot be read"):
        checkpoint.load(tmp_path / "c.pt")


def test_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="cannot be read"):
        checkpoint.load(tmp_path / "none.pt")

"""Training: the student learns to say what the teacher says, and to find answers.

Run: ``python -m trainer train --recipe R --prepared DIR --taught DIR --teacher FOLDER --out DIR``

``DIR`` receives ``start.pt``, ``checkpoint.pt`` every few minutes and ``log.jsonl``, a line of
losses every fifty steps. Run the command again after an interruption: it goes on from the
checkpoint and ends with the same weights, bit for bit, as an uninterrupted run on the same machine.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from trainer import batches, checkpoint, device, prepared, projection, step, student, teach, watch
from trainer.bert import Encoder
from trainer.checkpoint import Checkpoint
from trainer.errors import TrainerError
from trainer.lessons import Lessons, Teacher
from trainer.prepared import Prepared
from trainer.recipe import Recipe, Train
from trainer.step import Run

LOG_EVERY = 50
SAMPLE = 3000
"""Texts on which heads and neurons are chosen and the projection is fitted."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a run finds what it needs, and where it writes."""

    prepared: Path
    taught: Path
    teacher: Path
    out: Path
    coached: tuple[Path, ...] = ()
    """The vectors of each coach that the recipe has."""
    start: Path | None = None
    """The bundle of the recipe's earlier student, if it names one."""
    evaluation: Path | None = None
    """Evaluation sets, for the recipe's learning curve."""


def train(recipe: Recipe, places: Places) -> None:
    """Train to the recipe's end, from the checkpoint in ``places.out`` if there is one.

    Raises:
        TrainerError: anything among the inputs does not fit together; said before any work.
    """
    torch.set_num_threads(1)  # two threads on a busy machine wait for each other
    student.check(recipe.student, places.start)
    texts = prepared.load(places.prepared)
    vectors = teach.load(texts, places.taught)
    coaches = coached(recipe, texts, places)
    watched = watch.tasks_of(recipe, places.evaluation)
    run = begin(recipe, texts, vectors, places)
    shares = [recipe.loss.coach_share * part for part in recipe.loss.coaches]
    teacher = Lessons(vectors, run.target.numpy(), coaches, shares)
    run.written = vectors
    loop(run, teacher, places.out, watch.Watch(watched, places.teacher))


def coached(recipe: Recipe, texts: Prepared, places: Places) -> list[NDArray[np.float16]]:
    """The vectors of each coach that the recipe has.

    Raises:
        TrainerError: the recipe has another number of them than are given.
    """
    wanted = len(recipe.loss.coaches) if recipe.loss.coach or recipe.loss.alike else 0
    if wanted != len(places.coached):
        raise TrainerError(
            f"the recipe learns from {wanted or 'no'} coaches, and {len(places.coached)} are given",
            hint="--coached DIR, from `teach --coach FILE`, for each share in [loss] coaches",
        )
    return [teach.load(texts, folder) for folder in places.coached]


def begin(recipe: Recipe, texts: Prepared, vectors: NDArray[np.float16], places: Places) -> Run:
    """A run at its checkpoint, or at step 0."""
    path = places.out / checkpoint.LAST
    if path.exists():
        shape = student.shape(recipe.student)
        saved = checkpoint.load(path, shape)
        run = start(recipe, texts, Encoder(shape), saved.target)
        resume(run, saved)
        return run
    rows = projection.principal(vectors, recipe.student.dim)
    chosen = np.random.default_rng(recipe.seed).permutation(len(texts))[:SAMPLE]
    targets = projection.project(vectors[chosen], rows)
    sample = [texts.ids(number) for number in chosen]
    network = student.begin(recipe.student, places.teacher, places.start, sample, targets)
    return start(recipe, texts, network, torch.from_numpy(rows))


def start(recipe: Recipe, texts: Prepared, network: Encoder, target: Tensor) -> Run:
    """A run at step 0 of a network that is already there."""
    network.words.weight.requires_grad_(not recipe.train.freeze_words)
    network.to(device.best())
    average = {}
    if recipe.train.average:
        average = {name: value.clone() for name, value in network.state_dict().items()}
    return Run(recipe, texts, network, optimizer_of(network, recipe), average, target)


def optimizer_of(network: nn.Module, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW; biases and norms are not decayed (Loshchilov and Hutter, 2019)."""
    free = [p for p in network.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in free if p.ndim > 1], "weight_decay": recipe.train.decay},
        {"params": [p for p in free if p.ndim == 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=recipe.train.rate, betas=(0.9, 0.98), fused=True)


def moment(run: Run) -> Checkpoint:
    """What a checkpoint keeps of a run."""
    return Checkpoint(
        run.network.shape,
        run.network.state_dict(),
        run.optimizer.state_dict(),
        run.average,
        run.target,
        run.step,
        run.recipe.digest(),
        run.data.digest,
        run.data.saw,
    )


def resume(run: Run, saved: Checkpoint) -> None:
    """Put a run where a checkpoint left off.

    Raises:
        TrainerError: it was made by another recipe or from other data.
    """
    if (saved.recipe, saved.data) != (run.recipe.digest(), run.data.digest):
        raise TrainerError(
            "the checkpoint was made by another recipe or from other data",
            hint="name another folder with --out, or delete this one",
        )
    run.network.load_state_dict(dict(saved.weights))
    run.optimizer.load_state_dict(dict(saved.optimizer))
    where = run.network.device
    run.average = {name: value.to(where) for name, value in saved.average.items()}
    run.step = saved.step


def loop(run: Run, teacher: Teacher, out: Path, watching: watch.Watch | None = None) -> None:
    """Step until the recipe's end; checkpoint and look now and then, and at the end."""
    out.mkdir(parents=True, exist_ok=True)
    if not run.step:
        checkpoint.save(out / checkpoint.FIRST, moment(run))
    order = plan(run)
    saved = time.monotonic()
    for at in tqdm(
        range(run.step, len(order)),
        "train",
        len(order),
        initial=run.step,
        unit="step",
        disable=None,
    ):
        set_rate(run, pace(at, len(order), run.recipe.train))
        parts = step.advance(run, order[at], teacher)
        if run.step % LOG_EVERY == 0:
            log(out, {"step": run.step, "of": len(order), **parts})
        if watching and run.step % run.recipe.train.watch_every == 0:
            log(out, {"step": run.step, "dev": watching.look(moment(run))})
        if time.monotonic() - saved > 60 * run.recipe.train.checkpoint_minutes:
            checkpoint.save(out / checkpoint.LAST, moment(run))
            saved = time.monotonic()
    checkpoint.save(out / checkpoint.LAST, moment(run))


def plan(run: Run) -> list[list[batches.Rows]]:
    """The steps of the whole run, each a few batches."""
    train, seed = run.recipe.train, run.recipe.seed
    repeats = {at: pairs.repeat for at, pairs in enumerate(run.recipe.data.pairs)}
    near = pooled(run.recipe) if train.neighbours else ()
    order = [
        batch
        for epoch in range(train.epochs)
        for batch in batches.plan(run.data, train, seed, epoch, repeats, run.written, near)
    ]
    size = train.parallel * train.together
    steps = [order[at : at + size] for at in range(0, len(order) - size + 1, size)]
    return steps[: train.steps] if train.steps else steps


def pooled(recipe: Recipe) -> list[int]:
    """Numbers of the coach's sources that have no scores."""
    scored = {at for at, pairs in enumerate(recipe.data.pairs) if pairs.scored}
    return [at for at, asked in enumerate(teach.sources(recipe)) if asked and at not in scored]


def set_rate(run: Run, share: float) -> None:
    """Learn at this share of the recipe's rate."""
    for group in run.optimizer.param_groups:
        group["lr"] = run.recipe.train.rate * share


def pace(at: int, steps: int, train: Train) -> float:
    """Share of the full rate: up in a line, level, and down in a line at the end.

    Level so that the end need not be known at the start.
    Source: Hägele et al., "Scaling Laws and Compute-Optimal Training Beyond Fixed Training
    Durations" (2024).
    """
    return min(1.0, (at + 1) / max(1, train.warmup), (steps - at) / max(1, train.cooldown))


def log(out: Path, line: dict[str, object]) -> None:
    """Append one line to the run's log."""
    with (out / "log.jsonl").open("a") as file:
        file.write(json.dumps({"time": round(time.time()), **line}) + "\n")

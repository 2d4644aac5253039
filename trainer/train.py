"""Training: the student learns to say what the teacher says, and to find answers.

Run: ``python -m trainer train --recipe R --prepared DIR --taught DIR --teacher FOLDER --out DIR``

``DIR`` receives ``checkpoint.pt`` every few minutes and ``log.jsonl``, a line of losses every
fifty steps. Run the command again after an interruption: it goes on from the checkpoint and ends
with the same weights, bit for bit, as an uninterrupted run on the same machine.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer import batches, checkpoint, losses, prepared, projection, student, teach, tokens
from trainer.bert import Encoder
from trainer.checkpoint import Checkpoint
from trainer.errors import TrainerError
from trainer.prepared import Prepared
from trainer.recipe import Loss, Recipe

LOG_EVERY = 50
Teacher = Callable[[NDArray[np.int64]], Tensor]
"""Text numbers -> the teacher's vectors in the student's space, (n, dim)."""


@dataclass(slots=True)
class Run:
    """A training run in progress."""

    recipe: Recipe
    data: Prepared
    network: Encoder
    optimizer: torch.optim.Optimizer
    average: dict[str, Tensor]
    target: Tensor
    step: int = 0

    def moment(self) -> Checkpoint:
        """What a checkpoint keeps."""
        return Checkpoint(
            self.network.shape,
            self.network.state_dict(),
            self.optimizer.state_dict(),
            self.average,
            self.target,
            self.step,
            recipe_digest(self.recipe),
            self.data.digest,
        )


def train(recipe: Recipe, data: Path, taught: Path, teacher: Path, out: Path) -> None:
    """Train to the recipe's end, from the checkpoint in ``out`` if there is one.

    Raises:
        TrainerError: anything among the inputs does not fit together; said before any work.
    """
    texts = prepared.load(data)
    vectors = teach.load(texts, taught)
    run = begin(recipe, texts, vectors, teacher)
    path = out / "checkpoint.pt"
    if path.exists():
        resume(run, checkpoint.load(path, run.network.shape))
    rows = run.target.numpy()
    loop(run, lambda numbers: torch.from_numpy(projection.project(vectors[numbers], rows)), out)


def begin(recipe: Recipe, texts: Prepared, vectors: NDArray[np.float16], teacher: Path) -> Run:
    """A run at step 0."""
    rows = projection.principal(vectors, recipe.student.dim)
    network = student.begin(recipe.student, teacher, rows)
    return start(recipe, texts, network, torch.from_numpy(rows))


def start(recipe: Recipe, texts: Prepared, network: Encoder, target: Tensor) -> Run:
    """A run at step 0 of a network that is already there."""
    network.words.weight.requires_grad_(not recipe.train.freeze_words)
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


def resume(run: Run, moment: Checkpoint) -> None:
    """Put a run where a checkpoint left off.

    Raises:
        TrainerError: it was made by another recipe or from other data.
    """
    if (moment.recipe, moment.data) != (recipe_digest(run.recipe), run.data.digest):
        raise TrainerError(
            "the checkpoint was made by another recipe or from other data",
            hint="name another folder with --out, or delete this one",
        )
    run.network.load_state_dict(dict(moment.weights))
    run.optimizer.load_state_dict(dict(moment.optimizer))
    run.average = dict(moment.average)
    run.step = moment.step


def loop(run: Run, teacher: Teacher, out: Path) -> None:
    """Step until the recipe's end; checkpoint now and then, and at the end."""
    out.mkdir(parents=True, exist_ok=True)
    order = plans(run)
    last = min(len(order), run.recipe.train.steps or len(order))
    saved = time.monotonic()
    while run.step < last:
        for group in run.optimizer.param_groups:
            group["lr"] = run.recipe.train.rate * pace(
                run.step, len(order), run.recipe.train.warmup
            )
        parts = advance(run, order[run.step], teacher)
        if run.step % LOG_EVERY == 0:
            log(out, {"step": run.step, "of": len(order), **parts})
        if time.monotonic() - saved > 60 * run.recipe.train.checkpoint_minutes:
            checkpoint.save(out / "checkpoint.pt", run.moment())
            saved = time.monotonic()
    checkpoint.save(out / "checkpoint.pt", run.moment())


def plans(run: Run) -> list[batches.Rows]:
    """The batches of all epochs, in order."""
    recipe = run.recipe
    return [
        batch
        for epoch in range(recipe.train.epochs)
        for batch in batches.plan(run.data, recipe.train, recipe.seed, epoch)
    ]


def pace(step: int, steps: int, warmup: float) -> float:
    """Share of the full rate: climbs from 0 during the warm-up, then falls to 0 in a line."""
    climb = max(1, round(warmup * steps))
    return min((step + 1) / climb, (steps - step) / max(1, steps - climb))


def advance(run: Run, rows: batches.Rows, teacher: Teacher) -> dict[str, float]:
    """One step on one batch; the losses before it."""
    run.network.train()
    total, parts = measure(run, rows, teacher)
    run.optimizer.zero_grad(set_to_none=True)
    total.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    nn.utils.clip_grad_norm_(run.network.parameters(), 1.0)
    run.optimizer.step()
    run.step += 1
    for name, value in run.average.items():
        value.lerp_(run.network.state_dict()[name], 1.0 - run.recipe.train.average)
    return parts


def measure(run: Run, rows: batches.Rows, teacher: Teacher) -> tuple[Tensor, dict[str, float]]:
    """The loss of a batch of pairs, and its parts for the log."""
    loss = run.recipe.loss
    pairs = run.data.pairs[rows].astype(np.int64)  # (n, 4)
    a, b, n = (column[column >= 0] for column in pairs.T[:3])
    mine = [encode(run, side) for side in (a, b, n) if len(side)]
    theirs = teacher(np.concatenate([a, b, n]))  # (all, dim)
    vectors = torch.cat(mine)
    parts = {
        "cosine": losses.cosine(vectors, theirs),
        "similarity": losses.similarity(vectors, theirs, loss.scale),
    }
    if contrasts(run, pairs):
        parts["contrast"] = contrast(vectors, theirs, len(a), loss)
    total = sum(getattr(loss, name) * part for name, part in parts.items())
    assert isinstance(total, Tensor)
    return total, {name: round(float(part.detach()), 5) for name, part in parts.items()}


def contrasts(run: Run, pairs: NDArray[np.int64]) -> bool:
    """Whether the passages of this batch's source may serve as wrong answers."""
    sources = run.recipe.data.pairs
    source = int(pairs[0, 3])
    return source < len(sources) and sources[source].contrast


def contrast(vectors: Tensor, theirs: Tensor, n: int, loss: Loss) -> Tensor:
    """InfoNCE of the batch; anchors first, then passages, then hard negatives."""
    allowed = losses.wrong_answers(theirs[:n], theirs[n:])
    return losses.contrast(vectors[:n], vectors[n:], allowed, loss.scale)


def encode(run: Run, numbers: NDArray[np.int64]) -> Tensor:
    """The student's vectors of these texts, (n, dim)."""
    ids, mask = tokens.batch([run.data.ids(number) for number in numbers])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        vectors: Tensor = run.network(ids, mask)
    return vectors


def recipe_digest(recipe: Recipe) -> str:
    """SHA-256 of a recipe's content, whatever the layout of its file."""
    text = json.dumps(asdict(recipe), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def log(out: Path, line: dict[str, object]) -> None:
    """Append one line to the run's log."""
    with (out / "log.jsonl").open("a") as file:
        file.write(json.dumps({"time": round(time.time()), **line}) + "\n")

"""Recipes: everything that decides what a training run makes, in one TOML file.

Not run by itself; every command takes ``--recipe trainer/recipes/NAME.toml``. A recipe is read
strictly: an unknown key, a missing one or a value of another type stops the run before any work.
"""

import hashlib
import json
import math
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

from dacite import Config, DaciteError, UnexpectedDataError, from_dict

from trainer import keys
from trainer.errors import TrainerError

MADE = {"grammar": True, "joined": False, "edits": True}
"""Modules of this package that make texts, in the order of their sources, which come behind those
that a recipe names; and whether the coach is asked about them."""


@dataclass(frozen=True, slots=True)
class Student:
    """What the student keeps of the teacher."""

    layers: tuple[int, ...]
    """Numbers of the teacher's layers, in order."""
    dim: int
    """Length of a vector."""
    max_tokens: int
    """Longest text the exported model reads, special tokens not counted."""
    heads: int = 0
    """Attention heads kept in each layer; 0 keeps all."""
    inner: int = 0
    """Feed-forward neurons kept in each layer; 0 keeps all."""
    merge_after: int = 0
    """Layers after which long texts are shortened, see `trainer.merging`."""
    merge_over: int = 0
    """Texts of more tokens than this, special ones included, are long; 0: none is."""
    block: int = 0
    """Instead of shortening them: tokens of the blocks within which attention stays in long texts,
    see `trainer.blocks`; 0: it does not."""
    rare: float = 0.0
    """Share of a long text's tokens, those with the rarest words, that go through feed-forward, see
    `trainer.rare`; 0: all of them."""
    teacher: str = "sentence-transformers/all-MiniLM-L6-v2"
    """Whose layers they are."""
    start: str = ""
    """Name of the recipe whose student this one begins with; empty: the teacher's layers."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """One file of text pairs, and where it may be used."""

    file: str
    rows: int
    """At most so many rows, drawn at random."""
    licence: str
    origin: str
    contrast: bool = True
    """Whether the other passages of a batch may serve as wrong answers (InfoNCE)."""
    texts: bool = False
    """A plain file of one text a line: for distillation only."""
    scored: bool = False
    """The training split of a similarity set, a score a row; it lies among the evaluation sets."""
    repeat: int = 1
    """How many times each row comes in an epoch."""
    coached: bool = False
    """Whether the coach is asked about these texts (always about the made-up sentences)."""
    edits: int = 0
    """Changed copies of each text, see `trainer.edits`, for the coach as well."""


@dataclass(frozen=True, slots=True)
class Data:
    """What the student reads."""

    cut: int
    """Texts are cut at so many tokens, special ones included."""
    pairs: tuple[Pairs, ...]
    grammar: int = 0
    """How many caption-like sentences `trainer.grammar` makes up."""
    joined: int = 0
    """How many long texts are made of two passages of one source each (`trainer.joined`)."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Weights and temperatures of the losses."""

    cosine: float = 1.0
    similarity: float = 0.2
    contrast: float = 0.1
    scores: float = 0.0
    """Of the order of scored pairs (CoSENT)."""
    coach: float = 0.0
    """Of who is near whom as the coach sees it, which takes the place of ``similarity`` in batches
    of texts that the coach was asked about."""
    alike: float = 0.0
    """Of how alike each two texts are as the coach sees it, in the same batches."""
    cosine_coached: float = 0.0
    """What takes the place of ``cosine`` there: the coach's view leaves less to the teacher."""
    coach_share: float = 1.0
    """Of how alike two texts are there, the coaches say so much and the teacher the rest."""
    coaches: tuple[float, ...] = (1.0,)
    """Of the coaches' part each has such a share, in the order of ``--coached``."""
    beginnings: tuple[int, ...] = ()
    """So many of a vector's first numbers are to be vectors as well: what the teacher says counts
    for them as much as for the whole."""
    scale: float = 20.0
    """Cosines are multiplied by it before any softmax (the inverse of a temperature)."""

    def weights(self) -> dict[str, float]:
        """The weight of each loss by its name."""
        return {
            "cosine": self.cosine,
            "similarity": self.similarity,
            "contrast": self.contrast,
            "scores": self.scores,
            "coach": self.coach,
            "alike": self.alike,
            "cosine_coached": self.cosine_coached,
        }


@dataclass(frozen=True, slots=True)
class Train:
    """How the student learns."""

    batch_tokens: int
    """Tokens of the longer side of a batch of pairs, padding included."""
    batch_pairs: int
    """At most so many pairs a batch."""
    epochs: int
    rate: float
    """Learning rate at its highest."""
    warmup: int
    """Steps in which the rate climbs from 0."""
    cooldown: int
    """Steps in which it falls back to 0, at the end; may be changed until they begin."""
    watch: tuple[str, ...] = ()
    """Development sets that are measured as the run goes on, for the learning curve."""
    watch_every: int = 250
    """Steps between two such measurements."""
    topics: float = 0.0
    """Share of the pairs whose batches are of one topic, as the teacher sees it."""
    neighbours: int = 0
    """Pairs in a batch of nearest ones, from whichever of the coach's sources that have no scores;
    0: these sources have batches of their own like all others."""
    decay: float = 0.01
    dropout: float = 0.0
    """Share that is left out where people's scores teach."""
    average: float = 0.0
    """Weight of the past in the running average of weights; 0 keeps the last weights."""
    freeze_words: bool = False
    checkpoint_minutes: float = 5.0
    parallel: int = 1
    """Batches at the same time, each on a core of its own."""
    together: int = 1
    """So many times as many to a step, with one contrast over all of them (`trainer.together`)."""
    steps: int = 0
    """End after so many steps in all; 0 means every epoch to its end. It may still be changed
    while a run is going on: until the cool-down the end makes no difference."""


@dataclass(frozen=True, slots=True)
class Export:
    """What may be chosen when the training is over."""

    merge_over: int = 0
    """Texts of more tokens are long for the graph; 0: those that were in training. More of them
    whole is better and slower; with [student] max_tokens and the two special ones, all are."""
    rare: float = 0.0
    """Share of a long text's tokens that go through feed-forward in the graph; 0: as in training.
    More is better and slower."""
    ending: bool = False
    """Whether the last layer answers for those tokens alone, see `trainer.ending`."""
    block: int = 0
    """Tokens of a block in the graph; 0: as in training."""
    beginning: float = 0.0
    """Share of the weights that the run began with, in those that are exported."""
    beginning_of: str = ""
    """Name of an earlier recipe whose run's beginning that is, on the same data; empty: its own."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One model's making."""

    name: str
    seed: int
    student: Student
    data: Data
    train: Train
    loss: Loss = field(default_factory=Loss)
    export: Export = field(default_factory=Export)

    def digest(self) -> str:
        """SHA-256 of what decides a training but for its end, whatever the layout of the file.

        What is left at its default does not count, so that a key that comes to be known later
        changes no recipe of before.
        """
        endless = replace(self, train=replace(self.train, steps=0, cooldown=0), export=Export())
        return hashlib.sha256(json.dumps(keys.said(endless), sort_keys=True).encode()).hexdigest()


def read(path: Path) -> Recipe:
    """The recipe in a TOML file.

    Raises:
        TrainerError: the file is missing or is not TOML, a key is unknown (with the nearest
            known one), missing, or of another type; a share is none; or the graph would do
            with long texts what the training has not done.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise TrainerError(f"recipe {path}: {error}") from error
    try:
        recipe = from_dict(Recipe, table, Config(strict=True, cast=[tuple, float]))
    except UnexpectedDataError as error:
        raise keys.unknown(path, min(error.keys), Recipe, {"pairs": Pairs}) from error
    except (DaciteError, TypeError, ValueError) as error:
        raise TrainerError(f"recipe {path}: {error}") from error
    check(path, recipe)
    return recipe


def check(path: Path, recipe: Recipe) -> None:
    """Refuse values that contradict each other or mean nothing.

    Raises:
        TrainerError: a share is none, or the graph would do what the training has not.
    """
    learnt, wanted = recipe.student.merge_over, recipe.export.merge_over
    if wanted and not 0 < learnt <= wanted:
        raise TrainerError(
            f"recipe {path}: texts of {wanted} tokens cannot be shortened without having learnt it",
            hint="let [export] merge_over be at least [student] merge_over",
        )
    if (more := recipe.export.rare) and not 0 < recipe.student.rare <= more:
        raise TrainerError(
            f"recipe {path}: a graph that lets {more} through needs a training that let fewer",
            hint="let [export] rare be at least [student] rare",
        )
    check_ways(path, recipe)
    shares = {
        "[export] rare": recipe.export.rare,
        "[export] beginning": recipe.export.beginning,
        "[train] dropout": recipe.train.dropout,
    }
    for name, share in shares.items():
        if not 0 <= share < 1:
            raise TrainerError(f"recipe {path}: {name} is a share, from 0 to below 1")
    if min(recipe.train.parallel, recipe.train.together) < 1:
        raise TrainerError(f"recipe {path}: a step needs a batch: [train] parallel and together")
    if not all(0 < length < recipe.student.dim for length in recipe.loss.beginnings):
        raise TrainerError(f"recipe {path}: [loss] beginnings are shorter than the vector")
    check_coaches(path, recipe)


def check_ways(path: Path, recipe: Recipe) -> None:
    """Refuse a graph that goes ways of which the training knows nothing.

    Raises:
        TrainerError: blocks without blocks in training, or an ending for tokens that are not told.
    """
    trained, wanted = recipe.student, recipe.export
    if wanted.block < 0 or (wanted.block and not trained.block):
        raise TrainerError(f"recipe {path}: [export] block needs [student] block")
    if wanted.ending and not trained.rare:
        raise TrainerError(f"recipe {path}: [export] ending needs [student] rare")


def check_coaches(path: Path, recipe: Recipe) -> None:
    """Refuse shares of coaches that do not make up a whole, and neighbours of no source.

    Raises:
        TrainerError: a share is none, they do not add up to 1, there are no coached texts, or
            those of a batch would count as wrong answers.
    """
    loss, near = recipe.loss, recipe.train.neighbours
    if not 0 < loss.coach_share <= 1:
        raise TrainerError(f"recipe {path}: [loss] coach_share is a share, above 0 and at most 1")
    if min(loss.coaches, default=0) <= 0 or not math.isclose(sum(loss.coaches), 1, abs_tol=1e-6):
        raise TrainerError(f"recipe {path}: [loss] coaches are shares above 0 that add up to 1")
    if near < 0 or near == 1:
        raise TrainerError(
            f"recipe {path}: [train] neighbours is a number of pairs, 0 or from 2 on"
        )
    pooled = [pairs for pairs in recipe.data.pairs if pairs.coached and not pairs.scored]
    if near and not pooled:
        raise TrainerError(f"recipe {path}: [train] neighbours needs a source with coached = true")
    if near and any(pairs.contrast for pairs in pooled):
        raise TrainerError(f"recipe {path}: neighbours are no wrong answers: set contrast = false")

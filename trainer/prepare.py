"""Data preparation: files of pairs in, de-duplicated token arrays out.

Run: ``python -m trainer prepare --recipe R --data FOLDER --eval FOLDER --teacher FOLDER --out DIR``
(``--data`` may be given more than once).

``DIR`` receives ``tokens.npy`` (uint16, all texts end to end), ``offsets.npy`` (int64, where each
begins, and the end), ``pairs.npy`` (int32, shape (pairs, 4): text number of the anchor, of the
passage, of a hard negative or -1, and the number of the source), ``scores.npy`` (float32, how alike
people found the two, or not-a-number) and ``manifest.json``.
"""

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm, trange

from trainer import atomic, edits, grammar, joined, tasks, tokens
from trainer.errors import TrainerError
from trainer.leaks import Guard, words
from trainer.recipe import MADE, Pairs, Recipe
from trainer.sources import Row, rows, scored_rows

FILES = ("tokens.npy", "offsets.npy", "pairs.npy", "scores.npy")
STEP = 4096
"""Texts tokenised at once."""


@dataclass(slots=True)
class Table:
    """Texts, each once, and the pairs that refer to them by number."""

    numbers: dict[str, int]
    pairs: list[tuple[int, int, int, int]]
    seen: set[int]
    scores: list[float]

    def number(self, text: str) -> int:
        """The number of a text, new if it is new."""
        return self.numbers.setdefault(text, len(self.numbers))

    def add(self, row: Row, source: int) -> bool:
        """Add a pair unless its words were already there; says whether it was added."""
        key = hash((words(row.a), words(row.b)))
        if key in self.seen:
            return False
        self.seen.add(key)
        parts = [self.number(text) if text else -1 for text in (row.a, row.b, row.n)]
        self.pairs.append((parts[0], parts[1], parts[2], source))
        self.scores.append(row.score)
        return True


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of one source's rows."""

    file: str
    sha256: str
    licence: str
    origin: str
    read: int
    leaked: int
    repeated: int
    kept: int


def prepare(
    recipe: Recipe, data: Sequence[Path], evaluation: Path, teacher: Path, out: Path
) -> None:
    """Write the prepared folder.

    Raises:
        TrainerError: a file is missing, truncated or malformed; nothing is left half written.
    """
    paths = [find(pairs, [evaluation] if pairs.scored else data) for pairs in recipe.data.pairs]
    tokenizer = tokens.load(teacher)
    seen = {pairs.file for pairs in recipe.data.pairs if pairs.scored}
    guard = Guard(tasks.texts(evaluation, seen))
    table = Table({}, [], set(), [])
    both = tqdm(list(zip(recipe.data.pairs, paths, strict=True)), "read", unit="file", disable=None)
    counts = [
        take(table, pairs, path, number, guard, recipe.seed)
        for number, (pairs, path) in enumerate(both)
    ]
    if recipe.data.grammar:
        counts.append(take_grammar(table, recipe, guard))
    if recipe.data.joined:
        counts.append(take_joined(table, recipe, guard))
    if any(pairs.edits for pairs in recipe.data.pairs):
        counts.append(take_edits(table, recipe, guard))
    write(recipe, table, counts, tokenizer, out)


def find(pairs: Pairs, folders: Sequence[Path]) -> Path:
    """The file of a source, in the first folder that has it.

    Raises:
        TrainerError: none has it.
    """
    for folder in folders:
        if (folder / pairs.file).is_file():
            return folder / pairs.file
    raise TrainerError(f"{', '.join(map(str, folders))}: no {pairs.file}", hint="see the recipe")


def take(table: Table, pairs: Pairs, path: Path, source: int, guard: Guard, seed: int) -> Counts:
    """Add a random sample of one file's rows to the table."""
    found = scored_rows(path) if pairs.scored else rows(path, plain=pairs.texts)
    random.Random(f"{seed} {pairs.file}").shuffle(found)
    return add(table, found, pairs, source, guard, atomic.sha256(path))


def take_grammar(table: Table, recipe: Recipe, guard: Guard) -> Counts:
    """Add made-up sentences; neighbours are variants, so their order is kept."""
    made = grammar.sentences(recipe.data.grammar, recipe.seed)
    return take_made(table, recipe, "grammar", made, "MIT", guard)


def take_joined(table: Table, recipe: Recipe, guard: Guard) -> Counts:
    """Add long texts, of passages that were not made up."""
    passages: dict[int, list[str]] = {}
    texts = list(table.numbers)
    for _, passage, _, source in table.pairs:
        if source < len(recipe.data.pairs) and recipe.data.pairs[source].contrast:
            passages.setdefault(source, []).append(texts[passage])
    made = joined.texts(passages, recipe.data.joined, recipe.seed)
    return take_made(table, recipe, "joined", made, "as the passages", guard)


def take_edits(table: Table, recipe: Recipe, guard: Guard) -> Counts:
    """Add changed sentences of the sources that the recipe has changed."""
    texts, made = list(table.numbers), []
    for number, pairs in enumerate(recipe.data.pairs):
        sides = [row[:2] for row in table.pairs if row[3] == number] if pairs.edits else []
        found = [texts[side] for row in sides for side in row if side >= 0]
        made += edits.variants(found, pairs.edits, recipe.seed)
    return take_made(table, recipe, "edits", made, "as the texts", guard)


def take_made(
    table: Table, recipe: Recipe, maker: str, texts: Sequence[str], licence: str, guard: Guard
) -> Counts:
    """Add texts that a module of this package made, as one more source."""
    found = [Row(text) for text in texts]
    source = len(recipe.data.pairs) + list(MADE).index(maker)
    made = Pairs(f"(trainer.{maker})", len(texts), licence, "this repository", texts=True)
    return add(table, found, made, source, guard, "")


def add(
    table: Table, found: Sequence[Row], pairs: Pairs, source: int, guard: Guard, sha256: str
) -> Counts:
    """Add rows until there are as many as the recipe asks for, and count what was left out."""
    kept = repeated = leaked = 0
    for row in found:
        if kept == pairs.rows:
            break
        if any(guard.leaks(text) for text in (row.a, row.b, row.n) if text):
            leaked += 1
        elif table.add(row, source):
            kept += 1
        else:
            repeated += 1
    return Counts(
        pairs.file, sha256, pairs.licence, pairs.origin, len(found), leaked, repeated, kept
    )


def write(
    recipe: Recipe, table: Table, counts: Sequence[Counts], tokenizer: Tokenizer, out: Path
) -> None:
    """Tokenise and save; the manifest last, since it vouches for the rest."""
    texts = list(table.numbers)
    ids = [
        row
        for at in trange(0, len(texts), STEP, desc="tokenise", unit="block", disable=None)
        for row in tokens.ids_of(tokenizer, texts[at : at + STEP], recipe.data.cut)
    ]
    offsets = np.cumsum([0, *(len(row) for row in ids)], dtype=np.int64)
    atomic.write(out / "tokens.npy", lambda file: np.save(file, np.concatenate(ids)))
    atomic.write(out / "offsets.npy", lambda file: np.save(file, offsets))
    pairs = np.array(table.pairs, dtype=np.int32)
    atomic.write(out / "pairs.npy", lambda file: np.save(file, pairs))
    scores = np.array(table.scores, dtype=np.float32)
    atomic.write(out / "scores.npy", lambda file: np.save(file, scores))
    atomic.write_json(out / "manifest.json", manifest(recipe, counts, out, offsets))


def manifest(
    recipe: Recipe, counts: Sequence[Counts], out: Path, offsets: NDArray[np.int64]
) -> dict[str, object]:
    """What the data are made of, and the SHA-256 of each file."""
    return {
        "recipe": recipe.name,
        "cut": recipe.data.cut,
        "texts": len(offsets) - 1,
        "tokens": int(offsets[-1]),
        "pairs": sum(count.kept for count in counts),
        "sources": [asdict(count) for count in counts],
        "files": {name: atomic.sha256(out / name) for name in FILES},
        "saw_evaluation_texts": [
            pairs.file.removesuffix(".tsv.xz") for pairs in recipe.data.pairs if pairs.scored
        ],
    }

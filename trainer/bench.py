"""Speed and memory of bundles, measured in turns.

Run: ``python -m trainer bench --bundle DIR [--bundle DIR …] --out FILE``

Models take turns at each round, so that other work on the machine slows all alike, and the fastest
run counts; a round runs each thing a few times in a row, since the first run after another model's
waits for weights that have left the processor's caches. What is timed is what the program does:
token ids to vectors, each text by itself, several texts on several threads; and beside it one run
for a whole padded batch, the threads inside it. Memory is the resident set of a fresh process that
embeds a hundred passages.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from asterisk_search.embedding import bundle, onnx
from trainer import atomic, device, profile

ROUNDS = 25
IN_A_ROW = 3
WORD = "note "
QUERY, PASSAGE = WORD * 10, WORD * 198
"""Of 12 and of 200 tokens, the special ones included."""
TEXTS = {
    "12 tokens": (QUERY,),
    "200 tokens": (PASSAGE,),
    "8 × 200 tokens": (PASSAGE,) * 8,
    "32 × 200 tokens": (PASSAGE,) * 32,
}
THREADS = (1, 2)
# Not getrusage: its maximum may be that of the parent before the child began.
MEMORY = """
import re, sys
from pathlib import Path
from asterisk_search.embedding.load import load_embedder
with load_embedder(Path(sys.argv[1]), 1) as embedder:
    embedder.embed([f"{number} " + "note " * 197 for number in range(100)])
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""
Seconds = dict[str, float]
"""By the name of what was timed."""


@dataclass(frozen=True, slots=True)
class Model:
    """A bundle that is ready to run."""

    folder: Path
    encode: Callable[[str], list[int]]
    sessions: Mapping[int, ort.InferenceSession]
    """By the threads inside a run."""


def bench(folders: Sequence[Path], out: Path, rounds: int = ROUNDS) -> None:
    """Measure and write ``out``.

    Raises:
        BundleError: there is no usable bundle in one of the folders.
    """
    models = [opened(folder) for folder in folders]
    best: list[Seconds] = [{} for _ in models]
    for _ in range(rounds):
        for model, times in zip(models, best, strict=True):
            for name, action in actions(model).items():
                times[name] = min(times.get(name, np.inf), seconds(action))
    results = {
        model.folder.name: result(model, times) for model, times in zip(models, best, strict=True)
    }
    processor = device.described(device.capabilities())
    facts = {"processor": processor, "onnxruntime": ort.__version__, "rounds": rounds}
    atomic.write_json(out, {**facts, "models": results})


def opened(folder: Path) -> Model:
    """A model ready to run, with the program's own settings but for the threads."""
    found = bundle.load(folder)
    tokenizer = onnx.open_tokenizer(found)
    content = found.read(bundle.MODEL)
    return Model(
        folder,
        lambda text: list(tokenizer.encode(text).ids),
        {threads: session(content, threads) for threads in THREADS},
    )


def session(content: bytes, threads: int) -> ort.InferenceSession:
    """A session with so many threads inside each run."""
    options = onnx.options()
    options.intra_op_num_threads = threads
    return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def actions(model: Model) -> dict[str, Callable[[], object]]:
    """Everything that is timed, by name: what, how many threads, alone or in one batch."""
    made: dict[str, Callable[[], object]] = {
        "tokenise 12 tokens": lambda: model.encode(QUERY),
        "tokenise 200 tokens": lambda: model.encode(PASSAGE),
    }
    for name, texts in TEXTS.items():
        rows = [model.encode(text) for text in texts]
        for threads in THREADS:
            if len(texts) > 1:
                made[f"{name}, batch, {threads}"] = batch(model.sessions[threads], rows)
            if len(texts) > 1 or threads == 1:
                made[f"{name}, alone, {threads}"] = alone(model.sessions[1], rows, threads)
    return made


def alone(
    found: ort.InferenceSession, rows: Sequence[list[int]], threads: int
) -> Callable[[], object]:
    """Each text in a run of its own, as the program does it."""
    if threads == 1:
        return lambda: [onnx.vector(found, row) for row in rows]

    def side_by_side() -> object:
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(lambda row: onnx.vector(found, row), rows))

    return side_by_side


def batch(found: ort.InferenceSession, rows: Sequence[list[int]]) -> Callable[[], object]:
    """All texts in one run; they are of one length here."""
    ids: NDArray[np.int64] = np.array(rows, dtype=np.int64)
    feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    return lambda: found.run(None, feeds)


def seconds(action: Callable[[], object]) -> float:
    """How long it takes: the fastest of a few runs."""
    taken = []
    for _ in range(IN_A_ROW):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return min(taken)


def result(model: Model, times: Mapping[str, float]) -> dict[str, object]:
    """What is written of a model."""
    content = bundle.load(model.folder).read(bundle.MODEL)
    ids = {"12 tokens": model.encode(QUERY), "200 tokens": model.encode(PASSAGE)}
    return {
        "milliseconds": {name: round(1000 * best, 3) for name, best in times.items()},
        "parts": {name: profile.parts(content, row) for name, row in ids.items()},
        "megabytes": {"file": megabytes(model.folder), "resident": resident(model.folder)},
    }


def megabytes(folder: Path) -> float:
    """Size of a bundle on disk."""
    return round(sum(path.stat().st_size for path in folder.iterdir()) / 1e6, 1)


def resident(folder: Path) -> float:
    """Largest resident set of a fresh process that embeds with the bundle (Linux only)."""
    command = [sys.executable, "-c", MEMORY, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return round(int(done.stdout) / 1024, 1)

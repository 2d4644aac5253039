"""Speed and memory of bundles on one thread, measured in turns.

Run: ``python -m trainer bench --bundle DIR [--bundle DIR …] --out FILE``

Models take turns at each round, so that other work on the machine slows all alike, and the fastest
round counts. Memory is the resident set of a fresh process that embeds a hundred passages.
"""

import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from asterisk_search.embedding.load import load_embedder
from asterisk_search.embedding.onnx import OnnxEmbedder
from trainer import atomic

ROUNDS = 15
WORD = "note "
SIZES = {"12 tokens": WORD * 10, "200 tokens": WORD * 198}
# Not getrusage: its maximum may be that of the parent before the child began.
MEMORY = """
import re, sys
from pathlib import Path
from asterisk_search.embedding.load import load_embedder
with load_embedder(Path(sys.argv[1]), 1) as embedder:
    embedder.embed([f"{number} " + "note " * 197 for number in range(100)])
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def bench(folders: Sequence[Path], out: Path) -> None:
    """Measure and write ``out``.

    Raises:
        BundleError: there is no usable bundle in one of the folders.
    """
    embedders = [load_embedder(folder) for folder in folders]
    results = {
        folder.name: {
            "milliseconds": {size: round(1000 * best, 2) for size, best in times.items()},
            "megabytes": {"file": megabytes(folder), "resident": resident(folder)},
        }
        for folder, times in zip(folders, rounds(embedders), strict=True)
    }
    atomic.write_json(out, {"processor": platform.machine(), "models": results})


def rounds(embedders: Sequence[OnnxEmbedder]) -> list[dict[str, float]]:
    """Seconds of the fastest round, per model and length."""
    best = [dict.fromkeys(SIZES, float("inf")) for _ in embedders]
    for _ in range(ROUNDS):
        for embedder, times in zip(embedders, best, strict=True):
            for size, text in SIZES.items():
                times[size] = min(times[size], seconds(embedder, text))
    return best


def seconds(embedder: OnnxEmbedder, text: str) -> float:
    """How long one text takes."""
    started = time.perf_counter()
    embedder.embed([text])
    return time.perf_counter() - started


def megabytes(folder: Path) -> float:
    """Size of a bundle on disk."""
    return round(sum(path.stat().st_size for path in folder.iterdir()) / 1e6, 1)


def resident(folder: Path) -> float:
    """Largest resident set of a fresh process that embeds with the bundle (Linux only)."""
    command = [sys.executable, "-c", MEMORY, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return round(int(done.stdout) / 1024, 1)

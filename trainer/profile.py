"""Where the time inside a run goes: the layers, pooling with the projection, and normalising.

Not run by itself; `bench` calls it. The runtime's own profile lists the operators in the order in
which they ran; the last layer norm ends the layers, and the last operator brings to unit length.
The loop over the texts is in the profile too, but its time is that of the operators inside it.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from asterisk_search.embedding import onnx

RUNS = 30
LOOP = "Loop"
NORMS = ("LayerNormalization", "SkipLayerNormalization")
PARTS = ("layers", "pooling", "normalising")


def parts(content: bytes, ids: Sequence[int]) -> dict[str, float]:
    """Milliseconds of each part, medians over runs."""
    with tempfile.TemporaryDirectory() as folder:
        events = profiled(content, ids, Path(folder))
    runs = [events[at : at + len(events) // RUNS] for at in starts(events)]
    measured = np.array([split(run) for run in runs])  # (runs, parts)
    return {
        name: round(float(value), 4)
        for name, value in zip(PARTS, np.median(measured, axis=0), strict=True)
    }


def starts(events: Sequence[tuple[str, float]]) -> range:
    """Where each run begins: all have as many operators."""
    return range(0, len(events), len(events) // RUNS)


def profiled(content: bytes, ids: Sequence[int], folder: Path) -> list[tuple[str, float]]:
    """Operator and milliseconds of every operator of every run, in order."""
    options = onnx.options()
    options.enable_profiling = True
    options.profile_file_prefix = str(folder / "profile")
    session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    row = np.array([ids], dtype=np.int64)
    for _ in range(RUNS):
        session.run(None, {"input_ids": row, "attention_mask": np.ones_like(row)})
    events: list[dict[str, Any]] = json.loads(Path(session.end_profiling()).read_text("utf-8"))
    kernels = [one for one in events if one["name"].endswith("_kernel_time")]
    return [
        (one["args"]["op_name"], one["dur"] / 1000)
        for one in sorted(kernels, key=lambda one: float(one["ts"]))
        if one["args"]["op_name"] != LOOP
    ]


def split(run: Sequence[tuple[str, float]]) -> tuple[float, float, float]:
    """Milliseconds before the last layer norm and with it, after it, and of the last operator."""
    last = max(at for at, (name, _) in enumerate(run) if name in NORMS)
    times = [spent for _, spent in run]
    return sum(times[: last + 1]), sum(times[last + 1 : -1]), times[-1]

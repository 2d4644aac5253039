"""Measures a stage on the evaluation sets and writes the numbers as JSON.

Run: ``python -m trainer evaluate --stage bundle:DIR --eval FOLDER --teacher FOLDER --out FILE``
(``--test`` for the test sets: once, for a model that is to be released).
"""

import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import onnxruntime as ort

from trainer import atomic, tasks
from trainer.encoders import Stage, shortened, stage
from trainer.errors import TrainerError
from trainer.score import score


def evaluate(
    spec: str,
    names: Sequence[str],
    evaluation: Path,
    teacher: Path,
    threads: int,
    dim: int | None = None,
) -> dict[str, Any]:
    """The scores of a stage, with what is needed to know what was measured.

    With ``dim`` only so many numbers of each vector are kept, the first ones.

    Raises:
        TrainerError: an evaluation set is missing, or a test set's texts were trained on.
    """
    measured = stage(spec, teacher, threads)
    refuse_seen(measured, names)
    encode = shortened(measured.encode, dim) if dim else measured.encode
    scores: dict[str, dict[str, float]] = {}
    for name in names:
        found = score(encode, tasks.load(evaluation, name), beside=True)
        scores[name] = {metric: round(value, 4) for metric, value in found.items()}
        print(name, scores[name], flush=True)
    return {
        "stage": spec.partition(":")[0],
        **({"dim": dim} if dim else {}),
        "fingerprint": measured.fingerprint,
        "scores": scores,
        "data": {name: tasks.digest(evaluation, name) for name in names},
        "onnxruntime": ort.__version__,
        "processor": platform.machine(),
    }


def refuse_seen(measured: Stage, names: Sequence[str]) -> None:
    """A test score of a model that saw the test is not a score."""
    seen = [name for name in names if name in tasks.TEST and saw(measured, name)]
    if seen:
        raise TrainerError(
            f"the model was trained on texts of {', '.join(seen)}; a score would mean nothing",
            hint="prepare the data again without them, or evaluate on other sets",
        )


def saw(measured: Stage, name: str) -> bool:
    """Whether the stage's manifest says that it saw the set."""
    return bool({name, name.partition("/")[0]} & set(measured.training.saw))


def write(path: Path, result: Mapping[str, Any]) -> None:
    """Write the result; scores that the file already holds of the same model are kept."""
    earlier = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    kept = earlier if earlier.get("fingerprint") == result["fingerprint"] else {}
    both = {name: {**kept.get(name, {}), **result[name]} for name in ("scores", "data")}
    atomic.write_json(path, {**result, **both})

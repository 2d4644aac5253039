"""Reads the results that `evaluate`, `bench` and `train` wrote.

Not run by itself.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trainer import atomic
from trainer.errors import TrainerError


def read(path: Path) -> Any:  # noqa: ANN401  # JSON has any type
    """A result.

    Raises:
        TrainerError: missing or malformed.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TrainerError(f"no result at {path}: {error}") from error


def keep_curve(logs: Sequence[Path], out: Path) -> None:
    """Put the logs of runs that followed one another among the results, their times left out.

    Raises:
        TrainerError: there is no log, or a line of it is not one.
    """
    kept: list[dict[str, Any]] = []
    for log in logs:
        before = kept[-1]["step"] if kept else 0
        kept += [{**point, "step": before + point["step"]} for point in points(log)]
    atomic.write_json(out, {"points": kept})


def points(log: Path) -> list[dict[str, Any]]:
    """The points of one log, each once: a resumed run repeats what it did since its checkpoint."""
    try:
        lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        once = {(one["step"], "dev" in one): one for one in lines}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainerError(f"no log at {log}: {error!r}") from error
    return [{name: value for name, value in one.items() if name != "time"} for one in once.values()]

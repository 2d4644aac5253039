"""Reads the results that `evaluate`, `bench` and `train` wrote.

Not run by itself.
"""

import json
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


def keep_curve(log: Path, out: Path) -> None:
    """Put the log of a run among the results, its times left out.

    Raises:
        TrainerError: there is no log, or a line of it is not one.
    """
    try:
        points = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise TrainerError(f"no log at {log}: {error}") from error
    # A resumed run repeats, to the bit, what it had done since its checkpoint.
    once = {(one["step"], "dev" in one): one for one in points}
    kept = [{name: value for name, value in one.items() if name != "time"} for one in once.values()]
    atomic.write_json(out, {"points": kept})

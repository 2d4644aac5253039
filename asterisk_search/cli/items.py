"""Items on standard input, for the commands that serve feeds: one a line, JSON or plain text."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from asterisk_search.errors import UsageError

MOST: Final = 100_000
LONGEST: Final = 1_000_000
"""Characters of a line."""
_SPAN: Final = re.compile(r"(\d{1,6}(?:\.\d+)?)\s*([smhdw])")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SHAPE: Final = 'each line is a text, or {"id": "…", "text": "…", "time": …, "source": "…"}'


@dataclass(frozen=True, slots=True)
class Item:
    """One text to be grouped or embedded."""

    id: str
    text: str
    time: float | None = None
    """Seconds since 1970."""
    source: str = ""


def read_items(lines: Iterable[str] | None = None) -> Iterator[Item]:
    """The items on standard input; empty lines are passed over, ids default to line numbers.

    Raises:
        UsageError: a line is no item; names its number.
    """
    count = 0
    for number, line in enumerate(sys.stdin if lines is None else lines, 1):
        if not line.strip():
            continue
        count += 1
        if count > MOST or len(line) > LONGEST:
            raise UsageError(
                f"line {number} is too long or too many",
                hint=f"at most {MOST:,} lines of {LONGEST:,} characters",
            )
        yield _item(line.strip(), number)


def parse_span(text: str) -> float:
    """Seconds of ``90m``, ``48h``, ``7d`` or ``2w``.

    Raises:
        UsageError: it is none of these.
    """
    if parts := _SPAN.fullmatch(text.strip().lower()):
        return float(parts[1]) * _SECONDS[parts[2]]
    raise UsageError(f"{text!r} is no span of time", hint="use 90m, 48h, 7d or 2w")


def _item(line: str, number: int) -> Item:
    if not line.startswith("{"):
        return Item(str(number), line)
    try:
        value = json.loads(line)
        text = value.get("text", value.get("summary", value.get("title")))
        if not isinstance(text, str):
            raise ValueError("it has no text")
        return Item(
            str(value.get("id", number)), text, _time(value.get("time")),
            str(value.get("source") or ""),
        )  # fmt: skip
    except (ValueError, RecursionError) as error:
        raise UsageError(f"line {number}: {error}", hint=_SHAPE) from error


def _time(value: object) -> float | None:
    """Seconds since 1970, of a number or an ISO date; without a zone, UTC."""
    if value is None:
        return None
    if isinstance(value, int | float) and abs(value) < 1e12:
        return float(value)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(f"{value!r} is no time: seconds since 1970, or ISO 8601") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

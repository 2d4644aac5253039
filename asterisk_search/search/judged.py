"""A user's own queries with the notes they expect: their file, and how a ranking is scored."""

import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from asterisk_search.errors import UsageError, reason_of
from asterisk_search.views import Judged, Scores

MOST: Final = 10_000
DEPTH: Final = 10
"""Results that are looked at."""
_HEAD: Final = re.compile(r"^[ \t]*\[\[\s*query\s*\]\]", re.MULTILINE)
_KEYS: Final = frozenset({"text", "query", "expected", "category"})
_HINT: Final = "a query has text, expected (names, or names with grades) and perhaps a category"


def read_judged(path: Path) -> list[Judged]:
    """The queries of a TOML file (``[[query]]`` tables) or of a file of JSON lines.

    Raises:
        UsageError: it cannot be read, or holds something else; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} cannot be read: {reason_of(error)}", hint="give a .toml or .jsonl"
        ) from error
    rows = _lines(path, text) if path.suffix in (".jsonl", ".ndjson") else _tables(path, text)
    found = [_judged(path, line, row) for line, row in rows]
    if not found or len(found) > MOST:
        raise UsageError(f"{path} holds {len(found)} queries", hint=f"{_HINT}; 1 to {MOST:,}")
    return found


def _tables(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not TOML: {error}", hint=_HINT) from error
    unknown = sorted(set(value) - {"query"})
    if unknown or not isinstance(value.get("query", []), list):
        raise UsageError(f"{path}: unknown {unknown or 'query'}", hint="write [[query]] tables")
    heads = [text.count("\n", 0, match.start()) + 1 for match in _HEAD.finditer(text)]
    for at, row in enumerate(value.get("query", [])):
        yield heads[at] if at < len(heads) else 1, row


def _lines(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise UsageError(f"{path}, line {number}: not JSON: {error}", hint=_HINT) from error


def _judged(path: Path, line: int, row: Any) -> Judged:  # noqa: ANN401 - what the file holds
    def refuse(why: str) -> UsageError:
        return UsageError(f"{path}, line {line}: {why}", hint=_HINT)

    if not isinstance(row, dict):
        raise refuse("not a query")
    if unknown := sorted(set(row) - _KEYS):
        raise refuse(f"unknown key {unknown[0]!r}")
    text = row.get("text", row.get("query"))
    if not isinstance(text, str) or not text.strip():
        raise refuse("it has no text")
    expected = row.get("expected")
    if isinstance(expected, str):
        expected = [expected]
    names = expected if isinstance(expected, list) else []
    plain = bool(names) and all(isinstance(name, str) for name in names)
    grades = dict.fromkeys(names, 1) if plain else expected
    if not isinstance(grades, dict) or not grades or not all(map(_is_grade, grades.values())):
        raise refuse("expected is neither a list of names nor names with grades above 0")
    return Judged(text, tuple(grades.items()), str(row.get("category") or ""), line, str(path))


def _is_grade(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 100


def score(ranked: Sequence[int], grades: Mapping[int, float]) -> Scores:
    """How well a ranking of documents (best first) serves one query; grades by document.

    nDCG with exponential gain (Burges et al., 2005), the reciprocal of the first good rank, the
    share of expected documents among the first ten, and whether the first is one.
    """
    gains = [math.exp2(grades.get(document, 0.0)) - 1 for document in ranked[:DEPTH]]
    best = sorted((math.exp2(grade) - 1 for grade in grades.values()), reverse=True)
    first = next((rank for rank, gain in enumerate(gains, 1) if gain), 0)
    found = sum(gain > 0 for gain in gains)
    return Scores(
        queries=1,
        ndcg_5=_discounted(gains[:5]) / _discounted(best[:5]),
        ndcg_10=_discounted(gains) / _discounted(best[:DEPTH]),
        mrr=1 / first if first else 0.0,
        recall_10=found / min(len(grades), DEPTH),
        hit_1=float(first == 1),
    )


def mean(scores: Sequence[Scores]) -> Scores:
    """The mean over queries, each counting the same."""
    count = len(scores)

    def average(name: str) -> float:
        values: list[float] = [getattr(one, name) for one in scores]
        return math.fsum(values) / count

    return Scores(count, *map(average, ("ndcg_5", "ndcg_10", "mrr", "recall_10", "hit_1")))


def _discounted(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


@dataclass(frozen=True, slots=True)
class Tally:
    """Scores of queries, to be taken together by mode and category."""

    rows: Sequence[tuple[str, str, Scores]]
    """Mode, category, and the scores of one query."""

    def table(self) -> list[tuple[str, str, Scores]]:
        """Mode, category (empty for all of them) and mean, in order of appearance."""
        keys = dict.fromkeys((mode, "") for mode, _, _ in self.rows)
        keys |= dict.fromkeys((mode, category) for mode, category, _ in self.rows if category)
        modes = list(dict.fromkeys(mode for mode, _, _ in self.rows))
        ordered = sorted(keys, key=lambda key: (modes.index(key[0]), key[1]))
        return [(mode, category, mean(self._of(mode, category))) for mode, category in ordered]

    def _of(self, mode: str, category: str) -> list[Scores]:
        return [s for m, c, s in self.rows if m == mode and category in ("", c)]

"""What may be asked, by which names: one table for HTTP, MCP and their descriptions.

An unknown name is refused with the nearest known one: a misspelt filter that is silently ignored
searches the wrong notes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Final

from asterisk_search.errors import UsageError

LONGEST_VALUE: Final = 10_000
"""Characters of one value; `search.query.LONGEST` of a query are looked at."""
MOST_VALUES: Final = 100
"""Values of a parameter that may be repeated."""
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no", "")


class Shape(StrEnum):
    """What a value is, in the words of JSON Schema."""

    TEXT = "string"
    WHOLE = "integer"
    NUMBER = "number"
    FLAG = "boolean"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that can be said about what is wanted."""

    name: str
    meaning: str
    shape: Shape = Shape.TEXT
    aliases: tuple[str, ...] = ()
    many: bool = False
    """Whether it may be given several times, or as a list."""
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    required: bool = False
    placed: bool = False
    """Whether it is a part of the address, not of its query."""

    def schema(self) -> dict[str, Any]:
        """Its values as JSON Schema."""
        one: dict[str, Any] = {"type": self.shape.value}
        if self.choices:
            one["enum"] = list(self.choices)
        if self.least is not None:
            one["minimum"] = self.least
        if self.most is not None:
            one["maximum"] = self.most
        if self.shape is Shape.TEXT and not self.choices:
            one["maxLength"] = LONGEST_VALUE
        return {"type": "array", "items": one, "maxItems": MOST_VALUES} if self.many else one


class Given:
    """Checked parameters; reading one that was not given yields nothing of its kind."""

    def __init__(self, values: Mapping[str, Sequence[Any]]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        """The text given, or ``default``."""
        values = self._values.get(name)
        return str(values[0]) if values else default

    def texts(self, name: str) -> tuple[str, ...]:
        """All texts given, without empty ones."""
        return tuple(str(value) for value in self._values.get(name, ()) if str(value).strip())

    def whole(self, name: str, default: int) -> int:
        """The whole number given, or ``default``."""
        values = self._values.get(name)
        return int(values[0]) if values else default

    def number(self, name: str, default: float) -> float:
        """The number given, or ``default``."""
        values = self._values.get(name)
        return float(values[0]) if values else default

    def flag(self, name: str) -> bool:
        """Whether it was given and is true."""
        values = self._values.get(name)
        return bool(values and values[0])


def checked(given: Mapping[str, Sequence[Any]], table: Sequence[Parameter]) -> Given:
    """The parameters as their table wants them.

    ``given`` maps each name to its values: texts from an address, JSON values from a tool call.

    Raises:
        UsageError: an unknown name, one said twice, or a value of another kind or out of range.
    """
    known = {name: item for item in table for name in (item.name, *item.aliases)}
    values: dict[str, list[Any]] = {}
    for name, said in given.items():
        if name not in known:
            raise UsageError(f"unknown parameter {name[:80]!r}", hint=_nearest(name, known, table))
        item = known[name]
        values.setdefault(item.name, []).extend(_value(item, one) for one in said)
    for item in table:
        _count(item, len(values.get(item.name, ())))
    return Given(values)


def _count(item: Parameter, number: int) -> None:
    if item.required and not number:
        raise UsageError(f"the parameter {item.name!r} is missing", hint=item.meaning)
    if number > (MOST_VALUES if item.many else 1):
        most = f"{MOST_VALUES} times at most" if item.many else "once"
        raise UsageError(f"{item.name!r} was given {number} times", hint=f"give it {most}")


def _nearest(name: str, known: Mapping[str, Parameter], table: Sequence[Parameter]) -> str:
    close = get_close_matches(name, known, 1)
    names = ", ".join(item.name for item in table)
    return f"did you mean {close[0]!r}?" if close else f"known: {names or 'none'}"


def _value(item: Parameter, said: object) -> str | int | float:
    if item.shape is Shape.FLAG:
        return _flag(item, said)
    if item.shape is not Shape.TEXT:
        return _within(item, said)
    if not isinstance(said, str):
        raise UsageError(f"{item.name!r} is {said!r:.80}", hint="give text")
    if len(said) > LONGEST_VALUE:
        raise UsageError(
            f"{item.name!r} has {len(said):,} characters", hint=f"{LONGEST_VALUE:,} at most"
        )
    if item.choices and said not in item.choices:
        raise UsageError(
            f"{item.name!r} is {said[:80]!r}", hint=f"use one of {', '.join(item.choices)}"
        )
    return said


def _flag(item: Parameter, said: object) -> bool:
    word = str(said).lower()
    if word not in _TRUE + _FALSE:
        raise UsageError(f"{item.name!r} is {said!r:.80}", hint="use true or false")
    return word in _TRUE


def _within(item: Parameter, said: object) -> int | float:
    number = _number(said, whole=item.shape is Shape.WHOLE)
    least = item.least if item.least is not None else float("-inf")
    most = item.most if item.most is not None else float("inf")
    if number is None or not least <= number <= most:
        kind = "a whole number" if item.shape is Shape.WHOLE else "a number"
        raise UsageError(
            f"{item.name!r} is {said!r:.80}", hint=f"use {kind} from {least:g} to {most:g}"
        )
    return number


def _number(said: object, *, whole: bool) -> int | float | None:
    if isinstance(said, bool) or not isinstance(said, str | int | float) or len(str(said)) > 30:
        return None
    if whole and isinstance(said, float) and not said.is_integer():
        return None
    try:
        return int(said) if whole else float(said)
    except ValueError:
        return None

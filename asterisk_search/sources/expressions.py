"""Regular expressions from a vault's settings, as far as they can be matched in bounded time."""

import re
import warnings
from dataclasses import dataclass

LONGEST = 512
"""Characters of a path that is matched; no longer path is left out by an expression."""

_MAX_LENGTH = 500
_MOST_WAYS = 1 << 20
_REFUSED = 1 << 40
_NEEDLESS = re.compile(r"^\^?\.\*(?![*+?{])|(?<!\\)\.\*\$?$")
_TOKEN = re.compile(
    r"""(?P<flags>\(\?[aimsu]+\))
      | (?P<open>\((?:\?(?:P<\w+>|<[=!]|[:=!>]))?(?!\?))
      | (?P<close>\))
      | (?P<bar>\|)
      | (?P<repeat>(?:[*+?]|\{(?=[\d,])(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\})[?+]?)
      | (?P<one>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^()\[])""",
    re.DOTALL | re.VERBOSE,
)


def bounded_expression(pattern: str) -> re.Pattern[str] | None:
    """Return the compiled pattern, to be searched in a path, or ``None`` for one not to be used.

    `re` has no time limit, and a pattern that came with a vault must not stop its scan. So the
    ways in which a pattern may try to match a path of the `LONGEST` length are counted
    generously, without a look at the characters: an alternative adds, a sequence multiplies, an
    unbounded repetition of something fixed has `LONGEST` ways. What repeats a group that has
    several ways itself, such as ``(a+)+``, ``(a|a)*`` or ``(.*,){9}``, may take exponential time
    and is refused, and so is a sequence of many repetitions. Harmless patterns of these forms go
    with them. ``.*`` at either end says nothing in a search; it is taken off and costs nothing.
    """
    if len(pattern) > _MAX_LENGTH:
        return None
    pattern = _NEEDLESS.sub("", pattern)
    if _ways(pattern) > _MOST_WAYS:
        return None
    try:
        with warnings.catch_warnings():  # about doubtful sets, which nobody here can change
            warnings.simplefilter("ignore")
            return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


@dataclass(slots=True)
class _Level:
    """Ways of a group so far: of its other alternatives, of this one, and of its last item."""

    others: int = 0
    before: int = 1
    last: int = 1

    def add(self, ways: int) -> None:
        self.before *= self.last
        self.last = ways

    def turn(self) -> None:
        self.others, self.before, self.last = self.total, 1, 1

    @property
    def total(self) -> int:
        return self.others + self.before * self.last


def _ways(pattern: str) -> int:
    levels = [_Level()]
    position = 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            return _REFUSED  # malformed, or a construct that is not known here
        position = token.end()
        if token.lastgroup == "close" and len(levels) == 1:
            return _REFUSED
        _take(levels, token)
    return levels[0].total if len(levels) == 1 else _REFUSED


def _take(levels: list[_Level], token: re.Match[str]) -> None:
    if token["open"]:
        levels.append(_Level())
    elif token["close"]:
        ways = levels.pop().total
        levels[-1].add(ways)
    elif token["bar"]:
        levels[-1].turn()
    elif token["repeat"]:
        levels[-1].last = _repeated(levels[-1].last, *_range(token))
    else:
        levels[-1].add(1)


def _range(token: re.Match[str]) -> tuple[int, int]:
    """Return how often at least and at most; without a bound it is `LONGEST`."""
    sign = token["repeat"][0]
    if sign != "{":
        return (1 if sign == "+" else 0), (1 if sign == "?" else LONGEST)
    least = int(token["least"] or 0)
    if not token["comma"]:
        return least, least
    return least, int(token["most"]) if token["most"] else max(least, LONGEST)


def _repeated(ways: int, least: int, most: int) -> int:
    if most <= 1:
        return ways + 1 - min(least, 1)
    if ways > 1 or most > LONGEST:
        return _REFUSED
    # Two for an exact number: repeated once more, it would multiply the steps of the matcher.
    return max(most - least + 1, 2)

"""Where a string may be cut without breaking what a reader sees as one character.

A reading of Unicode's grapheme rules (UAX 29) that is enough for cutting: marks, joiners, emoji
modifiers, flags, Hangul and line ends stay together. The standard library has no such function,
and the libraries that have one answer a larger question (all boundaries of a text, by tables).
"""

import unicodedata

_REACH = 64
"""How far back a cut moves. Unicode's stream-safe text holds at most 30 marks in a row; a longer
pile of marks is an attack on the reader, not a character, and may be cut."""

_JOINER = "\u200d"


def _extends(char: str) -> bool:
    return (
        unicodedata.category(char).startswith("M")
        or char in "\u200c\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _hangul(before: str, char: str) -> bool:
    leads = "\u1100" <= before <= "\u115f" and (
        "\u1100" <= char <= "\u11ff" or "\uac00" <= char <= "\ud7a3"
    )
    follows = "\u1160" <= char <= "\u11ff" and (
        "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    )
    return leads or follows


def _flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _splits_flag(text: str, index: int) -> bool:
    """Whether ``index`` lies inside a flag, which is a pair of regional indicators."""
    if not _flag(text[index]):
        return False
    first = index
    while first > 0 and _flag(text[first - 1]):
        first -= 1
    return (index - first) % 2 == 1


def _paired(before: str, char: str) -> bool:
    """Line ends, and halves of a surrogate pair that arrived undecoded."""
    return (before == "\r" and char == "\n") or (
        "\ud800" <= before <= "\udbff" and "\udc00" <= char <= "\udfff"
    )


def is_boundary(text: str, index: int) -> bool:
    """Whether ``text`` may be cut before ``index``."""
    if index <= 0 or index >= len(text):
        return True
    before, char = text[index - 1], text[index]
    if before < "\u0300" and char < "\u0300":
        return not _paired(before, char)
    return not (
        _extends(char)
        or before == _JOINER
        or _hangul(before, char)
        or _paired(before, char)
        or _splits_flag(text, index)
    )


def floor(text: str, index: int, start: int = 0) -> int:
    """The last boundary in ``start + 1 .. index``, or the first after ``index`` if there is none.

    Always greater than ``start`` when ``index`` is, so that a loop of cuts makes progress.
    """
    for back in range(index, max(start, index - _REACH), -1):
        if is_boundary(text, back):
            return back
    for ahead in range(index + 1, min(len(text), index + _REACH) + 1):
        if is_boundary(text, ahead):
            return ahead
    return index

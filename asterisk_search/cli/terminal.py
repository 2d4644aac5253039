"""What a terminal can do, and escape sequences for it."""

import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence

import click

_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "Tabby"})
_TERMS = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "wezterm", "contour")


def supports_hyperlinks(environ: Mapping[str, str], terminal: bool) -> bool:
    """Whether OSC 8 hyperlinks will be understood.

    There is no way to ask; terminals that print the escapes as garbage are worse than plain text,
    so only those known to understand them count. ``FORCE_HYPERLINK=1`` or ``0`` decides otherwise.
    """
    forced = environ.get("FORCE_HYPERLINK")
    if forced is not None:
        return forced not in ("", "0")
    if not terminal or environ.get("TERM") == "dumb" or "NO_COLOR" in environ:
        return False
    return (
        environ.get("TERM_PROGRAM") in _PROGRAMS
        or environ.get("TERM", "").startswith(_TERMS)
        or _number(environ.get("VTE_VERSION", "")) >= 5000
        or "KONSOLE_VERSION" in environ
        or "WT_SESSION" in environ
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def colour(environ: Mapping[str, str]) -> bool | None:
    """Whether to colour: never (no-color.org), always, or (``None``) on a terminal only."""
    if environ.get("NO_COLOR"):
        return False
    return True if environ.get("CLICOLOR_FORCE", "0") != "0" else None


def hyperlink(text: str, url: str) -> str:
    """``text`` that opens ``url`` when clicked, where the terminal can do that."""
    if not supports_hyperlinks(os.environ, sys.stdout.isatty()):
        return text
    return f"\033]8;;{url}\033\\{text}\033]8;;\033\\"


def isolated(text: str) -> str:
    """``text`` between isolates (U+2068, U+2069) where it holds right-to-left letters.

    Only for terminals: without them, one Hebrew word turns round the numbers and names beside it
    (Unicode Standard Annex #9, section 2.4).
    """
    if text.isascii() or not sys.stdout.isatty():
        return text
    turns = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
    return f"\u2068{text}\u2069" if turns else text


def highlight(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """``text`` with the given stretches emphasised."""
    pieces, last = [], 0
    for start, end in spans:
        pieces += [text[last:start], click.style(text[start:end], bold=True, fg="yellow")]
        last = end
    return "".join([*pieces, text[last:]])

"""What a terminal can do, and escape sequences for it."""

import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import click

_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "Tabby"})
_TERMS = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "wezterm", "contour")


class Screen(NamedTuple):
    """What text is laid out for."""

    width: int
    links: bool
    """Whether hyperlinks will be understood."""
    isolates: bool = False
    """Whether right-to-left text is to be kept from what is beside it: on a terminal."""


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


def screen() -> Screen:
    """The one that this process writes to."""
    terminal = sys.stdout.isatty()
    links = supports_hyperlinks(os.environ, terminal)
    return Screen(_columns(os.environ), links, isolates=terminal)


def _columns(environ: Mapping[str, str]) -> int:
    """As `shutil.get_terminal_size`, which imports half a dozen ways to compress files."""
    if width := _number(environ.get("COLUMNS", "")):
        return width
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 100
    except (OSError, ValueError):
        return 100


def hyperlink(text: str, url: str) -> str:
    """``text`` that opens ``url`` when clicked."""
    return f"\033]8;;{url}\033\\{text}\033]8;;\033\\"


def isolated(text: str) -> str:
    """``text`` between isolates (U+2068, U+2069) where it holds right-to-left letters.

    For terminals alone: without them, one Hebrew word turns round the numbers and names beside it
    (Unicode Standard Annex #9, section 2.4).
    """
    turns = not text.isascii() and any(
        unicodedata.bidirectional(letter) in ("R", "AL") for letter in text
    )
    return f"\u2068{text}\u2069" if turns else text


def highlight(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """``text`` with the given stretches emphasised."""
    pieces, last = [], 0
    for start, end in spans:
        pieces += [text[last:start], click.style(text[start:end], bold=True, fg="yellow")]
        last = end
    return "".join([*pieces, text[last:]])

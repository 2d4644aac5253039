"""Where sentences end.

Written here rather than borrowed. The well-known library for this (pysbd) knows more special
cases, takes about fifty times as long (measured on notes), and has had no release since 2021.
What chunking and snippets need is smaller: exact offsets, linear time on any input, no exceptions,
and a mistake that costs nothing worse than a passage cut one sentence early.

English is known by its abbreviations; Chinese and Japanese by their full stops, which need no
space after them. A dot without white space behind it (3.14, v2.0.1, example.org, e.g.) never ends
a sentence.
"""

import re

Span = tuple[int, int]
"""``text[start:end]``."""

# Possessive quantifiers and the look-behind keep the search linear on runs of dots or blanks.
_BREAK = re.compile(
    r"""
      (?<![.!?…]) (?P<stop> [.!?…]++ ) ["'”’)\]»*_]*+ (?P<gap> \s++ )
    | [。！？｡]++ [」』”’）]*+ \s*+
    | (?P<line> \n \s*+ )
    """,
    re.VERBOSE,
)

_ABBREVIATIONS = frozenset(
    """
    adj al approx apt assoc bzw ca cf ch d.h dept dr e.g eds eq exp figs gov hon i.e incl jr lt
    mr mrs ms mt mx nos nr op pp prof resp sgt sr st tel univ viz vol vols vs z.b
    """.split()
)
"""Followed by a dot that does not end the sentence, whatever comes next."""

_BEFORE_NUMBERS = frozenset("art col est fig gen max min no p par ref sec".split())
"""Abbreviations in front of a number (``no. 5``), words elsewhere (``I said no. Then …``)."""

_BEFORE = re.compile(r"[\w.]{1,12}\Z")
_MARKER = re.compile(r"(?:[-*+•|>#]|\d{1,3}[.)]\s|\[.\])")
_WRAPPED = 60
"""A line at least this long that stops in mid-sentence was wrapped by an editor."""


def _word_before(text: str, index: int) -> str:
    match = _BEFORE.search(text[max(0, index - 12) : index])
    return match.group() if match else ""


def _abbreviates(text: str, dot: int, following: str) -> bool:
    word = _word_before(text, dot)
    if word.lower() in _ABBREVIATIONS:
        return True
    if following.isdigit() and word.lower() in _BEFORE_NUMBERS:
        return True
    initial = word[-1:].isupper() and (len(word) == 1 or word[-2] == ".")
    return initial and word != "I"


def _numbers_item(text: str, dot: int) -> bool:
    """Whether the dot belongs to a list number at the start of its line: ``3. Stir``."""
    word = _word_before(text, dot)
    start = dot - len(word)
    margin = text[max(0, start - 12) : start].rstrip(" \t>")
    return word.isdigit() and len(word) <= 3 and margin[-1:] in ("", "\n")


def _stops(text: str, match: re.Match[str]) -> bool:
    """Whether a full stop, question mark or exclamation mark ends a sentence."""
    following = text[match.end() : match.end() + 1]
    if following.islower():
        return False
    if match["stop"] != ".":
        return True
    dot = match.start()
    return not (_abbreviates(text, dot, following) or _numbers_item(text, dot))


def _wraps(text: str, newline: int, following: int) -> bool:
    """Whether the line that ends at ``newline`` goes on in the next one."""
    if text[following : following + 1].islower():
        return True
    if _MARKER.match(text, following):
        return False
    recent = text[max(0, newline - _WRAPPED) : newline]
    return len(recent) == _WRAPPED and "\n" not in recent


def _breaks_line(text: str, start: int, end: int) -> bool:
    """Whether the white space ``text[start:end]`` ends a sentence by its line breaks."""
    breaks = text.count("\n", start, end)
    return breaks > 1 or (breaks == 1 and not _wraps(text, text.index("\n", start), end))


def _ends(text: str, match: re.Match[str]) -> bool:
    if match["line"] is not None:
        return _breaks_line(text, match.start(), match.end())
    if match["stop"] is None:
        return True
    return _stops(text, match) or _breaks_line(text, match.start("gap"), match.end())


def sentences(text: str) -> list[Span]:
    """Spans of the sentences of ``text``, in order, without gaps: together they are the text.

    White space behind a sentence belongs to it. An empty text has no sentences. Never raises.
    """
    ends = [match.end() for match in _BREAK.finditer(text) if _ends(text, match)]
    if text and (not ends or ends[-1] < len(text)):
        ends.append(len(text))
    return list(zip([0, *ends], ends, strict=False))


def lines(text: str) -> list[Span]:
    """Spans of the lines of ``text``, each with its line break, in order and without gaps."""
    spans: list[Span] = []
    start = 0
    for line in text.splitlines(keepends=True):
        spans.append((start, start + len(line)))
        start += len(line)
    return spans

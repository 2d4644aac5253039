"""The part of a passage that is worth showing for a query, with the query's words marked.

Matching here is for the eye, not for the index: folded of case and accents, and blind to common
English endings, so that what the keyword index found by its stem is marked as well.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from asterisk_search.text import graphemes
from asterisk_search.text.beginnings import beginning
from asterisk_search.text.folding import MARKS, without_marks
from asterisk_search.text.sentences import Span, sentences
from asterisk_search.text.stopwords import STOP_WORDS

_NARROWEST = 16
"""A narrower snippet shows nothing; a smaller width is taken as this."""

_WORD = re.compile(rf"[\w{MARKS}\u0900-\u0dff\u0e31-\u0e4e\u3099\u309a]++")
"""A word with its marks: decomposed accents, vowels of Hebrew, Arabic, Indic scripts and Thai,
Japanese voicing."""

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]")
"""Scripts that write sentences without spaces: their words are looked for inside others."""

_UNVOICED = r"(?![\u3099\u309a])"
"""か is not half of が."""

_ENDINGS = (
    ("ions", 5, ""),
    ("ings", 3, ""),
    ("ion", 5, ""),
    ("ing", 3, ""),
    ("ies", 2, "i"),
    ("ied", 2, "i"),
    ("ers", 3, ""),
    ("er", 3, ""),
    ("ed", 3, ""),
    ("es", 3, ""),
    ("s", 3, ""),
    ("e", 3, ""),
)
"""Ending, how much must stand before it, what takes its place."""

_REPEATED = 0.2
"""What a further match of the same word adds to a window, where the first adds 1."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A readable line. ``highlights`` are spans of ``text``: in order, none touches the next."""

    text: str
    highlights: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    word: str


def snippet(text: str, words: Sequence[str], width: int = 240) -> Snippet:
    """At most ``width`` characters of ``text``, from where it says most of ``words``.

    White space is collapsed, and an ellipsis stands where the text was cut. Without a match it is
    the beginning. Never raises.
    """
    width = max(width, _NARROWEST)
    parts = [_collapsed(text[start:end]) for start, end in sentences(text)]
    line = "".join(parts).rstrip()
    matches = list(_matches(line, words))
    if len(line) <= width:
        return Snippet(line, _highlights(matches, (0, len(line)), 0))
    starts = list(accumulate((len(part) for part in parts[:-1]), initial=0))
    start, end = _window(line, starts, matches, width - 2)
    before = "…" if start else ""
    after = "…" if end < len(line) else ""
    highlights = _highlights(matches, (start, end), len(before) - start)
    return Snippet(before + line[start:end] + after, highlights)


def without_headings(text: str, said: Sequence[str]) -> str:
    """``text`` without the leading lines that only repeat ``said``: the title and headings that
    are shown above a snippet anyway. All of it if nothing else would be left."""
    known = {heading.strip().casefold() for heading in said}
    rest = text.lstrip()
    line, _, after = rest.partition("\n")
    while after.strip() and line.strip().casefold() in known:
        rest = after.lstrip()
        line, _, after = rest.partition("\n")
    return text if rest.strip().casefold() in known else rest


def _collapsed(sentence: str) -> str:
    words = " ".join(sentence.split())
    return words + " " if words and sentence[-1].isspace() else words


def bare(text: str) -> str:
    """Case and accents removed. Marks that make another letter (が, か) stay."""
    if text.isascii():
        return text.lower()
    return without_marks(unicodedata.normalize("NFKD", text.casefold()))


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """The same for ``election`` and ``elections``, ``planning`` and ``planned``."""
    for ending, least, instead in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= least and not (ending == "s" and rest[-1] in "su"):
            word = rest + instead
            break
    if len(word) > 3 and word[-1] == word[-2]:
        return word[:-1]
    return word[:-1] + "i" if len(word) > 2 and word[-1] == "y" else word


def _matches(line: str, words: Sequence[str]) -> Iterator[_Match]:
    """Where ``line`` says one of ``words``; common ones count only if there are no others."""
    every = {bare(match.group()) for word in words for match in _WORD.finditer(word)} - {""}
    wanted = {word for word in every if word not in STOP_WORDS} or every
    stems = {stem(word) for word in wanted}
    inside = sorted(word for word in wanted if _UNSPACED.search(word))
    if line.isascii():  # no word of such a line is in an unspaced script
        # A stem but for its last letter is what its words begin with.
        for at, word in beginning(line.lower(), {root[:-1] or root for root in stems}):
            root = stem(word)
            if root in stems:
                yield _Match(at, at + len(word), root)
        return
    for match in _WORD.finditer(line):
        root = stem(bare(match.group()))
        if root in stems:
            yield _Match(match.start(), match.end(), root)
        elif inside and _UNSPACED.search(match.group()):
            yield from _inside(line, match, inside)


def _inside(line: str, match: re.Match[str], wanted: Iterable[str]) -> list[_Match]:
    """Words of an unspaced script within a run of it."""
    folded, origins = "", [match.start()]
    for offset, char in enumerate(match.group(), match.start() + 1):
        part = bare(char)
        folded += part
        origins += [offset] * len(part)
    found = [
        _Match(origins[at.start()], _ceiling(line, origins[at.end()]), word)
        for word in wanted
        for at in re.finditer(re.escape(word) + _UNVOICED, folded)
    ]
    return sorted(found, key=lambda one: one.start)


def _ceiling(line: str, index: int) -> int:
    while not graphemes.is_boundary(line, index):
        index += 1
    return index


def _window(line: str, starts: list[int], matches: list[_Match], width: int) -> Span:
    """The best ``width`` characters of a longer line, cut between words where possible."""
    start = _best_start(line, starts, matches, width)
    if len(line) - start < width:  # near the end: show what leads up to it
        earlier = bisect_left(starts, len(line) - width)
        if earlier < len(starts):
            start = min(start, starts[earlier])
    end = start + width
    if end >= len(line):
        return start, len(line)
    space = line.rfind(" ", start + width // 2, end + 1)
    return start, space if space > 0 else graphemes.floor(line, end, start)


def _best_start(line: str, starts: list[int], matches: list[_Match], width: int) -> int:
    """Where the window with most of the words begins; the earliest of equals."""
    best, best_score, score = 0, 0.0, 0.0
    seen: Counter[str] = Counter()
    first = last = 0
    for match in matches:
        start = _start_for(line, starts, match.start, width)
        while last < len(matches) and matches[last].end <= start + width:
            score += _REPEATED if seen[matches[last].word] else 1.0
            seen[matches[last].word] += 1
            last += 1
        while first < last and matches[first].start < start:
            seen[matches[first].word] -= 1
            score -= _REPEATED if seen[matches[first].word] else 1.0
            first += 1
        if score > best_score + 1e-6:
            best, best_score = start, score
    return best


def _start_for(line: str, starts: list[int], at: int, width: int) -> int:
    """Where a window that shows the match at ``at`` begins: at its sentence, if that is near."""
    sentence = starts[bisect_right(starts, at) - 1]
    if at - sentence <= width // 2:
        return sentence
    space = line.find(" ", at - width // 4, at)
    return space + 1 if space >= 0 else graphemes.floor(line, at - width // 4, sentence)


def _highlights(matches: Iterable[_Match], window: Span, shift: int) -> tuple[Span, ...]:
    """Spans of the matches within the window, moved by ``shift``, joined where they touch."""
    joined: list[Span] = []
    for match in matches:
        if match.start < window[0] or match.end > window[1]:
            continue
        start, end = match.start + shift, match.end + shift
        if joined and start <= joined[-1][1]:
            start, end = joined[-1][0], max(end, joined[-1][1])
            joined.pop()
        joined.append((start, end))
    return tuple(joined)

"""What saved films and repositories say: descriptions, subtitles, a README."""

import re
from collections import defaultdict
from typing import Final

from asterisk_search.records import BlockKind
from asterisk_search.sources.archivebox.outputs import MEDIA, Outputs
from asterisk_search.text.encodings import decode_written
from asterisk_search.text.markdown import read_markdown
from asterisk_search.text.pages import PageBlock

TRANSCRIPT: Final = "Transcript"
_DESCRIPTION: Final = "Description"
_README: Final = "README"
_MOST: Final = 500_000
_TIMES = re.compile(r"^\s*(?:\d+:)?\d+:\d+[.,]\d+\s+-->.*$")
_MARKS = re.compile(r"<[^>\n]{0,200}>|\{\\[^}\n]{0,200}\}")
_LANGUAGE = re.compile(rb"\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.(?:srt|vtt)$")
_SENTENCE: Final = 600


def media_blocks(outputs: Outputs) -> list[PageBlock]:
    """Blocks to put behind the text of the page, each part under a heading of its own."""
    blocks: list[PageBlock] = []
    for name in outputs.listed(MEDIA, (".description",)):
        blocks += _part(_DESCRIPTION, [decode_written(outputs.read(name))])
    for name in _one_a_language(outputs.listed(MEDIA, (".srt", ".vtt"))):
        blocks += _part(TRANSCRIPT, cues(decode_written(outputs.read(name))[:_MOST]))
    for name in outputs.listed(_repositories(outputs), ("readme.md",)):
        blocks += _part(_README, [read_markdown(decode_written(outputs.read(name))[:_MOST]).body])
    return blocks


def cues(text: str) -> list[str]:
    """The words of subtitles in paragraphs, without numbers, times, marks and repetitions.

    Subtitles made by a machine say each line two or three times, as it moves up the screen.
    """
    paragraphs: list[str] = []
    current: list[str] = []
    last = ""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        line = " ".join(_MARKS.sub("", line).split())
        follows = lines[number + 1] if number + 1 < len(lines) else ""
        if not line or line == last or _TIMES.match(line) or _is_mark(line, follows):
            continue
        current.append(line)
        last = line
        if sum(map(len, current)) > _SENTENCE:
            paragraphs.append(" ".join(current))
            current = []
    return [*paragraphs, " ".join(current)]


def _is_mark(line: str, follows: str) -> bool:
    """Whether a line is the number or name of a cue, or the head of the file."""
    head = line.startswith(("WEBVTT", "Kind:", "Language:", "NOTE ", "STYLE"))
    return head or _TIMES.match(follows) is not None


def _part(heading: str, paragraphs: list[str]) -> list[PageBlock]:
    texts = [text.strip()[:_MOST] for text in paragraphs if text.strip()]
    if not texts:
        return []
    head = (BlockKind.HEADING, heading)
    return [
        PageBlock(kind, text, (heading,), main=True, aside=False, linked=False, run=0)
        for kind, text in [head, *((BlockKind.PROSE, text) for text in texts)]
    ]


def _one_a_language(names: list[bytes]) -> list[bytes]:
    by_language: dict[bytes, list[bytes]] = defaultdict(list)
    for name in names:
        match = _LANGUAGE.search(name)
        by_language[match[1].lower().split(b"-")[0] if match else b""].append(name)
    # Of a language's own subtitles and those of a country, its own have the shorter name.
    return [min(found, key=len) for found in by_language.values()]


def _repositories(outputs: Outputs) -> tuple[str, ...]:
    return tuple(
        name.decode("utf-8", "surrogateescape") for name in outputs.listed(("git",), ("",))
    )

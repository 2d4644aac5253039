"""What generated notes are about: topics with sections, from pair files or from nothing.

A pair file is JSON lines, xz-compressed, with ``a`` (a title, ``title > heading``, a question or a
first half) and ``b`` (the passage). Topics with one section only are pooled with others of their
file, as people pool small things in one note.
"""

import json
import lzma
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LONGEST_HEADING = 90
_SHORTEST_TEXT = 80
_SYLLABLES = (
    "ba be bo da den do el fa fi ga gor ha in ka ke la lem li ma mer mi na no or pa per ra ri sa "
    "sen si so ta tel ti tor u va ven vi wa zo".split()
)
_COMMON = (
    "the of and to in is it that was for on are as with his they at be this from have or by one "
    "had not but what all were when we there can an your which their said if do will each about "
    "how up out them then she many some so these would other into has more two like him see time "
    "could no make than first been its who now people my made over did down only way find use may "
    "water long little very after words called just where most know".split()
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, which may be empty, and a text."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A title, the area it belongs to, and what there is to say."""

    title: str
    area: str
    sections: tuple[Section, ...]


def read_topics(folder: Path) -> list[Topic]:
    """The topics of all pair files of a folder, in a fixed order.

    Raises:
        FileNotFoundError: there is no pair file.
    """
    files = sorted(folder.glob("*.jsonl.xz"))
    if not files:
        raise FileNotFoundError(f"no *.jsonl.xz in {folder}")
    return [topic for file in files for topic in _topics_of(file)]


def _topics_of(file: Path) -> Iterator[Topic]:
    area = file.name.removesuffix(".jsonl.xz")
    grouped: dict[str, list[Section]] = {}
    for title, section in _pairs(file):
        grouped.setdefault(title, []).append(section)
    for title, sections in grouped.items():
        yield Topic(title, area, tuple(sections))


def _pairs(file: Path) -> Iterator[tuple[str, Section]]:
    with lzma.open(file, "rt", encoding="utf-8") as rows:
        for row in rows:
            pair = json.loads(row)
            said, text = str(pair["a"]).strip(), str(pair["b"]).strip()
            if len(text) < _SHORTEST_TEXT:
                continue
            if len(said) > _LONGEST_HEADING:
                words = said.split()
                yield " ".join(words[:6]), Section("", f"{said}\n\n{text}")
            else:
                title, _, heading = said.partition(" > ")
                yield title, Section(heading.rpartition(" > ")[2], text)


def invent_topics(count: int, seed: int) -> list[Topic]:
    """``count`` topics of made-up words. Topics of one area share words, so that there is
    something for a search to tell apart."""
    chance = random.Random(seed)
    areas = [[_word(chance) for _ in range(120)] for _ in range(max(4, count // 200))]
    return [_invent(chance, number, areas) for number in range(count)]


def _invent(chance: random.Random, number: int, areas: list[list[str]]) -> Topic:
    place = chance.randrange(len(areas))
    own = [_word(chance) for _ in range(12)] + chance.sample(areas[place], 25)
    title = " ".join(chance.sample(own, 2)).capitalize()
    sections = tuple(
        Section(chance.choice(own).capitalize(), _paragraph(chance, own))
        for _ in range(chance.randint(1, 6))
    )
    return Topic(f"{title} {number}", f"area {areas[place][0]}", sections)


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4)))


def _paragraph(chance: random.Random, own: list[str]) -> str:
    return " ".join(_sentence(chance, own) for _ in range(chance.randint(3, 9)))


def _sentence(chance: random.Random, own: list[str]) -> str:
    length = chance.randint(6, 18)
    words = [chance.choice(_COMMON if chance.random() < 0.6 else own) for _ in range(length)]
    return " ".join(words).capitalize() + "."

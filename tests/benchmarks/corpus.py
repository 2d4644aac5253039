"""Write a vault of any size for the benchmarks; the same seed writes the same vault.

    python -m tests.benchmarks.corpus OUT --notes 10000 [--pairs DIR] [--seed 1]

With ``--pairs`` the notes are made of real texts from a folder of pair files (see `topics`), which
are used again in other company when there are fewer of them than asked for. Without, they are made
of invented words, so that the benchmarks run anywhere; speeds are comparable, quality is not.
"""

import argparse
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tests.benchmarks.topics import Section, Topic, invent_topics, read_topics

MEDIAN, SPREAD = 2_000, 0.9
SMALLEST, LARGEST = 300, 20_000
FIRST_DAY = date(2022, 1, 1)
DAYS = 1_500
_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|#^[]\n\t\r', " "))


@dataclass(frozen=True, slots=True)
class Note:
    """A note before it is written."""

    name: str
    folder: str
    area: str
    sections: tuple[Section, ...]


def write_vault(out: Path, topics: list[Topic], count: int, seed: int) -> int:
    """Write ``count`` notes to the empty or new folder ``out``; the number of bytes written.

    Raises:
        FileExistsError: ``out`` is not empty.
    """
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty")
    chance = random.Random(seed)
    notes = _notes(chance, topics, count)
    (out / ".obsidian").mkdir(parents=True, exist_ok=True)
    (out / ".obsidian" / "app.json").write_text("{}\n", "utf-8")
    for folder in sorted({note.folder for note in notes}):
        (out / folder).mkdir(parents=True, exist_ok=True)
    return sum(_write(out, chance, notes, place) for place in range(count))


def _write(out: Path, chance: random.Random, notes: list[Note], place: int) -> int:
    note = notes[place]
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    content = _render(chance, note, day, _neighbours(chance, notes, place)).encode("utf-8")
    path = out / note.folder / f"{note.name}.md"
    path.write_bytes(content)
    saved = (day - date(1970, 1, 1)).days * 86_400 + chance.randrange(86_400)
    os.utime(path, (saved, saved))
    return len(content)


def _notes(chance: random.Random, topics: list[Topic], count: int) -> list[Note]:
    notes: list[Note] = []
    taken: set[str] = set()
    supply = _supply(chance, topics)
    while len(notes) < count:
        size = min(max(chance.lognormvariate(0, SPREAD) * MEDIAN, SMALLEST), LARGEST)
        first = next(supply)
        sections = list(first.sections)
        while (said := sum(len(section.text) for section in sections)) < size * 0.75:
            topic = next(supply)
            if topic.area != first.area and said >= SMALLEST:
                break
            sections += [Section(topic.title, topic.sections[0].text), *topic.sections[1:]]
        name = _free_name(first.title, taken)
        notes.append(Note(name, _folder(chance, first), first.area, tuple(_cut(sections, size))))
    return notes


def _supply(chance: random.Random, topics: list[Topic]) -> Iterator[Topic]:
    """All topics over and over, in runs of one area, each round in another order."""
    while True:
        runs: dict[str, list[Topic]] = {}
        for topic in chance.sample(topics, len(topics)):
            runs.setdefault(topic.area, []).append(topic)
        pieces = [run[at : at + 40] for run in runs.values() for at in range(0, len(run), 40)]
        chance.shuffle(pieces)
        yield from (topic for piece in pieces for topic in piece)


def _cut(sections: list[Section], size: float) -> Iterator[Section]:
    left = size
    for section in sections:
        if left <= 0:
            return
        end = len(section.text)
        if end > left * 1.5:
            end = section.text.find(" ", int(left))
        yield Section(section.heading, section.text[: end if end > 0 else None])
        left -= len(section.text)


def _free_name(title: str, taken: set[str]) -> str:
    base = " ".join(title.translate(_FORBIDDEN).split()).strip(". ")[:80].strip() or "Untitled"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base} {number}"
    taken.add(name.casefold())
    return name


def _folder(chance: random.Random, topic: Topic) -> str:
    area = topic.area.replace("_", " ").capitalize()
    if chance.random() < 0.1:
        return "Inbox"
    return f"{area}/{chance.randint(1, 24):02}" if chance.random() < 0.8 else area


def _neighbours(chance: random.Random, notes: list[Note], place: int) -> list[str]:
    """Names of notes to link to, mostly near ones, since those share an area; some unwritten."""
    count = min(int(chance.expovariate(0.5)), 8)
    near = [min(max(place + chance.randint(-30, 30), 0), len(notes) - 1) for _ in range(count)]
    names = [notes[other].name for other in near if other != place]
    return [*names, "Not written yet"] if chance.random() < 0.05 else names


def _render(chance: random.Random, note: Note, day: date, links: list[str]) -> str:
    lines = list(_frontmatter(chance, note, day)) if chance.random() < 0.7 else []
    if chance.random() < 0.3:
        lines += [f"# {note.name}", ""]
    for section in note.sections:
        if section.heading:
            lines += [f"## {section.heading}", ""]
        lines += [*_text(chance, section.text), ""]
        if links and chance.random() < 0.5:
            lines += [f"See [[{links.pop()}]].", ""]
    lines += [f"- [[{name}]]" for name in links]
    if chance.random() < 0.1:
        lines += ["", f"#{_tag(note.area)}/loose"]
    return "\n".join(lines).strip() + "\n"


def _frontmatter(chance: random.Random, note: Note, day: date) -> Iterator[str]:
    yield "---"
    tags = [_tag(note.area), f"{_tag(note.area)}/{chance.randint(1, 30)}"]
    yield f"tags: [{', '.join(chance.sample(tags, chance.randint(1, 2)))}]"
    if chance.random() < 0.5:
        yield f"created: {day.isoformat()}"
    if chance.random() < 0.1:
        yield f"aliases: ['{note.name.split()[0].replace(chr(39), '')} {chance.randint(1, 999)}']"
    yield "---"


def _text(chance: random.Random, text: str) -> list[str]:
    """The text as a paragraph, a list, tasks or a quotation."""
    form = chance.random()
    if form < 0.8 or "\n" in text:
        return [text]
    parts = text.split(". ")
    if form < 0.9:
        return [f"- {part}" for part in parts]
    if form < 0.95:
        return [f"- [{chance.choice(' x')}] {part}" for part in parts]
    return [f"> {part}" for part in parts]


def _tag(area: str) -> str:
    return area.replace("_", "-").replace(" ", "-")


def main(arguments: list[str] | None = None) -> None:
    """Write the vault that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path, help="new or empty folder")
    parser.add_argument("--notes", type=int, default=1_000)
    parser.add_argument("--pairs", type=Path, help="folder of *.jsonl.xz; default: invented words")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    topics = (
        read_topics(asked.pairs)
        if asked.pairs
        else invent_topics(max(200, asked.notes * 3), asked.seed)
    )
    size = write_vault(asked.out, topics, asked.notes, asked.seed)
    sys.stdout.write(f"{asked.notes} notes, {size / 1e6:.1f} MB in {asked.out}\n")


if __name__ == "__main__":
    main()

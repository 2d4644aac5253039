"""A source in memory: a dictionary of paths and texts that behaves like a folder."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from asterisk_search.errors import EntrySkipped, SourceMissing
from asterisk_search.records import (
    Block,
    BlockKind,
    Document,
    Entry,
    Kind,
    Skip,
    SkipReason,
    Stamp,
)


@dataclass
class FakeFile:
    text: str
    inode: int
    mtime_ns: int = 1_700_000_000_000_000_000
    unreadable: str = ""


@dataclass
class FakeSource:
    """Every write moves the clock by a second, as a patient writer would."""

    name: str = "fake"
    root: Path = Path("/nowhere")
    version: str = "1"
    files: dict[str, FakeFile] = field(default_factory=dict)
    missing: bool = False
    blind: tuple[str, ...] = ()
    left_out: set[str] = field(default_factory=set)
    interrupt_after: int = 10**9
    reads: list[str] = field(default_factory=list)
    parsed: list[str] = field(default_factory=list)
    _inodes: int = 0
    _clock: int = 1_700_000_000

    def write(self, path: str, text: str) -> None:
        self._inodes += 1
        self._clock += 1
        self.files[path] = FakeFile(text, self._inodes, self._clock * 1_000_000_000)

    def move(self, old: str, new: str) -> None:
        self.files[new] = self.files.pop(old)

    def exists(self, ref: bytes) -> bool:
        return ref.decode() in self.files

    def scan(self) -> Iterator[Entry | Skip]:
        if self.missing:
            raise SourceMissing(f"{self.root} is missing")
        for folder in self.blind:
            yield Skip(folder.encode(), folder, SkipReason.UNREADABLE, "permission denied")
        for path, file in self.files.items():
            unseen = path.startswith(tuple(f"{folder}/" for folder in self.blind))
            if not unseen and path not in self.left_out:
                stamp = Stamp(len(file.text), file.mtime_ns, file.mtime_ns, file.inode)
                yield Entry(path.encode(), path, Kind.NOTE, stamp)

    def read(self, entry: Entry, known: bytes | None = None) -> Document | None:
        self.reads.append(entry.path)
        file = self.files.get(entry.path)
        if file is None:
            raise EntrySkipped(SkipReason.VANISHED)
        if file.unreadable:
            raise EntrySkipped(file.unreadable, "told so")
        digest = hashlib.sha256(file.text.encode()).digest()
        if digest == known:
            return None
        if len(self.parsed) >= self.interrupt_after:
            raise KeyboardInterrupt
        self.parsed.append(entry.path)
        return document(entry, digest, file.text)


def document(entry: Entry, digest: bytes, text: str) -> Document:
    """Paragraphs become blocks; words that begin with ``#`` become tags."""
    blocks, at = [], 0
    for number, paragraph in enumerate(text.split("\n\n")):
        if paragraph.strip():
            end = at + len(paragraph)
            blocks.append(Block(at, end, number + 1, number + 1, BlockKind.PROSE, ()))
        at += len(paragraph) + 2
    return Document(
        entry=entry,
        digest=digest,
        title=entry.path.rpartition("/")[2].removesuffix(".md"),
        body=text,
        blocks=tuple(blocks),
        tags=tuple(
            dict.fromkeys(word[1:] for word in text.split() if word[:1] == "#" and word[1:])
        ),
        modified=entry.stamp.modified,
    )

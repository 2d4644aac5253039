"""Random changes to a vault under a daemon that is killed now and then, and the quiet after."""

import random
import shutil
import time
from pathlib import Path

from tests.catalogs import contents
from tests.daemon.daemons import Daemon, eventually

WORDS = (
    "harbour zeppelin quince raft candidate majority kiln glaze sourdough frost seedling "
    "lighthouse astrolabe sextant ferry dawn election ledger umbrella trawler herring semaphore"
).split()


class Chaos:
    """Changes chosen by one seed; the same seed makes the same changes."""

    def __init__(self, vault: Path, daemon: Daemon, seed: int) -> None:
        self.vault, self.daemon = vault, daemon
        self.chance = random.Random(seed)
        self.kills = 0

    def text(self) -> str:
        lines = [
            " ".join(self.chance.choices(WORDS, k=12)) for _ in range(self.chance.randint(1, 6))
        ]
        return f"# {self.chance.choice(WORDS)}\n\n" + "\n\n".join(lines) + "\n"

    def notes(self) -> list[Path]:
        return sorted(path for path in self.vault.rglob("*.md") if path.is_file())

    def place(self) -> Path:
        folder = self.vault.joinpath(*self.chance.choices("ABC", k=self.chance.randint(0, 2)))
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.chance.choice(WORDS)} {self.chance.randrange(30)}.md"

    def step(self) -> None:
        """One change, of the vault or of the daemon."""
        actions = [
            (self.create, 8), (self.edit, 8), (self.save_atomically, 6), (self.rename, 5),
            (self.swap, 3), (self.delete, 3), (self.move_folder, 1), (self.damage, 1),
            (self.rules, 1), (self.kill, 1),
        ]  # fmt: skip
        kinds, weights = zip(*actions, strict=True)
        self.chance.choices(kinds, weights)[0]()

    def create(self) -> None:
        self.place().write_text(self.text())

    def edit(self) -> None:
        with self.chance.choice(self.notes()).open("a") as note:
            note.write(f"\n{self.text()}")

    def save_atomically(self) -> None:
        note, text = self.chance.choice(self.notes()), self.text()
        temporary = note.with_name(note.name + ".tmp")
        temporary.write_text(text)
        temporary.replace(note)

    def rename(self) -> None:
        self.chance.choice(self.notes()).replace(self.place())

    def swap(self) -> None:
        one, other = self.chance.sample(self.notes(), 2)
        between = one.with_name("between.md")
        one.replace(between)
        other.replace(one)
        between.replace(other)

    def delete(self) -> None:
        notes = self.notes()
        if len(notes) > 30:
            self.chance.choice(notes).unlink()

    def move_folder(self) -> None:
        folders = sorted(path for path in self.vault.rglob("*") if path.is_dir())
        if folders:
            folder, number = self.chance.choice(folders), self.chance.randrange(1000)
            target = self.vault / f"Moved {number}"
            if not target.exists() and folder.parts[-1] != target.name:
                shutil.move(folder, target)

    def damage(self) -> None:
        self.chance.choice(self.notes()).write_bytes(b"\0" * 200)

    def rules(self) -> None:
        word = self.chance.choice(WORDS)
        (self.vault / ".asteriskignore").write_text(f"{word} 1*.md\n")

    def kill(self) -> None:
        self.kills += 1
        self.daemon.kill()
        self.daemon.start()


def run(folder: Path, seed: int, steps: int, pause: float) -> int:
    """So many changes; then the catalog must be that of an index made anew.

    Gives the number of kills among them.
    """
    vault = folder / "vault"
    vault.mkdir()
    daemon = Daemon(folder / "daemon")
    try:
        chaos = Chaos(vault, daemon, seed)
        for _ in range(40):
            chaos.create()
        daemon.index(vault)
        daemon.start()
        for _ in range(steps):
            chaos.step()
            time.sleep(chaos.chance.random() * pause)
        same_as_anew(daemon, vault, folder)
        return chaos.kills
    finally:
        daemon.close()


def same_as_anew(daemon: Daemon, vault: Path, folder: Path) -> None:
    fresh = Daemon(folder / "fresh")
    fresh.index(vault)
    wanted = contents(fresh.data / "catalog.sqlite3")
    catalog = daemon.data / "catalog.sqlite3"
    eventually(lambda: daemon.quiet() and contents(catalog) == wanted)
    assert len(wanted["documents"]) > 20 and not wanted["pending"]

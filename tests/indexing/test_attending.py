"""Small changes that go first while much is being indexed leave what a fresh index would hold."""

import random
from contextlib import closing
from pathlib import Path

import pytest

from asterisk_search.config import Settings
from asterisk_search.indexing.progress import Silent
from asterisk_search.library.attending import Attending
from asterisk_search.service.attention import Attentive, Requests
from tests.catalogs import contents
from tests.sources.vaults import write

FOLDERS, NUMBERS = "ABC", range(14)


def text(chance: random.Random) -> str:
    """Of few, so that contents recur and files seem to have moved."""
    return f"Entry {chance.randrange(25)} tells of rain.\n\nMore of it."


class Restless(Attentive):
    """A user who goes on working while the catalog is filled."""

    def __init__(self, vault: Path, library: Attending, chance: random.Random) -> None:
        super().__init__(Requests(), library.attend)
        self.vault, self.library, self.chance = vault, library, chance
        self.touched: set[bytes] = set()

    def advance(self, amount: int) -> None:
        if self.chance.random() < 0.3:
            refs = self.change()
            self.touched |= refs
            if self._phase != "scan":
                self._attended.add(("vault", frozenset(refs)))
                self.library.attend("vault", refs)

    def change(self) -> set[bytes]:
        """One change of the vault; the refs of which a watcher would tell."""
        notes = sorted(self.vault.rglob("*.md"))
        path = self.chance.choice(notes)
        target = self.vault / self.chance.choice(FOLDERS) / f"{self.chance.choice(NUMBERS)}.md"
        action = self.chance.choice(["edit", "create", "delete", "move", "undo"])
        if action == "edit":
            path.write_text(text(self.chance))
        elif action == "create":
            target.write_text(text(self.chance))
        elif action == "delete" and len(notes) > 30:
            path.unlink()
        elif action == "move":
            path.replace(target)
        elif action == "undo":
            before = path.read_bytes()
            path.write_text("for a moment")
            self.library.attend("vault", [path.relative_to(self.vault).as_posix().encode()])
            path.write_bytes(before)
        return {p.relative_to(self.vault).as_posix().encode() for p in (path, target)}


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    chance = random.Random(1)
    notes: dict[str, str | bytes] = {
        f"{folder}/{n}.md": text(chance) for folder in FOLDERS for n in NUMBERS
    }
    return write(tmp_path / "vault", notes)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_meanwhile_the_end_is_that_of_a_fresh_index(
    vault: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    settings = Settings(data_dir=str(tmp_path / "data"))
    with closing(Attending(settings)) as library:
        library.register([str(vault)])
        if seed % 2:
            library.update(None, Silent())
            for path in sorted(vault.rglob("*.md"))[::2]:
                path.replace(path.with_name(f"{chance.choice(NUMBERS)}.md"))
        restless = Restless(vault, library, chance)
        library.update(None, restless)
        assert library.attend("vault", restless.touched) is None, "no update is under way"
        library.follow("vault", restless.touched, Silent())
    fresh = Settings(data_dir=str(tmp_path / "fresh"))
    with closing(Attending(fresh)) as library:
        library.register([str(vault)])
        library.update(None, Silent())
    found, wanted = (contents(tmp_path / name / "catalog.sqlite3") for name in ("data", "fresh"))
    assert found == wanted

"""Looking at some paths alone finds there what a scan finds there."""

import os
from pathlib import Path

import pytest

from asterisk_search.errors import SourceMissing
from asterisk_search.protocols import Concern
from asterisk_search.records import Entry, Skip
from asterisk_search.sources.obsidian import ObsidianSource
from tests.sources.nobody import folder_for_all, lines_of_nobody
from tests.sources.vaults import configure, write

TREE: dict[str, str | bytes] = {
    "a.md": "one", "b.MD": "two", "photo.png": "", "empty/.keep": "",
    "Sub/deep/c.md": "three", "Sub/deep/.d.md.icloud": "", "Sub/deeper/e.canvas": "{}",
    "Drafts/f.md": "left out", "node_modules/g.md": "", ".trash/h.md": "", "Folder.md/i.md": "four",
    "~$a.md": "", "a.md.tmp": "", ".asteriskignore": "secret*\n", "secret.md": "no",
    "Sub/secret/j.md": "no",
}  # fmt: skip


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    root = write(tmp_path / "vault", TREE)
    configure(root, app={"userIgnoreFilters": ["Drafts/"]})
    (root / "Sub" / "nowhere.md").symlink_to("missing.md")
    os.mkfifo(root / "pipe.md")
    return root


def below(items: list[Entry | Skip], ref: bytes) -> set[Entry | Skip]:
    return {item for item in items if item.ref == ref or item.ref.startswith(ref + b"/")}


def test_every_path_looked_at_alone_is_what_the_scan_says_of_it(vault: Path) -> None:
    source = ObsidianSource("v", vault)
    every = list(source.scan())
    refs = {os.fsencode(path.relative_to(vault)) for path in vault.rglob("*")}
    for ref in refs | {b"gone.md", b"gone/gone.md", b"a.md/below a file.md"}:
        found = source.look([ref])
        assert found is not None
        placeholder = ref.replace(b".d.md.icloud", b"d.md")
        assert set(found) == below(every, placeholder), ref
    assert set(source.look(refs) or ()) == set(every)


def test_what_lies_behind_a_link_to_a_folder_is_left_to_a_scan(vault: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"k.md": "five"})
    (vault / "Link").symlink_to(tmp_path / "elsewhere")
    source = ObsidianSource("v", vault)
    assert source.look([b"Link"]) is None
    assert source.look([b"Link/k.md"]) is None
    assert source.look([b"a.md"]) is not None


def test_a_folder_that_may_not_be_seen_into_is_reported_not_taken_for_empty() -> None:
    imports = "from asterisk_search.sources.obsidian import ObsidianSource\n"
    program = """
for item in ObsidianSource("v", Path(sys.argv[1])).look([b"Sub/deep/c.md"]):
    print(type(item).__name__, item.path, item.reason)
"""
    with folder_for_all() as folder:
        root = write(folder, TREE)
        (root / "Sub" / "deep").chmod(0)
        try:
            said = lines_of_nobody(imports, program, root)
        finally:
            (root / "Sub" / "deep").chmod(0o755)
    assert said == ["Skip Sub/deep unreadable"]


def test_a_missing_or_empty_root_is_an_error_as_for_a_scan(tmp_path: Path) -> None:
    for root in (tmp_path / "missing", tmp_path):
        with pytest.raises(SourceMissing):
            ObsidianSource("v", root).look([b"a.md"])


@pytest.mark.parametrize(
    ("ref", "concern"),
    [
        (b"a.md", Concern.ENTRY),
        (b"Sub", Concern.ENTRY),
        (b"Sub/.d.md.icloud", Concern.ENTRY),
        (b".asteriskignore", Concern.EVERYTHING),
        (b".obsidian/app.json", Concern.EVERYTHING),
        (b".renamed/daily-notes.json", Concern.EVERYTHING),
        (b".obsidian/workspace.json", Concern.NOTHING),
        (b"Sub/.asteriskignore", Concern.NOTHING),
        (b".git/index", Concern.NOTHING),
        (b"a.md.tmp", Concern.NOTHING),
        (b"node_modules/p/readme.md", Concern.NOTHING),
    ],
    ids=repr,
)
def test_how_far_a_change_reaches(ref: bytes, concern: Concern) -> None:
    assert ObsidianSource("v", Path("/nowhere")).concerns(ref) is concern

"""Which rule leaves a file out, in words; and that the words agree with the scan."""

import json
from pathlib import Path

import pytest

from asterisk_search.records import Entry
from asterisk_search.sources.obsidian import ObsidianSource
from asterisk_search.sources.rules import Rulebook

FILES = [
    "Note.md", "Drafts/One.md", "Drafts/keep.md", "Old/Two.md", "Old/deep/Three.md",
    "Secret/Four.md", ".hidden/Five.md", "node_modules/Six.md", "Seven.tmp", "Eight.txt",
    "big.md", "Code/x.private.md",
]  # fmt: skip
EXPECTED = {
    "Note.md": "",
    "Drafts/One.md": "excluded by line 2 of .asteriskignore: 'Drafts/*'",
    "Drafts/keep.md": "",
    "Old/Two.md": "'Old': excluded by --exclude 'Old/'",
    "Old/deep/Three.md": "'Old': excluded by --exclude 'Old/'",
    "Secret/Four.md": "'Secret': excluded by Obsidian's own list of excluded files: 'Secret/'",
    ".hidden/Five.md": "'.hidden': names that begin with a dot are never read",
    "node_modules/Six.md": "'node_modules': folders named node_modules are never read",
    "Seven.tmp": "temporary files of editors are never read",
    "Code/x.private.md": "excluded by --exclude '*.private.md'",
}


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("rules")
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("text" * (1000 if name == "big.md" else 1))
    (root / ".asteriskignore").write_text("# what is not ready\nDrafts/*\n!Drafts/keep.md\n")
    (root / ".obsidian").mkdir()
    (root / ".obsidian" / "app.json").write_text(json.dumps({"userIgnoreFilters": ["Secret/"]}))
    return root


@pytest.fixture
def rules(vault: Path) -> Rulebook:
    return Rulebook(vault, ("Old/", "*.private.md"), max_bytes=100)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_rule_is_named(rules: Rulebook, name: str) -> None:
    assert rules.verdict(name.encode()) == EXPECTED[name]


def test_kind_and_size_are_rules_too(rules: Rulebook) -> None:
    assert ".md" in rules.verdict(b"Eight.xyz")
    assert "--type files" not in rules.verdict(b"Eight.xyz")
    assert "--type files" in rules.verdict(b"Eight.txt")
    assert "max_file_mb" in rules.verdict(b"big.md")


def test_the_rules_agree_with_the_scan(vault: Path, rules: Rulebook) -> None:
    source = ObsidianSource("vault", vault, rules.exclude)
    scanned = {item.ref.decode() for item in source.scan() if isinstance(item, Entry)}
    allowed = {name for name in FILES if not rules.verdict(name.encode())}
    assert scanned - {"big.md"} == allowed

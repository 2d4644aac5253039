import json
import lzma
from pathlib import Path

import pytest

from tests.benchmarks.corpus import main


def contents(vault: Path) -> dict[str, str]:
    return {str(p.relative_to(vault)): p.read_text("utf-8") for p in vault.rglob("*.md")}


def test_the_same_seed_writes_the_same_vault(tmp_path: Path) -> None:
    for name, seed in (("one", "1"), ("again", "1"), ("other", "2")):
        main([str(tmp_path / name), "--notes", "40", "--seed", seed])
    one = contents(tmp_path / "one")
    assert len(one) == 40
    assert one == contents(tmp_path / "again")
    assert one != contents(tmp_path / "other")
    assert any("[[" in text for text in one.values())
    assert any(text.startswith("---\ntags: [") for text in one.values())


def test_pairs_become_notes_and_are_used_again_when_they_run_out(tmp_path: Path) -> None:
    rows = [{"a": f"Owls > part {n}", "b": f"Owls hear, says part {n}. " * 9} for n in range(3)]
    rows += [{"a": "What do owls eat?", "b": "Mice, mostly, and voles. " * 20}]
    with lzma.open(tmp_path / "birds.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    main([str(tmp_path / "vault"), "--notes", "12", "--pairs", str(tmp_path)])
    written = contents(tmp_path / "vault")
    assert len(written) == 12
    assert any("## part 2" in text for text in written.values())
    assert "Birds" in {path.split("/")[0] for path in written}


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine", "utf-8")
    with pytest.raises(FileExistsError):
        main([str(tmp_path), "--notes", "1"])

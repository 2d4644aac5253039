"""`similar` and `get` as they are typed; the model is the real one."""

import io
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

RAFT = "---\ntags: [consensus]\ndate: 2024-03-02\n---\n# Leader election\n"


@pytest.fixture
def indexed(shell: Shell, vault: Path) -> Path:
    (vault / "Rolls.md").write_text(
        "Small breads of the same dough, baked in a very hot oven with steam.\n"
    )
    assert shell("index", vault, "-q").code == 0
    return vault


def test_similar_names_the_notes_that_say_the_same(shell: Shell, indexed: Path) -> None:
    typed = shell("similar", "Sourdough", "--json", "-n", "1")
    assert [row["title"] for row in typed.json["results"]] == ["Rolls"]
    assert typed.json["of"]["path"] == "Cooking/Sourdough.md"
    assert typed.json["index"]["documents"] == 3
    shown = shell("similar", "Sourdough")
    assert "Rolls" in shown.out.splitlines()[0]
    assert "similar ·" in shown.err


def test_similar_compares_a_text_from_standard_input(
    shell: Shell, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Servers vote for who leads them."))
    assert "Raft.md" in shell("similar", "-", "--jsonl").out.splitlines()[0]
    monkeypatch.setattr("sys.stdin", io.StringIO("  \n"))
    assert shell("similar", "-").code == 2


def test_similar_to_a_note_needs_no_model(
    shell: Shell, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASTERISK_SEARCH_MODEL_PATH", str(indexed))
    assert shell("similar", "Sourdough").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("but a text has no vector yet"))
    assert shell("similar", "-").code == 5


def test_get_prints_the_file_or_lines_of_it(shell: Shell, indexed: Path) -> None:
    assert shell("get", "Raft").out == (indexed / "Raft.md").read_text()
    assert shell("get", "Raft:5").out == (indexed / "Raft.md").read_text()[len(RAFT) - 18 :]
    assert shell("get", "Raft:2:2").out == "tags: [consensus]\ndate: 2024-03-02\n"
    assert shell("get", "Raft:2:1", "--number").out == "     2  tags: [consensus]\n"
    typed = shell("get", "--json", "My-vault:Raft.md#0")
    assert (typed.json["line"], typed.json["from_file"], typed.json["lines"]) == (5, True, 7)
    assert typed.json["text"].startswith("# Leader election")


def test_a_file_that_has_changed_is_not_handed_out(shell: Shell, indexed: Path) -> None:
    """What no scan has admitted is not read, though its name was."""
    (indexed / "Raft.md").unlink()
    (indexed / "Raft.md").symlink_to("/etc/hostname")
    typed = shell("get", "Raft")
    assert "majority" in typed.out
    assert "changed since it was indexed" in typed.err


def test_an_unknown_note_or_line_is_refused_with_a_way_on(shell: Shell, indexed: Path) -> None:
    assert shell("get", "Rapht").code == 1
    assert "did you mean 'Raft.md'" in shell("get", "Rapht").err
    assert shell("get", "Raft:999").code == 2
    assert "it has 7 lines" in shell("get", "Raft:999").err
    assert shell("get", "Raft:0").code == 2
    assert "there is no line 0" in shell("get", "Raft:0").err
    assert shell("similar", "nothing like it").code == 1


def test_views_without_an_index_say_what_to_run(shell: Shell) -> None:
    assert shell("similar", "x").code == 3
    assert shell("get", "x").code == 3


def test_related_names_its_reasons(shell: Shell, indexed: Path) -> None:
    (indexed / "Rolls.md").write_text("Small breads of the dough of [[Sourdough]], baked hot.\n")
    shell("index", "-q")
    typed = shell("related", "Rolls", "-n", "1")
    assert "links to · meaning" in typed.out
    [row] = shell("related", "Rolls", "-n", "1", "--json").json["results"]
    assert row["title"] == "Sourdough"
    assert row["reasons"][0]["kind"] == "links to"
    assert shell("open", "1", "--print").out.count("Sourdough") == 1


def test_dupes_names_what_to_keep(shell: Shell, indexed: Path) -> None:
    text = (indexed / "Raft.md").read_text()
    (indexed / "Raft 2.md").write_text(text)
    shell("index", "-q")
    typed = shell("dupes")
    assert typed.out.startswith("keep  My-vault:Raft")
    assert "1.00  My-vault:Raft" in typed.out
    assert "1 group among 4 documents" in typed.err
    [group] = shell("dupes", "--json").json["groups"]
    assert group["others"][0]["how"] == "same content"
    assert shell("dupes", "--folder", "Cooking").out == ""

"""`ls` and `why` as they are typed."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def indexed(shell: Shell, vault: Path) -> Path:
    (vault / ".asteriskignore").write_text("Drafts\n")
    (vault / "Drafts").mkdir()
    (vault / "Drafts" / "One.md").write_text("not yet")
    assert shell("index", vault, "-q").code == 0
    return vault


def test_ls_lists_what_passes_the_filters(shell: Shell, indexed: Path) -> None:
    typed = shell("ls", "--sort", "path")
    assert [line.split("  ")[1] for line in typed.out.splitlines()] == [
        "My-vault:Cooking/Sourdough.md",
        "My-vault:Raft.md",
    ]
    assert "2 of 2" in typed.err
    assert "Sourdough" in shell("ls", "--folder", "cooking").out
    assert shell("ls", "--tag", "consensus", "--before", "2024-03-03").out.count("\n") == 1
    assert shell("ls", "--after", "2999").out == ""


@pytest.mark.parametrize("order", ["date", "modified", "path", "title"])
def test_ls_as_json_tells_how_many_there_are(shell: Shell, indexed: Path, order: str) -> None:
    listed = shell("ls", "--json", "-n", "1", "--sort", order).json
    assert listed["total"] == 2
    assert len(listed["documents"]) == 1
    assert listed["documents"][0]["id"].startswith("My-vault:")


def test_ls_for_xargs_ends_absolute_paths_with_nul(shell: Shell, indexed: Path) -> None:
    typed = shell("ls", "-0", "--sort", "title")
    assert typed.out.split("\0") == [
        str(indexed / "Raft.md"),
        str(indexed / "Cooking" / "Sourdough.md"),
        "",
    ]


def test_why_tells_the_state_of_an_indexed_note(shell: Shell, indexed: Path) -> None:
    typed = shell("why", "Raft", "--json")
    assert typed.code == 0
    assert (typed.json["state"], typed.json["chunks"], typed.json["pending"]) == ("indexed", 2, 0)
    assert typed.json["document"]["abs_path"] == str(indexed / "Raft.md")
    assert "1 with a vector" in shell("why", str(indexed / "Raft.md")).out


def test_why_tells_rank_and_parts_for_a_query(shell: Shell, indexed: Path) -> None:
    typed = shell("why", "Raft", "--query", "majority of servers")
    assert "meaning #1" in typed.out
    ranked = shell("why", "Raft", "--query", "majority of servers", "--json").json["ranked"]
    assert ranked["result"]["rank"] == 1
    assert {part["retriever"] for part in ranked["result"]["explain"]} >= {"keyword", "meaning"}


def test_why_names_the_rule_that_excludes(shell: Shell, indexed: Path) -> None:
    typed = shell("why", indexed / "Drafts" / "One.md")
    assert typed.code == 1
    assert "excluded: 'Drafts': excluded by line 1 of .asteriskignore" in typed.out


def test_why_tells_what_could_not_be_read(shell: Shell, indexed: Path) -> None:
    typed = shell("why", indexed / "Broken.md")
    assert typed.code == 1
    assert "skipped: binary: 2000 control characters" in typed.out


def test_why_takes_the_names_that_status_prints(shell: Shell, indexed: Path) -> None:
    (indexed / "Cooking" / "de\u0301ja\u0300.md").write_bytes(b"\0\1\2\3" * 500)
    assert shell("index", "-q").code == 0
    listed = shell("status", "--skipped").out
    for name in ("Broken.md", "Cooking/d\u00e9j\u00e0.md"):
        assert f"My-vault  {name}  skipped" in listed
        for asked in (name, f"My-vault:{name}", f"my-vault:{name}"):
            typed = shell("why", asked)
            assert typed.code == 1
            assert "skipped: binary: 2000 control characters" in typed.out, asked
    for asked in ("Drafts/One.md", "My-vault:Drafts/One.md"):
        assert "excluded: 'Drafts': excluded by line 1" in shell("why", asked).out
    assert "folder: a folder is not indexed by itself" in shell("why", "My-vault:Cooking").out
    for asked in ("My-vault:", "My-vault:../My vault/Raft.md/..", "My-vault:None.md"):
        assert "no document answers to" in shell("why", asked).err


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("leader -election", "left out by -election"),
        ('#daily -"majority of" title:raft candidate', 'left out by #daily, -"majority of"'),
        ("#daily OR folder:cooking", "left out by #daily OR folder:cooking"),
        ('folder:cooking OR folder:"x y" crust', 'left out by folder:cooking OR folder:"x y"'),
        ("[status:done] after:2025 -source:My-vault", "left out by [status:done], "
                                                      "-source:My-vault, after:2025-01-01"),
    ],
)  # fmt: skip
def test_why_names_the_filter_that_keeps_a_note_out_of_the_results(
    shell: Shell, indexed: Path, query: str, why: str
) -> None:
    typed = shell("why", "Raft", "--query", query)
    assert typed.code == 0
    assert typed.err.splitlines()[0].endswith(f"matched): {why}")
    assert shell("why", "Raft", "--query", query, "--json").json["ranked"]["absence"] == why


def test_why_tells_a_low_score_from_none(shell: Shell, indexed: Path) -> None:
    (indexed / "Copy.md").write_bytes((indexed / "Cooking" / "Sourdough.md").read_bytes())
    assert shell("index", "-q").code == 0
    typed = shell("why", "Raft", "--query", "dough rests overnight in the refrigerator")
    assert "too low to be shown beside the others" in typed.err
    typed = shell("why", "Raft", "--query", "Raft", "--json")
    assert typed.json["ranked"]["absence"] is None


def test_why_tells_what_has_happened_since(shell: Shell, indexed: Path) -> None:
    (indexed / "New.md").write_text("new")
    (indexed / "Raft.md").write_text("changed")
    (indexed / "Cooking" / "Sourdough.md").unlink()
    assert "new: no rule excludes it" in shell("why", indexed / "New.md").out
    assert "stale: the file has changed" in shell("why", "Raft").out
    assert "gone: it is indexed" in shell("why", "Sourdough").out
    assert "missing: there is no such file" in shell("why", indexed / "Nothing.md").out


def test_why_tells_what_lies_outside(shell: Shell, indexed: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.md").write_text("x")
    typed = shell("why", tmp_path / "elsewhere.md")
    assert "outside: it lies in no indexed folder" in typed.out
    assert "asterisk-search index" in typed.err
    assert shell("why", "no such note anywhere").code == 1


def test_ls_suggests_the_nearest_of_what_is_misspelt(shell: Shell, indexed: Path) -> None:
    assert (
        "nothing has the tag #consenus (nearest: consensus)" in shell("ls", "--tag", "consenus").err
    )
    typed = shell("ls", "--folder", "Coking")
    assert "nothing lies in the folder 'Coking' (nearest: Cooking)" in typed.err
    assert typed.out == ""
    for views in (("similar", "Raft"), ("related", "Raft"), ("dupes",)):
        assert "nearest: Cooking" in shell(*views, "--folder", "Coking").err


def test_why_tells_that_a_folder_is_one(shell: Shell, indexed: Path) -> None:
    typed = shell("why", indexed / "Cooking")
    assert "folder: a folder is not indexed by itself" in typed.out
    assert "asterisk-search ls --folder Cooking" in typed.err
    assert "excluded: excluded by line 1 of .asteriskignore" in shell("why", indexed / "Drafts").out
    typed = shell("why", indexed)
    assert "folder: it is the source My-vault" in typed.out
    assert "asterisk-search ls --source My-vault" in typed.err


def test_why_of_nothing_is_refused(shell: Shell, indexed: Path) -> None:
    assert shell("why", " ").code == 2

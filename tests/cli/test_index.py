"""`asterisk-search index`."""

import os
from pathlib import Path

from tests.cli.conftest import Shell


def test_the_summary_counts_what_was_done(shell: Shell, vault: Path) -> None:
    """Properties are a passage of their own: found by words, never embedded."""
    typed = shell("index", vault)
    assert typed.code == 0
    assert "2 indexed   2 new   0 changed   0 removed   0 unchanged" in typed.out
    assert "1 skipped (1 not text)  → asterisk-search status --skipped" in typed.out
    assert "2 documents · 3 passages · 2 texts embedded" in typed.out
    assert "peak" in typed.out
    (vault / "Raft.md").write_text("Something else altogether.")
    (vault / "New.md").write_text("A new note.")
    (vault / "Cooking" / "Sourdough.md").unlink()
    typed = shell("index")
    assert "2 indexed   1 new   1 changed   1 removed   0 unchanged" in typed.out


def test_json_says_the_same(shell: Shell, vault: Path) -> None:
    said = shell("index", vault, "--json").json
    assert said["schema"] == 1
    source = said["sources"][0]
    assert (source["new"], source["indexed"]) == (2, 2)
    assert source["skipped"] == [
        {"path": "Broken.md", "reason": "binary", "detail": source["skipped"][0]["detail"]}
    ]
    assert said["pending"] == 0
    assert said["peak_bytes"] > 10_000_000


def test_no_progress_bytes_when_standard_error_is_no_terminal(shell: Shell, vault: Path) -> None:
    typed = shell("index", vault)
    assert typed.err == ""
    assert "\r" not in typed.out
    assert "\033" not in typed.out


def test_a_path_that_does_not_exist(shell: Shell, tmp_path: Path) -> None:
    typed = shell("index", tmp_path / "vualt")
    assert typed.code == 1
    assert "there is no folder" in typed.err
    assert "vualt" in typed.err


def test_a_folder_without_notes(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "cat.jpg").write_bytes(b"\xff\xd8")
    typed = shell("index", tmp_path / "pictures")
    assert typed.code == 2
    assert "no notes" in typed.err


def test_nothing_is_registered_when_one_of_several_paths_is_wrong(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    assert shell("index", vault, tmp_path / "nowhere").code == 1
    assert shell("source", "list", "--json").json == []


def test_without_a_path_and_without_sources(shell: Shell) -> None:
    typed = shell("index")
    assert typed.code == 3
    assert "asterisk-search index PATH" in typed.err


def test_a_folder_inside_a_source_means_that_source(shell: Shell, vault: Path) -> None:
    shell("index", vault)
    typed = shell("index", vault / "Cooking")
    assert typed.code == 0
    assert "2 unchanged" in typed.out
    assert len(shell("source", "list", "--json").json) == 1


def test_a_folder_around_a_source_is_refused(shell: Shell, vault: Path) -> None:
    shell("index", vault)
    (vault.parent / "Other.md").write_text("note")
    typed = shell("index", vault.parent)
    assert typed.code == 2
    assert "overlaps the source 'My-vault'" in typed.err
    assert "source remove My-vault" in typed.err


def test_two_vaults_of_one_name_get_different_names(shell: Shell, tmp_path: Path) -> None:
    for parent in ("a", "b"):
        folder = tmp_path / parent / "notes"
        folder.mkdir(parents=True)
        (folder / "n.md").write_text(parent)
        assert shell("index", folder).code == 0
    assert [s["name"] for s in shell("source", "list", "--json").json] == ["notes", "notes-2"]


def test_exclusions_are_kept_for_later_runs(shell: Shell, vault: Path) -> None:
    typed = shell("index", vault, "--exclude", "Cooking/", "--json")
    assert typed.json["documents"] == 1
    assert shell("index", "--json").json["documents"] == 1
    assert shell("source", "list", "--json").json[0]["exclude"] == ["Cooking/"]


def test_leaving_out_most_of_a_vault_needs_no_further_consent(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    (folder / "Archive").mkdir(parents=True)
    (folder / "kept.md").write_text("kept")
    for number in range(30):
        (folder / "Archive" / f"{number}.md").write_text(f"note {number}")
    shell("index", folder)
    assert shell("index", folder, "--exclude", "Archive/", "--json").json["documents"] == 1


def test_deleting_most_of_a_vault_waits_for_consent(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.md").write_text(f"note {number}")
    shell("index", folder)
    for number in range(25):
        (folder / f"{number}.md").unlink()
    typed = shell("index")
    assert "25 documents of vault are gone" in typed.err
    assert "30 documents" in typed.out
    assert "5 documents" in shell("index", "--prune").out


def test_a_source_that_has_moved_takes_its_vectors_along(shell: Shell, vault: Path) -> None:
    shell("index", vault)
    moved = vault.rename(vault.with_name("elsewhere"))
    assert "--name" in shell("doctor").out
    said = shell("index", moved, "--name", "My-vault", "--json").json
    assert said["embedded"] == 0
    assert said["sources"][0]["unchanged"] == 2
    assert shell("query", "candidate", "--json").json["results"][0]["abs_path"] == str(
        moved / "Raft.md"
    )


def test_rebuilding_keeps_the_sources(shell: Shell, vault: Path) -> None:
    shell("index", vault)
    typed = shell("index", "--rebuild")
    assert typed.code == 0
    assert "2 new" in typed.out


def test_the_vault_is_never_written_to(shell: Shell, vault: Path) -> None:
    def listing() -> list[tuple[str, int, int]]:
        return sorted(
            (str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in vault.rglob("*")
        )

    before = listing()
    shell("index", vault)
    shell("query", "candidate")
    shell("index", "--rebuild")
    assert listing() == before


def test_the_index_is_never_put_among_the_notes(vault: Path, shell: Shell) -> None:
    inside = Shell(vault / "data", shell.capsys)
    typed = inside("index", vault)
    assert typed.code == 2
    assert "--data-dir" in typed.err
    assert not (vault / "data").exists()


def test_odd_times_of_a_file_do_no_harm(shell: Shell, vault: Path) -> None:
    os.utime(vault / "Raft.md", (9_000_000_000, 9_000_000_000))
    assert shell("index", vault).code == 0
    assert shell("query", "--json", "candidate").json["results"][0]["modified"].startswith("2255")


def test_the_data_folder_belongs_to_its_owner_alone(shell: Shell, vault: Path) -> None:
    shell("index", vault)
    assert shell.data_dir.stat().st_mode & 0o777 == 0o700

"""`asterisk-search index`."""

import fcntl
import os
import shutil
import sqlite3
import threading
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


def test_a_vault_that_is_not_there_loses_nothing(shell: Shell, vault: Path) -> None:
    shell("index", vault)
    away = vault.rename(vault.with_name("unplugged"))
    typed = shell("index")
    assert typed.code == 1
    assert "My-vault" in typed.err
    assert shell("query", "--mode", "keyword", "candidate", "--json").json["total"] == 1
    vault.mkdir()
    assert shell("index").code == 1, "an empty mount point"
    assert shell("query", "--mode", "keyword", "candidate", "--json").json["total"] == 1
    vault.rmdir()
    away.rename(vault)
    assert "2 unchanged" in shell("index").out


def test_only_one_process_indexes_at_a_time(shell: Shell, vault: Path) -> None:
    shell("index", vault)
    handle = os.open(shell.data_dir / "index.lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        typed = shell("index")
        assert typed.code == 4
        assert "another process is indexing" in typed.err
        assert shell("query", "candidate").code == 0
    finally:
        os.close(handle)
    assert shell("index").code == 0


def test_one_that_soon_ends_is_waited_for(shell: Shell, vault: Path) -> None:
    """A running daemon indexes for a moment whenever something is saved."""
    shell("index", vault)
    handle = os.open(shell.data_dir / "index.lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    ending = threading.Timer(0.5, os.close, [handle])
    ending.start()
    try:
        assert shell("source", "remove", "--yes", "My-vault").code == 0
    finally:
        ending.join()


def test_a_damaged_catalog_is_reported_and_can_be_made_anew(shell: Shell, vault: Path) -> None:
    shell("index", vault)
    catalog = shell.data_dir / "catalog.sqlite3"
    catalog.write_bytes(b"this is no database" * 1000)
    typed = shell("query", "candidate")
    assert typed.code == 1
    assert "doctor" in typed.err
    assert "asterisk-search index --rebuild" in shell("doctor").out
    typed = shell("index", "--rebuild")
    assert typed.code == 1
    assert "name them all" in typed.err
    assert catalog.exists(), "nothing was moved"
    typed = shell("index", "--rebuild", vault)
    assert typed.code == 0
    assert ".old" in typed.err
    assert shell("query", "candidate", "--json").json["total"] >= 1


def test_a_mistake_beside_rebuild_changes_nothing(shell: Shell, vault: Path) -> None:
    shell("index", vault)
    assert shell("index", "--rebuild", "/nowhere").code == 1
    assert shell("query", "candidate", "--json").json["total"] >= 1
    assert not list(shell.data_dir.glob("*.old"))


def test_a_folder_that_may_not_be_used_is_named(shell: Shell, vault: Path) -> None:
    """Here a file stands where the folder or the lock should be; permissions end the same way."""
    shell.data_dir.mkdir()
    (shell.data_dir / "index.lock").mkdir()
    typed = shell("index", vault)
    assert typed.code == 1
    assert "--data-dir" in typed.err


def test_what_fails_after_the_notes_are_safe_does_not_hide_the_report(
    shell: Shell, vault: Path
) -> None:
    (vault / "config.toml").write_text("[search]\nexact_up_to = 0\n")
    os.environ["ASTERISK_SEARCH_CONFIG"] = str(vault / "config.toml")
    (shell.data_dir / "vectors.json").mkdir(parents=True)
    typed = shell("index", vault)
    assert typed.code == 0
    assert "2 indexed" in typed.out
    assert "everything is indexed, but" in typed.err
    assert shell("query", "candidate").code == 0


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


def test_a_catalog_of_a_newer_version_is_refused(shell: Shell, vault: Path) -> None:
    shell("index", vault)
    connection = sqlite3.connect(shell.data_dir / "catalog.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for command in (["index"], ["query", "x"], ["status"]):
        typed = shell(*command)
        assert typed.code == 1
        assert "99" in typed.err


def test_an_altered_model_leaves_keyword_search_at_work(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(Path("asterisk_search/embedding/bundled").resolve(), bundle)
    with (bundle / "model.onnx").open("r+b") as file:
        file.seek(1000)
        file.write(b"altered")
    os.environ["ASTERISK_SEARCH_MODEL_PATH"] = str(bundle)
    typed = shell("index", vault)
    assert typed.code == 0
    assert "words are searchable" in typed.err
    typed = shell("query", "candidate")
    assert typed.code == 0
    assert "search by meaning is off" in typed.err
    assert "Raft" in typed.out
    assert shell("query", "candidate", "--json").json["degraded"] is True
    assert shell("query", "--mode", "semantic", "candidate").code == 5
    assert shell("doctor").code == 1
    del os.environ["ASTERISK_SEARCH_MODEL_PATH"]
    assert "2 texts embedded" in shell("index").out


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

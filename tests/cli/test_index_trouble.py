"""`asterisk-search index` where something is missing, damaged or busy."""

import fcntl
import os
import shutil
import sqlite3
import threading
from pathlib import Path

from tests.cli.conftest import Shell


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

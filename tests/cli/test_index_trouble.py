"""`asterisk-search index` where something is missing, damaged or busy."""

import fcntl
import os
import shutil
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_search.embedding import bundle
from asterisk_search.embedding.load import BUNDLED
from tests.catalogs import contents
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


def test_a_typo_in_the_path_of_the_model_costs_no_vector(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    # Cut by its tokens, and by an estimate of them, this note is not the same passages.
    (vault / "Long.md").write_text(" ".join(f"antidisestablishment{n}." for n in range(400)))
    assert shell("index", vault).code == 0
    catalog = shell.data_dir / "catalog.sqlite3"
    before = contents(catalog)
    os.environ["ASTERISK_SEARCH_MODEL_PATH"] = str(tmp_path / "mistyped")
    typed = shell("index")
    assert typed.code == 0
    assert f"no model bundle at {tmp_path / 'mistyped'}" in typed.err
    assert "what did not change keeps its vectors" in typed.err
    assert "3 unchanged" in typed.out and "without a vector" not in typed.err
    assert contents(catalog) == before
    (vault / "New.md").write_text("A kiln for raku.")
    shell("index")
    assert shell("query", "--jsonl", "raku").json["title"] == "New"
    del os.environ["ASTERISK_SEARCH_MODEL_PATH"]
    assert "1 text embedded" in shell("index").out
    (vault / "New.md").unlink()
    shell("index")
    assert contents(catalog) == before


def test_another_model_that_fails_when_it_is_tried_costs_no_vector(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    shell("index", vault)
    catalog = shell.data_dir / "catalog.sqlite3"
    before = contents(catalog)
    ours = bundle.load(BUNDLED)
    content = {bundle.MODEL: b"no graph", bundle.TOKENIZER: ours.read(bundle.TOKENIZER)}
    bundle.write(tmp_path / "other", replace(ours.manifest, max_tokens=40), content)
    os.environ["ASTERISK_SEARCH_MODEL_PATH"] = str(tmp_path / "other")
    assert "vectors could not be made" in shell("index").err
    assert contents(catalog) == before
    assert not shell("status", "--json").json["next_model"]


def test_until_another_model_has_made_vectors_every_answer_of_the_old_one_says_so(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    shell("index", vault)
    ours = bundle.load(BUNDLED)
    content = {name: ours.read(name) for name in (bundle.MODEL, bundle.TOKENIZER)}
    bundle.write(tmp_path / "other", replace(ours.manifest, name="other"), content)
    os.environ["ASTERISK_SEARCH_MODEL_PATH"] = str(tmp_path / "other")
    typed = shell("query", "candidate")
    assert "Raft" in typed.out
    assert "the model in the configuration is another" in typed.err
    assert "another" not in shell("query", "--mode", "keyword", "candidate").err
    shell("index")
    assert "another" not in shell("query", "candidate").err


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ((), "the folder is empty"),
        (("a", "b", "c", "d", "e"), "it holds a, b, c and 2 others"),
    ],
)
def test_the_doctor_names_the_setting_of_a_wrong_model_and_what_is_there(
    shell: Shell, vault: Path, tmp_path: Path, there: tuple[str, ...], said: str
) -> None:
    (tmp_path / "other").mkdir()
    for name in there:
        (tmp_path / "other" / name).touch()
    os.environ["ASTERISK_SEARCH_MODEL_PATH"] = str(tmp_path / "other")
    (check,) = (c for c in shell("doctor", "--json").json["checks"] if c["name"] == "model")
    assert said in check["detail"]
    assert "correct `[model] path` in the configuration" in check["fix"]


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
    rows = shell("query", "candidate", "--jsonl")
    assert rows.json["title"] == "Raft" and "search by meaning is off" in rows.err
    whole = shell("query", "candidate", "--json")
    assert whole.json["degraded"] is True and whole.err == ""
    assert "search by meaning is off" in whole.json["notices"][0]
    assert shell("query", "--mode", "semantic", "candidate").code == 5
    assert shell("doctor").code == 1
    del os.environ["ASTERISK_SEARCH_MODEL_PATH"]
    assert "2 texts embedded" in shell("index").out

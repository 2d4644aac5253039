"""`open`: results by number, notes by name; nothing is ever launched here."""

import importlib
from pathlib import Path

import pytest

from asterisk_search.errors import UsageError
from asterisk_search.views import Opening
from tests.cli.conftest import Shell

# The command of that name hides the module from `import ... as`.
opener = importlib.import_module("asterisk_search.cli.open")


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[Opening]:
    seen: list[Opening] = []
    monkeypatch.setattr(opener, "launch", seen.append)
    return seen


@pytest.fixture
def queried(shell: Shell, vault: Path) -> Path:
    assert shell("index", vault, "-q").code == 0
    assert shell("query", "--mode", "keyword", "majority of the servers").code == 0
    return vault


def test_a_number_means_a_result_of_the_last_list(
    shell: Shell, queried: Path, launched: list[Opening]
) -> None:
    assert shell("open", "1").code == 0
    assert launched[0].address.startswith("obsidian://open?path=")
    assert launched[0].address.endswith("Raft.md%23Leader%20election")
    assert shell("similar", "Raft").code == 0
    assert "Sourdough" in shell("open", "1", "--print").out


def test_a_name_means_a_note(shell: Shell, queried: Path, launched: list[Opening]) -> None:
    assert shell("open", "Sourdough", "--in", "folder").code == 0
    assert launched == [Opening(str(queried / "Cooking" / "Sourdough.md"), locate=True)]


def test_print_opens_nothing_and_counts_nothing(
    shell: Shell, queried: Path, launched: list[Opening], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "vim")
    typed = shell("open", "1", "--in", "editor", "--print")
    assert typed.out == f"vim +5 '{queried / 'Raft.md'}'\n"
    assert launched == []


def test_numbers_that_mean_nothing_are_refused(
    shell: Shell, queried: Path, launched: list[Opening]
) -> None:
    assert shell("open", "9").code == 2
    (queried / "Raft.md").unlink()
    shell("index", "-q")
    typed = shell("open", "1")
    assert typed.code == 1
    assert "no longer indexed" in typed.err
    assert launched == []


def test_remembering_can_be_switched_off(
    shell: Shell, vault: Path, tmp_path: Path, launched: list[Opening]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[search]\nhistory = false\n")
    shell("index", vault, "-q")
    shell("--config", config, "query", "--mode", "keyword", "majority")
    assert not (shell.data_dir / "history.sqlite3").exists()
    typed = shell("--config", config, "open", "1")
    assert typed.code == 2
    assert "history = true" in typed.err


def test_a_query_answers_where_nothing_can_be_remembered(shell: Shell, queried: Path) -> None:
    history = shell.data_dir / "history.sqlite3"
    history.unlink()
    history.mkdir()
    assert shell("query", "--mode", "keyword", "majority").code == 0


def test_a_program_that_is_missing_or_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot run"):
        opener.launch(Opening(command=(str(tmp_path / "no such editor"), "x")))
    with pytest.raises(Exception, match="code 1"):
        opener.launch(Opening(command=("false",)))

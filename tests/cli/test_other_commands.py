"""`status`, `doctor`, `source`, and the command line as a whole."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from asterisk_search.cli.main import COMMANDS, cli
from asterisk_search.cli.terminal import supports_hyperlinks
from tests.cli.conftest import Shell
from tests.conftest import ROOT


@pytest.fixture
def indexed(shell: Shell, vault: Path) -> Shell:
    assert shell("index", vault).code == 0
    return shell


def test_status_tells_what_there_is(indexed: Shell, vault: Path) -> None:
    typed = indexed("status")
    assert "My-vault" in typed.out
    assert "2 documents · 3 passages · 2 vectors" in typed.out
    assert "1 skipped" in typed.out
    said = indexed("status", "--json").json
    assert (said["documents"], said["pending"], said["vectors"]) == (2, 0, 2)
    assert said["sources"][0]["root"] == str(vault)
    assert said["skipped"][0]["path"] == "Broken.md"


def test_status_lists_what_was_skipped_and_why(indexed: Shell, vault: Path) -> None:
    (vault / "Odd.md").write_text("---\ntitle: [unclosed\n---\nStill a note.")
    indexed("index")
    typed = indexed("status", "--skipped")
    assert "My-vault  Broken.md  skipped: not text" in typed.out
    assert "My-vault  Odd.md  indexed, but: frontmatter_error" in typed.out


def test_status_without_an_index(shell: Shell) -> None:
    assert shell("status").code == 3


def test_a_healthy_installation(indexed: Shell) -> None:
    typed = indexed("doctor")
    assert typed.code == 0
    assert "✗" not in typed.out
    names = [check["name"] for check in indexed("doctor", "--json").json["checks"]]
    assert names == [
        "sqlite", "data folder", "model", "catalog", "source My-vault", "pending", "vectors",
        "vector index",
    ]  # fmt: skip


def test_the_doctor_works_before_anything_is_indexed(shell: Shell) -> None:
    typed = shell("doctor")
    assert typed.code == 0
    assert "asterisk-search index PATH" in typed.out


def test_the_doctor_notices_a_missing_vault(indexed: Shell, vault: Path) -> None:
    vault.rename(vault.with_name("gone"))
    typed = indexed("doctor")
    assert typed.code == 1
    assert "✗ source My-vault" in typed.out


def test_the_doctor_notices_words_that_are_missing(indexed: Shell) -> None:
    connection = sqlite3.connect(indexed.data_dir / "catalog.sqlite3")
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    connection.commit()
    connection.close()
    typed = indexed("doctor")
    assert typed.code == 1
    assert "0 rows for 3 chunks" in typed.out
    assert "index --rebuild" in typed.out


def test_the_doctor_notices_a_damaged_vector_index(
    indexed: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = indexed.data_dir / "config.toml"
    config.write_text("[search]\nexact_up_to = 0\n")
    monkeypatch.setenv("ASTERISK_SEARCH_CONFIG", str(config))
    assert "! vector index: there is no saved vector index" in indexed("doctor").out
    indexed("index", "--rebuild")
    assert "✓ vector index: HNSW, verified" in indexed("doctor").out
    graph = indexed.data_dir / "vectors.hnsw"
    before = indexed("query", "--json", "candidate").json["results"]
    graph.write_bytes(graph.read_bytes()[:-1] + b"!")
    typed = indexed("doctor")
    assert "! vector index: the saved vector index was altered" in typed.out
    assert indexed("query", "--json", "candidate").json["results"] == before


def test_removing_a_source_asks_first(indexed: Shell, vault: Path) -> None:
    typed = indexed("source", "remove", "My-vault")
    assert typed.code == 2
    assert "--yes" in typed.err
    assert indexed("source", "remove", "My-vault", "--yes").code == 0
    assert (vault / "Raft.md").exists()
    assert indexed("query", "candidate").code == 3
    assert indexed("source", "list").out == ""
    assert indexed("source", "remove", "My-vault", "--yes").code == 3


def test_removing_one_source_leaves_the_other_whole(indexed: Shell, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "n.md").write_text("An entirely different note about whales.")
    indexed("index", other)
    indexed("source", "remove", "my-vault", "--yes")
    assert indexed("query", "--json", "--mode", "keyword", "whales").json["total"] == 1
    assert indexed("query", "--json", "--mode", "keyword", "candidate").json["total"] == 0
    assert indexed("doctor").code == 0


def test_a_misspelt_setting_is_refused_with_the_nearest(shell: Shell, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[search]\nlimt = 3\n")
    os.environ["ASTERISK_SEARCH_CONFIG"] = str(config)
    typed = shell("status")
    assert typed.code == 2
    assert "unknown setting 'search.limt'" in typed.err
    assert "did you mean 'search.limit'?" in typed.err


def test_sources_of_the_configuration_are_indexed_too(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[sources.mine]\npath = "{vault}"\nexclude = ["Cooking/"]\n')
    os.environ["ASTERISK_SEARCH_CONFIG"] = str(config)
    assert "mine" in shell("index").out
    assert shell("status", "--json").json["documents"] == 1


def test_a_configured_source_that_is_missing_does_not_stop_the_others(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[sources.usb]\npath = "/nowhere"\n[sources.mine]\npath = "{vault}"\n')
    os.environ["ASTERISK_SEARCH_CONFIG"] = str(config)
    typed = shell("index")
    assert typed.code == 0
    assert "source usb: there is no folder '/nowhere'" in typed.err
    assert shell("status", "--json").json["documents"] == 2


def test_the_summaries_of_the_commands_are_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    context = cli.make_context("asterisk-search", ["status"], resilient_parsing=True)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        assert command.help
        assert command.name == name


def test_a_misspelt_command_is_a_usage_error(shell: Shell) -> None:
    typed = shell("indx")
    assert typed.code == 2
    assert "indx" in typed.err


def test_exit_codes_are_in_the_help(shell: Shell) -> None:
    typed = shell("--help")
    for code in ("0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "130", "143"):
        assert f"\n    {code}" in typed.out or code in typed.out


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_signals_end_it_with_their_codes(tmp_path: Path, name: str, code: int) -> None:
    """The command sends itself the signal in the middle of its work."""
    script = (
        "import os, signal\n"
        "import asterisk_search.indexing.run as run\n"
        f"run.make_plan = lambda *_, **__: os.kill(os.getpid(), signal.{name})\n"
        "from asterisk_search.cli.main import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--data-dir", str(tmp_path), "index", "examples/vault"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({"TERM_PROGRAM": "WezTerm"}, True, True),
        ({"TERM_PROGRAM": "WezTerm"}, False, False),
        ({"TERM": "xterm-kitty"}, True, True),
        ({"VTE_VERSION": "6003"}, True, True),
        ({"VTE_VERSION": "4000"}, True, False),
        ({"VTE_VERSION": ""}, True, False),
        ({"TERM": "xterm"}, True, False),
        ({"TERM": "dumb", "TERM_PROGRAM": "WezTerm"}, True, False),
        ({"FORCE_HYPERLINK": "1"}, False, True),
        ({"FORCE_HYPERLINK": "0", "TERM_PROGRAM": "WezTerm"}, True, False),
    ],
)
def test_where_links_are_understood(
    environment: dict[str, str], terminal: bool, expected: bool
) -> None:
    assert supports_hyperlinks(environment, terminal) is expected


def test_what_is_removed_leaves_no_trace(indexed: Shell) -> None:
    def traces(word: bytes) -> list[str]:
        return [path.name for path in indexed.data_dir.iterdir() if word in path.read_bytes()]

    assert traces(b"heartbeats") != []
    indexed("source", "remove", "My-vault", "--yes")
    assert traces(b"heartbeats") == []


def test_a_misspelt_command_is_told_the_nearest(shell: Shell) -> None:
    typed = shell("qurey", "x")
    assert typed.code == 2
    assert "No such command 'qurey'. Did you mean 'query'?" in typed.err
    assert "Did you mean" not in shell("zzz").err


def test_what_the_system_says_is_said_once(shell: Shell, tmp_path: Path) -> None:
    typed = shell("--config", tmp_path / "none.toml", "status")
    assert typed.err.startswith(
        f"error: the configuration {tmp_path / 'none.toml'} cannot be read: No such file"
    )
    assert "Errno" not in shell("eval", tmp_path / "none.toml").err

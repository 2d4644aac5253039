"""Asterisk Search as ArchiveBox's search engine: plug-in of 0.9, bridge for 0.5 to 0.8."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from asterisk_search.config import Settings
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library
from tests.conftest import ROOT
from tests.sources.archivebox.archives import unpacked

FOLDER = ROOT / "examples" / "archivebox"
PLUGIN = FOLDER / "search_backend_asterisk"
PROGRAM = f'"{sys.executable}" -c "from asterisk_search.cli.main import main; main()"'
FILM = "06b02b0bb5a771d780007c7da32d4782"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which a real archive has been indexed."""
    folder = tmp_path_factory.mktemp("engine")
    root = unpacked("mini-0.9", folder)
    library = Library(Settings(data_dir=str(folder / "index")))
    library.register([str(root)])
    library.update(None, Silent())
    library.close()
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "ASTERISK_SEARCH_DATA_DIR": str(folder / "index"),
        "ASTERISK_SEARCH_NO_DAEMON": "1",
        "SEARCH_BACKEND_ASTERISK_COMMAND": PROGRAM,
    }


def plugin(settings: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(PLUGIN / "search.py"), *arguments],
        env=settings, capture_output=True, text=True, check=False, input="",
    )  # fmt: skip


def test_the_plug_in_is_described_as_archivebox_wants_it() -> None:
    said = json.loads((PLUGIN / "config.json").read_text())
    assert said["commands"] == {"search": ["search.py", "search"], "flush": ["search.py", "flush"]}
    assert said["properties"]["SEARCH_BACKEND_ASTERISK_ENABLED"]["type"] == "boolean"
    assert os.access(PLUGIN / "search.py", os.X_OK)


@pytest.mark.parametrize("mode", ["contents", "deep"])
def test_the_plug_in_prints_the_ids_of_what_matches(settings: dict[str, str], mode: str) -> None:
    done = plugin(settings, "search", "--query", "humpback", "--search-mode", mode)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{FILM}\n", "")


def test_all_copies_of_a_page_are_found(settings: dict[str, str]) -> None:
    done = plugin(settings, "search", "--query", "buckwheat galettes")
    assert len(done.stdout.split()) == 5


def test_what_is_not_there_is_not_found(settings: dict[str, str]) -> None:
    assert plugin(settings, "search", "--query", "zzzqqq").stdout == ""
    assert plugin(settings, "search", "--query", " ").stdout == ""
    assert plugin(settings, "flush", FILM).returncode == 0


def test_words_that_look_like_options_are_words(settings: dict[str, str]) -> None:
    done = plugin(settings, "search", "--query=--version")
    assert done.returncode == 0


def test_a_program_that_cannot_be_run_is_an_error(settings: dict[str, str]) -> None:
    done = plugin(
        settings | {"SEARCH_BACKEND_ASTERISK_COMMAND": "/no/such/program"},
        "search", "--query", "x",
    )  # fmt: skip
    assert done.returncode == 1
    assert "cannot be asked" in done.stderr


@pytest.fixture(scope="module")
def bridge(settings: dict[str, str]) -> Iterator[tuple[str, int]]:
    """A bridge that listens, as a program of its own."""
    running = subprocess.Popen(
        [sys.executable, str(FOLDER / "sonic_bridge.py"), "--port", "0"],
        env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with running:
        assert running.stdout is not None
        host, port = running.stdout.readline().split()[-1].split(":")
        yield host, int(port)
        running.terminate()


def said(bridge: tuple[str, int], *lines: str) -> list[str]:
    """What the bridge says to a client that says these lines and then leaves."""
    with socket.create_connection(bridge, timeout=60) as connection:
        connection.sendall("".join(f"{line}\n" for line in (*lines, "QUIT")).encode())
        with connection.makefile(encoding="utf-8", newline="\r\n") as answers:
            return [line.removesuffix("\r\n") for line in answers]


CONNECTED = "CONNECTED <sonic-server v1.4.9>"
STARTED = "STARTED {} protocol(1) buffer(20000)"


def test_the_dialogue_of_a_search(bridge: tuple[str, int]) -> None:
    """As ArchiveBox 0.7.4 leads it with sonic-client 1.0."""
    assert said(
        bridge, "START search SecretPassword", "PING", 'QUERY archivebox snapshots "humpback"  '
    ) == [CONNECTED, STARTED.format("search"), "PONG", "PENDING 1", f"EVENT QUERY 1 {FILM}",
          "ENDED quit"]  # fmt: skip


def test_the_dialogue_of_telling_of_a_page(bridge: tuple[str, int]) -> None:
    assert said(
        bridge,
        "START ingest SecretPassword",
        f'PUSH archivebox snapshots {FILM} "words \\"quoted\\" and\\nbroken"',
        f"FLUSHO archivebox snapshots {FILM}",
    ) == [CONNECTED, STARTED.format("ingest"), "OK", "RESULT 0", "ENDED quit"]


def test_what_is_quoted_is_searched_as_it_was(bridge: tuple[str, int]) -> None:
    found = said(
        bridge, "START search SecretPassword",
        'QUERY archivebox snapshots "\\"songs travel hundreds\\"" LIMIT(5) LANG(eng)',
    )  # fmt: skip
    assert found[-2] == f"EVENT QUERY 1 {FILM}"


def test_strangers_and_mistakes_are_turned_away(bridge: tuple[str, int]) -> None:
    assert said(bridge, "START search wrong") == [CONNECTED, "ENDED authentication_failed"]
    assert said(bridge, 'QUERY a b "c"', "START nothing SecretPassword", "NONSENSE") == [
        CONNECTED, "ERR not_started", "ERR invalid_channel", "ERR not_started", "ENDED quit",
    ]  # fmt: skip
    assert said(bridge, "START ingest SecretPassword", 'QUERY a b "c"')[-2] == "ERR unknown_command"
    assert said(bridge, "x" * 30_000) == [CONNECTED]


def test_the_examples_run_anywhere() -> None:
    """They are copied into ArchiveBox's own Python, which has none of our requirements."""
    for path in sorted(FOLDER.rglob("*.py")):
        text = Path(path).read_text(encoding="utf-8")
        assert "asterisk_search" not in text.replace("asterisk_search.cli", "")

"""Who answers: the daemon if it can, and else the command itself, with the same answer."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from asterisk_search.cli.render_daemon import print_daemon
from asterisk_search.service import shapes
from asterisk_search.service.address import Address, Post
from asterisk_search.service.client import Elsewhere, ask, version
from asterisk_search.service.front import Front
from asterisk_search.service.mcp.tools import as_text
from asterisk_search.service.operations import OPERATIONS, Defaults
from asterisk_search.service.standing import Followed, Standing, Vitals
from asterisk_search.service.wire import daemon_json
from tests.conftest import ROOT
from tests.daemon.daemons import CONFIG, Daemon, eventually, json_of


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path_factory.mktemp("running") / "daemon")
    # Time enough for the same snippets, however busy the machine is.
    daemon.config.write_text(f"{CONFIG}[search]\nsnippet_ms = 10000\n")
    daemon.index(ROOT / "examples" / "vault")
    daemon.start()
    yield daemon
    daemon.close()


def without_time(answer: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in answer.items() if key not in ("took_ms", "served_by")}


def test_both_give_the_same_answer(running: Daemon) -> None:
    for words in (
        ["how do servers agree on a leader"],
        ["--mode", "keyword", "bread"],
        ["--source", "vault"],
    ):
        asked = json_of(running.type("query", "--json", *words))
        alone = json_of(running.type("query", "--json", "--no-daemon", *words))
        assert (asked["served_by"], alone["served_by"]) == ("daemon", "process")
        for one, other in zip(asked["results"], alone["results"], strict=True):
            # Eight-bit vectors: a score may differ in its third place.
            assert one.pop("score") == pytest.approx(other.pop("score"), abs=0.005)
            assert one == other
        asked["results"] = alone["results"] = []
        for answer in (asked, alone):
            del answer["index"]["updated"]  # a scan of the daemon may end between the two
        assert without_time(asked) == without_time(alone)


@pytest.mark.parametrize(
    ("name", "given"),
    [("search", {"query": ["raft"]}), ("similar", {"id": ["Raft consensus"]}), ("status", {})],
)
def test_a_front_lets_the_daemon_answer(
    running: Daemon, name: str, given: dict[str, list[str]]
) -> None:
    with closing(Front(running.settings)) as front:
        assert OPERATIONS[name](front, given, Defaults())
        assert front.served_by == "daemon"


def test_similar_notes_come_from_the_daemon_too(running: Daemon) -> None:
    asked = json_of(running.type("similar", "--json", "Raft consensus"))
    alone = json_of(running.type("similar", "--json", "--no-daemon", "Raft consensus"))
    paths = [[row["path"] for row in found["results"]][:3] for found in (asked, alone)]
    assert paths[0] == paths[1] != []


def test_status_says_what_the_daemon_does(running: Daemon) -> None:
    eventually(running.quiet)
    typed = running.type("status")
    assert f"running (pid {running.vitals().pid}) · watching 1 source · idle" in typed.stdout
    shown = json_of(running.type("status", "--json"))
    jsonschema.Draft202012Validator(shapes.STATUS).validate(shown)
    followed = [{"source": "vault", "how": "watching", "detail": None}]
    assert (shown["daemon"]["phase"], shown["daemon"]["followed"]) == ("", followed)
    with closing(Front(running.settings)) as front:
        told = OPERATIONS["status"](front, {}, Defaults())
    assert told["daemon"]["pid"] == shown["daemon"]["pid"]
    assert "the daemon keeps it fresh: nothing waits" in as_text(told)


def test_status_shows_how_far_it_is_and_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    standing = Standing(
        "embed", 3, 900, "chunks", 2, degraded="no model", error="usb: gone",
        followed=(Followed("vault", "watching"), Followed("box", "polling", "too many folders"),
                  Followed("usb", "away")),
    )  # fmt: skip
    print_daemon(Vitals(7, "0.1.0", 1.0, 1, standing))
    out, err = capsys.readouterr()
    assert "watching 1 source · polling 1 source · indexing: embed 3 of 900 chunks" in out
    assert "polling (too many folders)" in out and "its folder is missing" in out
    assert "meaning is off (no model)" in err and "usb: gone" in err
    shown = daemon_json(Vitals(7, "0.1.0", 1.0, 1, standing))
    jsonschema.Draft202012Validator(shapes.DAEMON).validate(shown)
    told = {"sources": [], "documents": 9, "pending": 1, "skipped": [], "updated": None}
    text = as_text({**told, "daemon": shown})
    assert "indexing (embed 3 of 900); 2 changes wait" in text and "usb: gone" in text


def test_status_says_when_no_daemon_is_there(daemon: Daemon, notes: Path) -> None:
    daemon.index(notes)
    typed = daemon.type("status")
    assert "3 documents" in typed.stdout and "asterisk-search daemon start" in typed.stderr
    assert json_of(daemon.type("status", "--json"))["daemon"] is None
    handle = Post(daemon.data).take()
    Post(daemon.data).write(Address(7, "", version()))
    try:
        for options in ([], ["--json"]):
            assert "(pid 7) but does not answer" in daemon.type("status", *options).stderr
    finally:
        os.close(handle)


def test_what_people_see_names_the_daemon_in_the_last_line(running: Daemon) -> None:
    assert running.type("query", "raft").stderr.strip().endswith("· daemon")
    assert "daemon" not in running.type("query", "--no-daemon", "raft").stderr


def test_an_error_of_the_daemon_is_the_error_of_the_command(running: Daemon) -> None:
    asked = running.type("query", "--source", "valt", "raft")
    alone = running.type("query", "--no-daemon", "--source", "valt", "raft")
    assert asked.returncode == alone.returncode == 3
    assert asked.stderr == alone.stderr and "did you mean 'vault'" in asked.stderr


def test_the_environment_may_forbid_it(running: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTERISK_SEARCH_NO_DAEMON", "1")
    assert json_of(running.type("query", "--json", "raft"))["served_by"] == "process"


def test_wrong_settings_are_told_as_without_a_daemon(running: Daemon, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    for text, said in (("[search]\nlimt = 7\n", "unknown setting"), ("[search\n", "not TOML")):
        wrong.write_text(text)
        done = running.type("--config", str(wrong), "query", "raft")
        assert done.returncode == 2 and said in done.stderr and str(wrong) in done.stderr


def test_what_people_see_is_the_same_line_for_line(running: Daemon) -> None:
    for words in (["--explain", "raft"], ["--jsonl", "--limit", "2", "bread"], ["zzyzx"]):
        asked = running.type("query", *words)
        alone = running.type("query", "--no-daemon", *words)
        assert len(asked.stdout.splitlines()) == len(alone.stdout.splitlines())
        assert asked.returncode == alone.returncode == 0


def test_a_daemon_with_other_settings_is_passed_over(running: Daemon, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(f"{CONFIG}[search]\nexact_up_to = 7\n")
    done = running.type("--config", str(other), "query", "--json", "raft")
    assert json_of(done)["served_by"] == "process"


def test_a_daemon_that_is_gone_of_another_version_or_no_daemon_is_passed_over(
    daemon: Daemon, tmp_path: Path
) -> None:
    daemon.data.mkdir()
    post = Post(daemon.data)
    handle = post.take()
    try:
        for address in (
            Address(1, str(tmp_path / "nothing.sock"), version()),
            Address(1, str(tmp_path / "nothing.sock"), "another"),
            Address(1, "", version()),
        ):
            post.write(address)
            with pytest.raises(Elsewhere):
                ask(daemon.settings, "search", {})
    finally:
        os.close(handle)


@pytest.mark.parametrize("reply", [b"", b"not json\n", b'{"v": 99}\n', b'{"v": 1}\n', b"[]\n"])
def test_whatever_else_is_said_at_the_other_end_is_passed_over(
    daemon: Daemon, tmp_path: Path, reply: bytes
) -> None:
    daemon.data.mkdir()
    post, path = Post(daemon.data), str(tmp_path / "s")
    handle = post.take()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        post.write(Address(os.getpid(), path, version()))

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(reply)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Elsewhere):
            ask(daemon.settings, "search", {})
        thread.join()
    os.close(handle)


def test_one_that_is_silent_is_not_waited_for_for_ever(daemon: Daemon, tmp_path: Path) -> None:
    daemon.data.mkdir()
    post, path = Post(daemon.data), str(tmp_path / "s")
    handle = post.take()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        post.write(Address(os.getpid(), path, version()))
        with pytest.raises(Elsewhere):
            ask(daemon.settings, "search", {}, patience=0.1)
    os.close(handle)

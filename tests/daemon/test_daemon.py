"""A daemon's life: one for a folder, ended cleanly or not, and what it says of itself."""

import json
import os
import stat
from pathlib import Path

import pytest

from asterisk_search.answers import Mode
from asterisk_search.errors import DaemonUnreachable
from asterisk_search.service.address import LONGEST, Address, Post, private_folder, socket_path
from asterisk_search.service.client import demand
from asterisk_search.service.logbook import last_lines
from tests.daemon.daemons import Daemon, eventually, json_of


def test_it_is_started_asked_and_stopped_from_the_command_line(daemon: Daemon, notes: Path) -> None:
    daemon.index(notes)
    assert daemon.type("daemon", "status").returncode == 6
    started = daemon.type("daemon", "start")
    assert started.returncode == 0 and "the daemon runs" in started.stderr, started.stderr
    again = daemon.type("daemon", "start")
    assert again.returncode == 4 and "running already" in again.stderr
    assert daemon.type("daemon", "run").returncode == 4
    shown = json_of(daemon.type("query", "--json", "voting servers"))
    assert (shown["served_by"], shown["results"][0]["title"]) == ("daemon", "Raft")
    eventually(daemon.quiet)
    status = json_of(daemon.type("daemon", "status", "--json"))
    assert status["followed"] == [{"source": "notes", "how": "watching", "detail": None}]
    assert status["memory_bytes"] > 10_000_000
    assert "running · pid" in daemon.type("daemon", "status").stdout
    assert "begins" in daemon.type("daemon", "logs").stdout
    assert "has ended" in daemon.type("daemon", "stop").stderr
    assert "no daemon was running" in daemon.type("daemon", "stop").stderr
    assert json_of(daemon.type("query", "--json", "votes"))["served_by"] == "process"


def test_sigterm_ends_it_cleanly_and_soon(daemon: Daemon, notes: Path) -> None:
    daemon.index(notes)
    address = daemon.start()
    assert daemon.stop() == 0
    assert not Path(address.socket).exists()
    assert Post(daemon.data).running() is None and Post(daemon.data).read() is None


def test_after_kill_9_another_takes_over_and_nothing_is_lost(daemon: Daemon, notes: Path) -> None:
    daemon.index(notes)
    daemon.start()
    daemon.kill()
    assert Post(daemon.data).read() is not None, "what it wrote down is still there"
    assert Post(daemon.data).running() is None, "and believed by nobody"
    (notes / "Late.md").write_text("The ferry to the islands leaves at dawn.")
    daemon.start()
    daemon.finds("Late.md", "when does the boat depart", Mode.SEMANTIC)


def test_the_number_of_a_process_that_lives_again_fools_nobody(daemon: Daemon) -> None:
    daemon.data.mkdir()
    post = Post(daemon.data)
    post.lock.touch()
    post.write(Address(os.getpid(), "/nowhere", "1"))
    assert post.running() is None
    assert "no daemon was running" in daemon.type("daemon", "stop").stderr
    with pytest.raises(DaemonUnreachable):
        demand(daemon.settings, "vitals", {})


def test_only_its_owner_can_talk_to_it(daemon: Daemon, notes: Path) -> None:
    daemon.index(notes)
    socket = Path(daemon.start().socket)
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


def test_the_log_says_what_happened_but_not_what_the_notes_say(daemon: Daemon, notes: Path) -> None:
    daemon.start()
    daemon.index(notes)
    (notes / "Secret.md").write_text("The zeppelin is moored at midnight.")
    daemon.finds("Secret.md", "zeppelin")
    eventually(lambda: " new" in "".join(last_lines(daemon.settings, 100)))
    daemon.stop()
    assert "zeppelin" not in daemon.type("daemon", "logs").stdout.lower()


def test_a_folder_indexed_while_it_runs_is_watched_without_a_restart(
    daemon: Daemon, notes: Path
) -> None:
    daemon.start()
    daemon.index(notes)
    eventually(lambda: [f.how for f in daemon.vitals().standing.followed] == ["watching"])
    (notes / "New.md").write_text("The ferry to the islands leaves at dawn.")
    daemon.finds("New.md", "ferry")


def test_a_source_that_was_removed_is_no_longer_followed(daemon: Daemon, notes: Path) -> None:
    daemon.index(notes)
    daemon.start()
    eventually(daemon.quiet)
    daemon.change("source", "remove", "--yes", "notes")
    eventually(lambda: not daemon.vitals().standing.followed)


def test_where_it_listens_always_fits(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    assert socket_path(Path("/data"), "/run/user/1", 1).parent == Path(
        "/run/user/1/asterisk-search"
    )
    assert socket_path(Path("/data"), "", 1) == Path("/data/run/daemon.sock")
    for root, runtime in [(long, ""), (long, str(long))]:
        path = socket_path(root, runtime, 7)
        assert path.parent == Path("/tmp/asterisk-search-7")
        assert len(os.fsencode(path)) <= LONGEST
    assert socket_path(Path("/a"), "/r", 1) != socket_path(Path("/b"), "/r", 1)


def test_a_folder_for_the_socket_is_made_private(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)
    private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_log_is_bounded(daemon: Daemon) -> None:
    log = daemon.data / "logs" / "daemon.log"
    log.parent.mkdir(parents=True)
    log.write_text("an old line\n" * 100_000)
    daemon.start()
    daemon.stop()
    assert log.stat().st_size < 10_000
    assert log.with_name("daemon.log.1").stat().st_size > 1_000_000
    lines = daemon.type("daemon", "logs", "--lines", "50").stdout.splitlines()
    assert len(lines) == 50 and lines[0] == "an old line" and "ends" in lines[-1]


def test_its_kind_of_card_is_json(tmp_path: Path) -> None:
    Post(tmp_path).write(Address(1, "/s", "v"))
    assert json.loads((tmp_path / "daemon.json").read_text())["pid"] == 1
    (tmp_path / "daemon.json").write_text("[]")
    assert Post(tmp_path).read() is None

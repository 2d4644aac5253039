"""Saved pages that are not shown, and readers who do not read."""

import os
import shutil
import socket
import time
from collections.abc import Callable
from contextlib import closing, suppress

import pytest

from asterisk_search.service.http import connection, snapshots
from tests.service.shelf import SECRET, Shelf, shown_at


def test_a_link_out_of_the_archive_is_not_followed(shelf: Shelf) -> None:
    file = shelf.odd["link"] / "singlefile.html"
    file.unlink()
    file.symlink_to(shelf.folder / "outside.html")
    shutil.rmtree(shelf.odd["moved"])
    shelf.odd["moved"].symlink_to(shelf.folder / "linked")
    for name in ("link", "moved"):
        got = shelf.get(f"odd:odd.example/{name}")
        assert got.status == 404
        assert b"lies outside" in got.body
        assert SECRET.encode() not in got.body


def test_a_link_to_what_is_no_page_shows_nothing(shelf: Shelf) -> None:
    file = shelf.odd["gone"] / "singlefile.html"
    file.unlink()
    file.symlink_to(shelf.folder / "odd" / "ArchiveBox.conf")
    got = shelf.get("odd:odd.example/gone")
    assert got.status == 404
    assert b"secretkeyword" not in got.body
    file.unlink()
    got = shelf.get("odd:odd.example/gone")
    assert got.status == 404
    assert b"No such file" in got.body


def test_a_pipe_in_the_place_of_a_copy_holds_nobody_up(shelf: Shelf) -> None:
    file = shelf.odd["fifo"] / "singlefile.html"
    file.unlink()
    os.mkfifo(file)
    assert shelf.get("odd:odd.example/fifo").status == 404


def test_a_copy_of_more_than_64_mb_is_not_shown(shelf: Shelf) -> None:
    assert snapshots.LARGEST == 64_000_000
    file = shelf.odd["large"] / "singlefile.html"
    with file.open("wb") as large:
        large.truncate(snapshots.LARGEST + 1)
    got = shelf.get("odd:odd.example/large")
    assert got.status == 404
    assert b"too large" in got.body
    assert b"asterisk-search open --in folder" in got.body


@pytest.mark.parametrize(
    "path",
    [
        "/snapshot/",
        "/snapshot/../outside.html",
        "/snapshot/..%2foutside.html",
        "/snapshot/%2e%2e%2f%2e%2e%2foutside.html",
        "/snapshot/..%252foutside.html",
        "/snapshot/odd:../outside.html",
        "/snapshot/odd:odd.example%2f..%2f..%2f..%2foutside.html",
        "/snapshot/odd%3aarchive%2f..%2f..%2foutside.html",
        "/snapshot/odd:odd.example/plain%00.html",
        "/snapshot/odd:ArchiveBox.conf",
        "/snapshot/odd:index.sqlite3",
        "/snapshot/%2fetc%2fpasswd",
        "/snapshot//etc/passwd",
        "/snapshot/file:///etc/passwd",
        "/snapshot/%ff%fe",
        "/snapshot/vault:Note.md",
        "/snapshot/odd:odd.example/nothing",
        "/snapshot/" + "x" * 20_000,
    ],
)
def test_only_what_is_indexed_as_a_page_can_be_named(shelf: Shelf, path: str) -> None:
    got = shelf.site.get(path)
    assert got.status == 404
    for secret in (SECRET, "root:", "secretkeyword", "SQLite format"):
        assert secret.encode() not in got.body


def test_an_absolute_path_out_of_the_sources_shows_nothing(shelf: Shelf) -> None:
    assert shelf.get(str(shelf.folder / "outside.html")).status == 404
    assert shelf.get(str(shelf.folder / "odd" / ".." / "outside.html")).status == 404


def test_a_hostile_name_is_only_text_in_what_is_said_of_it(shelf: Shelf) -> None:
    got = shelf.get("<script>alert(1)</script>")
    assert got.status == 404
    assert b"<script>alert" not in got.body
    assert "sandbox" not in got.headers["content-security-policy"]  # our own page, not theirs


LARGE = "odd:odd.example/plain"


@pytest.fixture
def large(shelf: Shelf) -> int:
    """The size of a copy that fits no buffer."""
    size = 20_000_000
    shelf.odd["plain"].joinpath("singlefile.html").write_bytes(b"x" * size)
    return size


def wait_until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def asked(shelf: Shelf) -> socket.socket:
    """A connection on which the large copy was asked for."""
    client = socket.create_connection(("127.0.0.1", shelf.site.port), timeout=10)
    client.sendall(f"GET {shown_at(LARGE)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return client


def test_a_client_that_leaves_in_the_middle_harms_nothing(shelf: Shelf, large: int) -> None:
    with closing(asked(shelf)) as client:
        assert client.recv(100).startswith(b"HTTP/1.1 200")
    assert len(shelf.get(LARGE).body) == large


def test_a_client_that_never_takes_its_answer_is_ended(
    shelf: Shelf, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.5)
    with closing(asked(shelf)) as client:
        connected = shelf.site.connections
        wait_until(lambda: connected() > 0)
        wait_until(lambda: connected() == 0)
        taken = 0
        with suppress(ConnectionError):
            while got := client.recv(1 << 20):
                taken += len(got)
    assert taken < large

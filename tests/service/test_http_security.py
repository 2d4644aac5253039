"""Who may ask over HTTP, and how much at once."""

import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_search.config import HttpSettings, Settings
from asterisk_search.errors import ConfigError, ServiceError
from asterisk_search.service.http import connection
from asterisk_search.service.http.limits import Limits
from asterisk_search.service.http.serving import HttpServer, is_loopback
from asterisk_search.service.token import NAME, token_of
from asterisk_search.storage.folder import DataFolder
from tests.service.served import Served, Slow, served

SEARCH = "/api/v1/search?q=raft&limit=1"


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:8737", "[::1]:1", "10.0.0.9"]
)
def test_names_that_no_dns_can_forge_are_ours(service: Served, host: str) -> None:
    assert service.get(SEARCH, Host=host).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example:8737", "", "[evil", "127.0.0.1.nip.io"]
)
def test_a_rebound_name_is_refused(service: Served, host: str) -> None:
    got = service.get(SEARCH, Host=host)
    assert (got.status, got.code) == (403, "forbidden")


def test_a_configured_name_is_ours(examples: Settings) -> None:
    with served(examples, allowed_hosts=["Notes.Home"]) as running:
        assert running.get(SEARCH, Host="notes.home:8737").status == 200
        assert running.get(SEARCH, Host="other.home").status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "file://"])
def test_pages_of_others_may_not_ask(service: Served, origin: str) -> None:
    got = service.get(SEARCH, Origin=origin)
    assert (got.status, got.code) == (403, "forbidden")
    assert not [name for name in got.headers if name.lower().startswith("access-control")]


def test_our_own_page_may_ask(service: Served) -> None:
    ours = f"http://127.0.0.1:{service.port}"
    assert service.get(SEARCH, Origin=ours, Sec_Fetch_Site="same-origin").status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_browser_fetches_for_another_site_is_refused(service: Served, site: str) -> None:
    assert service.get(SEARCH, Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors").status == 403
    navigated = {"Sec_Fetch_Site": site, "Sec_Fetch_Mode": "navigate"}
    assert service.get(SEARCH, **navigated, Sec_Fetch_Dest="iframe").status == 403
    assert service.get(SEARCH, **navigated, Sec_Fetch_Dest="document").status == 200


def test_a_preflight_is_given_nothing(service: Served) -> None:
    got = service.ask("OPTIONS", SEARCH, headers={"Origin": "http://evil.example"})
    assert got.status == 403


def test_every_response_carries_the_protective_headers(service: Served) -> None:
    for path in (SEARCH, "/nothing", "/api/v1/search?limit=x"):
        headers = {name.lower(): value for name, value in service.get(path).headers.items()}
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


@pytest.mark.parametrize(
    "said", ["", "Bearer", "Bearer wrong", "Basic !!!", "Basic eDp5", "Digest x"]
)
def test_what_changes_something_needs_the_token(service: Served, said: str) -> None:
    headers = {"Authorization": said} if said else {}
    got = service.ask("POST", "/api/v1/reindex", headers=headers)
    assert (got.status, got.code) == (401, "unauthorized")


def test_with_the_token_something_can_be_changed(service: Served) -> None:
    got = service.authorized("POST", "/api/v1/reindex")
    assert (got.status, got.json) == (202, {"schema": 1, "accepted": True})


def test_the_token_does_not_open_the_door_to_other_sites(service: Served) -> None:
    got = service.authorized("POST", "/api/v1/reindex", Origin="http://evil.example")
    assert got.status == 403


def test_reading_can_be_made_to_need_the_token_too(examples: Settings) -> None:
    with served(examples, require_token=True) as running:
        got = running.get(SEARCH)
        assert got.status == 401
        assert "Basic" in got.headers["www-authenticate"]
        assert running.get(SEARCH, Authorization=f"Bearer {running.token}").status == 200


def test_beyond_this_machine_everything_needs_the_token(examples: Settings) -> None:
    with served(examples, host="0.0.0.0") as running:
        assert running.get(SEARCH).status == 401
        assert running.get(SEARCH, Authorization=f"Bearer {running.token}").status == 200


def test_only_this_machines_own_addresses_are_loopback() -> None:
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1", "localhost"]))
    assert not any(map(is_loopback, ["0.0.0.0", "::", "192.168.1.2", "example.org", ""]))


def test_a_token_that_others_can_read_serves_nothing(examples: Settings, tmp_path: Path) -> None:
    settings = replace(examples, data_dir=str(tmp_path))
    token_of(DataFolder(tmp_path))
    (tmp_path / NAME).chmod(0o644)
    with (
        pytest.raises(ConfigError, match="can be read"),
        served(settings, host="0.0.0.0"),
    ):
        pass


def test_the_token_is_for_its_owner_alone_and_can_be_renewed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    first = token_of(folder)
    assert stat.S_IMODE((folder.root / NAME).stat().st_mode) == 0o600
    assert token_of(folder) == first
    assert token_of(folder, renew=True) != first
    assert len(first) >= 32


@pytest.mark.parametrize("damage", [b"", b"short\n", b"\xff" * 40])
def test_a_damaged_token_is_refused(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / NAME).write_bytes(damage)
    (tmp_path / NAME).chmod(0o600)
    with pytest.raises(Exception, match="token"):
        token_of(DataFolder(tmp_path))


def test_a_port_in_use_is_said_clearly(service: Served) -> None:
    with pytest.raises(ServiceError, match="cannot listen"):
        HttpServer(
            Slow(service.settings), replace(service.settings, http=HttpSettings(port=service.port))
        )


def test_a_long_body_is_refused(service: Served) -> None:
    got = service.authorized("POST", "/api/v1/reindex", b"x" * 70_000)
    assert (got.status, got.code) == (413, "too_large")


def test_a_long_address_is_refused(service: Served) -> None:
    assert service.get("/api/v1/search?" + "q=" + "x" * 33_000).status == 400
    assert service.get("/api/v1/search?" + "q=" + "x" * 90_000).status == 400


@contextmanager
def serving_slowly(settings: Settings, seconds: float) -> Iterator[tuple[Slow, Served]]:
    """A server of two requests at a time that answers when it is told to."""
    asked = Slow(settings)
    server = HttpServer(asked, settings, Limits(requests=2, seconds=seconds))
    server.start()
    try:
        yield asked, Served(settings, server, asked)
    finally:
        asked.go.set()
        server.stop()
        asked.close()


@pytest.fixture
def slow(examples: Settings) -> Iterator[tuple[Slow, Served]]:
    with serving_slowly(examples, 0.6) as both:
        yield both


def test_an_answer_that_takes_too_long_is_given_up(slow: tuple[Slow, Served]) -> None:
    got = slow[1].get(SEARCH)
    assert (got.status, got.code) == (504, "timeout")
    assert "retry-after" in got.headers


def test_too_many_requests_at_once_are_told_to_come_back(examples: Settings) -> None:
    with serving_slowly(examples, 20) as (asked, service):
        waiting = [threading.Thread(target=service.get, args=[SEARCH]) for _ in range(2)]
        for thread in waiting:
            thread.start()
        assert all(asked.asked.acquire(timeout=20) for _ in waiting)
        got = service.get("/api/v1/health")
        assert (got.status, got.code) == (503, "overloaded")
        assert int(got.headers["retry-after"]) > 0
        asked.go.set()
        for thread in waiting:
            thread.join()
        assert service.get("/api/v1/health").status == 200


def test_a_defect_is_not_shown_to_the_client(slow: tuple[Slow, Served]) -> None:
    slow[0].go.set()
    got = slow[1].get(SEARCH)
    assert (got.status, got.code) == (500, "internal")
    assert b"ZeroDivision" not in got.body
    assert "content-security-policy" in got.headers


def test_a_client_that_never_finishes_its_head_is_ended(
    service: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.3)
    with closing(socket.create_connection(("127.0.0.1", service.port), timeout=10)) as client:
        client.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        assert client.recv(100) == b""


def test_what_is_not_http_is_ended(service: Served) -> None:
    with closing(socket.create_connection(("127.0.0.1", service.port), timeout=10)) as client:
        client.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 400")


def test_more_than_256_connections_are_ended_at_once(examples: Settings) -> None:
    with served(examples) as running, ExitStack() as opened:
        where = ("127.0.0.1", running.port)

        def connect() -> socket.socket:
            return opened.enter_context(closing(socket.create_connection(where, timeout=10)))

        clients = [connect() for _ in range(connection.MOST_CONNECTIONS)]
        assert len(clients) == 256
        assert connect().recv(10) == b""
        clients[0].sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert clients[0].recv(1000).startswith(b"HTTP/1.1 200")
        for client in clients[:50]:
            client.close()
        assert running.get("/api/v1/health").status == 200

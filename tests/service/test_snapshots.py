"""Saved pages, shown from real archives and from hostile ones."""

import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asterisk_search.service.http import connection, snapshots
from tests.service.served import Got, Served, indexed, served
from tests.sources.archivebox.archives import NAMES, WORDS, Archive, page, unpacked

SECRET = "the-outer-secret"
SITE = "127.0.0.5:8765"


@dataclass(frozen=True)
class Shelf:
    """Archives, served: the real ones, and one whose files a test may spoil."""

    site: Served
    folder: Path
    odd: dict[str, Path]
    """Snapshots of the last, by the name of their page."""

    def get(self, id_: str, **headers: str) -> Got:
        return self.site.get(shown_at(id_), **headers)


def shown_at(id_: str) -> str:
    return "/snapshot/" + quote(id_, safe="", errors="surrogateescape")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "outside.html").write_text(page("Outside", SECRET))
    (folder / "linked").mkdir()
    (folder / "linked" / "singlefile.html").write_text(page("Outside", SECRET))
    archive = Archive(folder / "odd")
    odd = {
        name: archive.add(
            f"https://odd.example/{name}", {"singlefile.html": page(name, WORDS * 3)}, title=name
        )
        for name in ("plain", "link", "moved", "fifo", "large", "gone")
    }
    odd["bytes"] = archive.add("https://odd.example/bytes", {}, title="bytes")
    host = odd["bytes"] / "odd.example"
    host.mkdir()
    Path(os.fsdecode(os.fsencode(host) + b"/bytes-caf\xe9.html")).write_text(page("b", WORDS * 3))
    odd["pdf"] = archive.add(
        "https://odd.example/pdf", {"output.pdf": b"%PDF-1.4", "htmltotext.txt": WORDS}, title="pdf"
    )
    odd["nothing"] = archive.add("https://odd.example/nothing", {"htmltotext.txt": WORDS})
    vault = folder / "vault"
    vault.mkdir()
    (vault / "Note.md").write_text("A note, and no page.")
    roots = [unpacked(name, folder) for name in NAMES]
    indexes = indexed(folder / "data", vault, folder / "odd", *roots)
    with served(indexes) as site:
        yield Shelf(site, folder, odd)


@pytest.mark.parametrize("name", NAMES)
def test_every_copy_of_a_real_archive_is_shown_boxed_in(shelf: Shelf, name: str) -> None:
    rows = shelf.site.get(f"/api/v1/search?source={name}&limit=100").json["results"]
    assert len(rows) > 15
    shown = 0
    for row in rows:
        got = shelf.get(row["id"])
        assert got.status in (200, 404)
        shown += got.status == 200
        if got.status == 200:
            assert not re.search(rb"(?i)<(iframe|link|object|embed)", got.body)
            assert got.headers["content-security-policy"] == snapshots.POLICY
            assert got.headers["x-content-type-options"] == "nosniff"
            assert int(got.headers["content-length"]) == len(got.body)
        else:
            assert got.headers["content-type"].startswith("text/html")
            assert b"has no copy that can be shown" in got.body
    assert shown >= len(rows) - 4  # the pages that were never there, and media alone


def test_the_policy_allows_no_script_and_nothing_from_elsewhere(shelf: Shelf) -> None:
    got = shelf.get("odd:odd.example/plain")
    rules = dict(
        rule.strip().partition(" ")[::2]
        for rule in got.headers["content-security-policy"].split(";")
    )
    assert rules["sandbox"] == ""
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == rules["form-action"] == rules["base-uri"] == "'none'"
    assert not {"script-src", "connect-src", "frame-src", "object-src"} & rules.keys()
    assert {source for rule in rules.values() for source in rule.split()} <= {
        "'none'", "data:", "'unsafe-inline'",
    }  # fmt: skip
    assert rules["style-src"] == "'unsafe-inline' data:"
    assert got.headers["referrer-policy"] == "no-referrer"
    assert got.headers["cross-origin-opener-policy"] == "same-origin"
    assert got.headers["cache-control"] == "no-store"
    assert got.headers["x-dns-prefetch-control"] == "off"


@pytest.mark.parametrize(
    ("path", "kind", "encoding", "text"),
    [
        (f"mini-0.9:{SITE}/latin1.html", "text/html; charset=utf-8", "utf-8", "Café crème"),
        (f"mini-0.7:{SITE}/shiftjis.html", "text/html; charset=utf-8", "utf-8", "日本の城"),
        (f"mini-0.7:{SITE}/notes.txt", "text/plain; charset=utf-8", "utf-8", "sourdough"),
    ],
)
def test_the_encoding_is_told_where_it_is_certain(
    shelf: Shelf, path: str, kind: str, encoding: str, text: str
) -> None:
    got = shelf.get(path)
    assert got.headers["content-type"] == kind
    assert text.casefold() in got.body.decode(encoding).casefold()


def test_another_encoding_is_left_for_the_page_to_tell(shelf: Shelf) -> None:
    shelf.odd["plain"].joinpath("singlefile.html").write_bytes(
        "<meta charset=iso-8859-1><p>Été".encode("latin-1")
    )
    got = shelf.get("odd:odd.example/plain")
    assert got.headers["content-type"] == "text/html"
    assert got.body.endswith(b"\xc9t\xe9")


@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([b"<iframe src=x>", b"</IFRAME>", b"<lInK ", b"<", b"<frame", b"<ifr",
                             b"ame", b"</fencedframe>", b"<object", b"<p>", b"<embed/"]),
            st.binary(max_size=8),
        )
    ),
    st.integers(1, 20),
)  # fmt: skip
def test_no_frame_and_no_hint_is_left_wherever_the_pieces_end(
    parts: list[bytes], size: int
) -> None:
    content = b"".join(parts)
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    made = b"".join(snapshots._boxed(pieces))
    assert len(made) == len(content)
    assert not re.search(rb"(?i)</?(iframe|frame|link|object|embed|fencedframe|portal)", made)
    assert made == b"".join(snapshots._boxed([content]))


@pytest.mark.parametrize(
    "content",
    [
        "<iframe src=//evil.example>".encode("utf-16"),
        b"<meta charset=iso-2022-jp>\xff<if\x1b(Brame src=//evil.example>",
    ],
)
def test_markup_in_bytes_that_hide_its_tags_is_shown_as_text(shelf: Shelf, content: bytes) -> None:
    shelf.odd["plain"].joinpath("singlefile.html").write_bytes(content)
    got = shelf.get("odd:odd.example/plain")
    assert (got.headers["content-type"], got.body) == ("text/plain", content)


def test_a_name_of_a_file_that_is_no_text_is_found(shelf: Shelf) -> None:
    got = shelf.get("odd:odd.example/bytes")
    assert got.status == 200
    assert b"harbour master" in got.body


def test_a_pdf_is_saved_rather_than_run(shelf: Shelf) -> None:
    got = shelf.get("odd:odd.example/pdf")
    assert (got.status, got.body) == (200, b"%PDF-1.4")
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"] == "attachment"


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


COPY = f"mini-0.9:{SITE}/recipe.html"


def test_head_tells_what_get_would_send(shelf: Shelf) -> None:
    got, head = shelf.get(COPY), shelf.site.ask("HEAD", shown_at(COPY))
    assert (head.status, head.body) == (200, b"")
    same = ("content-type", "content-length", "content-security-policy")
    assert [head.headers[name] for name in same] == [got.headers[name] for name in same]


def test_a_copy_cannot_be_posted_to(shelf: Shelf) -> None:
    assert shelf.site.ask("POST", shown_at(COPY)).status == 401
    assert shelf.site.authorized("POST", shown_at(COPY)).status == 405


def test_a_copy_is_shown_to_nobody_elses_page(shelf: Shelf) -> None:
    assert shelf.get(COPY, Host="evil.example").status == 403
    assert shelf.get(COPY, Origin="http://evil.example").status == 403
    assert shelf.get(COPY, Origin="null").status == 403  # what a boxed-in page is
    embedded = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    assert shelf.get(COPY, **embedded, Sec_Fetch_Dest="iframe").status == 403
    assert shelf.get(COPY, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors").status == 403


def test_where_reading_needs_the_token_copies_do_too(shelf: Shelf) -> None:
    with served(shelf.site.settings, require_token=True) as running:
        assert running.get(shown_at(COPY)).status == 401
        assert running.authorized("GET", shown_at(COPY)).status == 200


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

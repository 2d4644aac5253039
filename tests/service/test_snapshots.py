"""Saved pages, shown from real archives."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asterisk_search.service.http import snapshots
from tests.service.served import served
from tests.service.shelf import Shelf, shown_at
from tests.sources.archivebox.archives import NAMES

SITE = "127.0.0.5:8765"


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

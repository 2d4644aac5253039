"""A folder of text, Markdown and PDF files."""

from pathlib import Path

import pytest

from asterisk_search.errors import EntrySkipped
from asterisk_search.records import Document, Entry, Kind, SkipReason, SourceSpec
from asterisk_search.sources import texts
from asterisk_search.sources.opening import open_source
from asterisk_search.sources.rules import Rulebook
from asterisk_search.sources.walking import FILES


def pdf(*pages: str) -> bytes:
    """A PDF file with these lines of text, one a page."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, text in enumerate(pages):
        stream = b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % text.encode() if text else b""
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * at),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n" % (
        len(objects) + 1, table, len(objects) + 1,
    ) + b"startxref\n%d\n%%%%EOF\n" % len(out)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "files"
    root.mkdir()
    (root / "log.txt").write_text("first line\nsecond # no heading\n\n\n  # third, indented\n")
    (root / "plan.org").write_text("* A plan\nwith words")
    (root / "page.markdown").write_text("# Title\n\ntext")
    (root / "paper.pdf").write_bytes(pdf("Of whales", "Of plankton and krill"))
    (root / "picture.png").write_bytes(b"\x89PNG")
    return root


def documents(root: Path) -> dict[str, Document | EntrySkipped]:
    source = open_source(SourceSpec("f", "files", str(root)), 1_000_000, ())
    found: dict[str, Document | EntrySkipped] = {}
    for entry in source.scan():
        assert isinstance(entry, Entry)
        try:
            read = source.read(entry)
            assert read is not None
            found[entry.path] = read
        except EntrySkipped as error:
            found[entry.path] = error
    return found


def test_every_kind_of_text_is_read_and_nothing_else(folder: Path) -> None:
    found = documents(folder)
    assert set(found) == {"log.txt", "plan.org", "page.markdown", "paper.pdf"}
    log, page = found["log.txt"], found["page.markdown"]
    assert isinstance(log, Document)
    assert isinstance(page, Document)
    assert (log.title, log.entry.kind, page.entry.kind) == ("log", Kind.TEXT, Kind.NOTE)
    assert [(b.line, b.end_line, b.headings) for b in log.blocks] == [(1, 2, ()), (5, 5, ())]
    assert log.body == "first line\nsecond # no heading\n\n# third, indented"


def test_a_pdf_is_found_with_its_pages(folder: Path) -> None:
    paper = documents(folder)["paper.pdf"]
    assert isinstance(paper, Document)
    assert [(b.line, b.headings) for b in paper.blocks] == [(1, ("Page 1",)), (2, ("Page 2",))]
    assert "plankton" in paper.body


@pytest.mark.parametrize(
    ("content", "reason", "detail"),
    [
        (b"%PDF-1.4 broken", SkipReason.MALFORMED, "no readable PDF"),
        (b"", SkipReason.MALFORMED, "no readable PDF"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_listed_with_the_reason(
    folder: Path, content: bytes, reason: SkipReason, detail: str
) -> None:
    (folder / "paper.pdf").write_bytes(content)
    skipped = documents(folder)["paper.pdf"]
    assert isinstance(skipped, EntrySkipped)
    assert skipped.reason == reason
    assert detail in skipped.detail


def test_a_pdf_without_text_is_found_by_its_name_and_says_so(folder: Path) -> None:
    (folder / "paper.pdf").write_bytes(pdf("", ""))
    scanned = documents(folder)["paper.pdf"]
    assert isinstance(scanned, Document)
    assert (scanned.title, scanned.body) == ("paper", "")
    assert "perhaps scanned" in scanned.warnings[0]


def test_a_pdf_beside_notes_is_read_too(folder: Path) -> None:
    source = open_source(SourceSpec("f", "vault", str(folder)), 1_000_000, ())
    assert {entry.path for entry in source.scan()} == {"paper.pdf"}


def test_without_the_extra_its_name_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "pdf_readable", lambda: False)
    skipped = documents(folder)["paper.pdf"]
    assert isinstance(skipped, EntrySkipped)
    assert "asterisk-search[pdf]" in skipped.detail


def test_the_rule_names_what_such_a_folder_holds(folder: Path) -> None:
    rules = Rulebook(folder, (), 1_000_000, FILES)
    assert rules.verdict(b"log.txt") == ""
    assert ".pdf" in rules.verdict(b"picture.png")

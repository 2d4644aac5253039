"""A folder of files that is no vault, as it is typed."""

import io
import sys
from pathlib import Path

import pytest
from pypdf import PdfWriter

from tests.cli.conftest import Shell
from tests.sources.test_texts import pdf


def test_a_folder_of_files_is_indexed_when_asked_for(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "log.txt").write_text("first line\nsecond # no heading\n")
    (folder / "paper.pdf").write_bytes(pdf("Of whales " * 60, "Of plankton and krill " * 40))
    assert shell("index", folder).code == 2
    assert shell("index", "--type", "files").code == 2
    assert shell("index", folder, "--type", "files", "-q").code == 0
    assert "Page 2" in shell("query", "--mode", "keyword", "plankton").out
    assert shell("get", "log.txt:2:1").out == "second # no heading\n"
    assert "2 unchanged" in shell("index").out
    (folder / "log.txt").write_text("changed\n")
    assert "1 changed" in shell("index").out


def test_a_source_of_another_type_does_not_become_a_folder_of_files_unnoticed(
    shell: Shell, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "note.md").write_text("a note")
    (folder / "log.txt").write_text("of plankton")
    assert shell("index", folder, "-q").code == 0
    assert "`index --type files` takes this one, too" in shell("why", folder / "log.txt").out
    for options in ((), ("--rebuild",)):
        typed = shell("index", folder, "--type", "files", *options)
        assert typed.code == 2
        assert "asterisk-search source remove files" in typed.err
        assert "kept as" not in typed.err
    assert shell("source", "remove", "files", "--yes").code == 0
    assert shell("index", folder, "--type", "files", "--name", "files", "-q").code == 0
    assert "log" in shell("query", "--mode", "keyword", "plankton").out
    assert shell("index", folder, "--type", "files", "--rebuild", "-q").code == 0


def test_right_to_left_text_and_accents_come_out_as_they_went_in(
    shell: Shell, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    hebrew, arabic = "שלום עולם", "مرحبا بالعالم"
    (folder / "rtl.txt").write_text(f"{hebrew}\n\n{arabic}\n", encoding="utf-8")
    (folder / "accents.txt").write_text("Ein Café in Zürich, Strasse", encoding="utf-8")
    (folder / "cjk.txt").write_text("东京的图书馆很安静", encoding="utf-8")
    assert shell("index", folder, "--type", "files", "-q").code == 0
    assert hebrew in shell("query", "--mode", "keyword", "שלום").out
    assert arabic in shell("query", "--mode", "keyword", "مرحبا").out
    assert shell("get", "rtl").out == f"{hebrew}\n\n{arabic}\n"
    for asked in ("cafe", "CAFÉ", "zurich"):
        assert "accents" in shell("query", "--mode", "keyword", asked).out, asked
    assert "cjk" in shell("query", "--mode", "keyword", "图书馆").out


def test_an_encrypted_pdf_is_listed_and_not_indexed(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "log.txt").write_text("first line\n")
    writer = PdfWriter(io.BytesIO(pdf("Of whales " * 60)))
    writer.encrypt("a password that nobody knows", algorithm="RC4-128")
    writer.write(folder / "locked.pdf")
    assert shell("index", folder, "--type", "files", "-q").code == 0
    assert (
        "locked.pdf  skipped: malformed (no readable PDF: it is encrypted)"
        in shell("status", "--skipped").out
    )
    typed = shell("why", folder / "locked.pdf")
    assert typed.code == 1
    assert "skipped: malformed: no readable PDF: it is encrypted" in typed.out


def test_right_to_left_text_is_isolated_on_terminals_alone(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unicode Standard Annex 9: else it would turn round the numbers beside it."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "שלום.txt").write_text("שלום עולם 12, and English", encoding="utf-8")
    assert shell("index", folder, "--type", "files", "-q").code == 0
    asked = ("query", "--mode", "keyword", "--no-daemon", "שלום")
    assert "\u2068" not in shell(*asked).out
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    first, place, snippet = shell(*asked).out.splitlines()
    assert first.startswith(" 1  \u2068שלום\u2069  files · ")
    assert place == "    \u2068שלום.txt:1\u2069"
    assert snippet == "    \u2068שלום עולם 12, and English\u2069"
    assert "  \u2068files:שלום.txt\u2069" in shell("ls").out
    assert "\u2068" not in shell(*asked, "--json").out
    assert "\u2068" not in shell("get", "שלום").out

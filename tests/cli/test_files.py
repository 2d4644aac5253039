"""A folder of files that is no vault, as it is typed."""

from pathlib import Path

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

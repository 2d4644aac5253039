"""`dupes`, `why`, `open` and the like for saved pages, of an archive that ArchiveBox made."""

import importlib
import shutil
from pathlib import Path

import pytest

from asterisk_search.config import Settings
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library
from asterisk_search.sources.archivebox.descriptions import describe
from asterisk_search.views import Opening
from tests.cli.conftest import Shell
from tests.sources.archivebox.archives import unpacked

# The command of that name hides the module from `import ... as`.
opener = importlib.import_module("asterisk_search.cli.open")

HOST = "127.0.0.5:8765"
RECIPE = f"http://{HOST}/recipe.html"
SENTENCE = (
    "Mix buckwheat flour, salt and cold water, beat for ten minutes and rest overnight. Cook on a "
    "very hot billig, turn once, fill with egg, ham and grated cheese."
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive, and notes of which one was clipped from a page of it."""
    folder = tmp_path_factory.mktemp("archived")
    root = unpacked("mini-0.9", folder)
    notes = folder / "notes"
    notes.mkdir()
    (notes / "Galettes.md").write_text(f"From {RECIPE}?utm_source=letter\n\n{SENTENCE}\n")
    (notes / "Keepers.md").write_text("The lamp of the tower was lit by hand every evening.\n")
    library = Library(Settings(data_dir=str(folder / "index")))
    library.register([str(root), str(notes)])
    library.update(None, Silent())
    library.close()
    return folder


def snapshot(root: Path, page: str) -> Path:
    """The folder of the first copy of a page."""
    found = (path.parent for path in root.glob("archive/users/*/snapshots/*/*/*/index.jsonl"))
    return next(
        folder
        for folder in sorted(found)
        if (described := describe(folder)) and described["url"] == f"http://{HOST}/{page}"
    )


@pytest.fixture
def archived(shell: Shell, made: Path) -> Shell:
    """A shell for what was indexed."""
    shutil.copytree(made / "index", shell.data_dir)
    return shell


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[Opening]:
    seen: list[Opening] = []
    monkeypatch.setattr(opener, "launch", seen.append)
    return seen


def test_notes_and_pages_are_called_what_they_are(archived: Shell) -> None:
    typed = archived("source", "list")
    assert "16 pages ·" in typed.out
    assert "2 documents ·" in typed.out
    assert "18 documents ·" in archived("status").out
    assert "18 documents" in archived("query", "--mode", "keyword", "lighthouse").err


def test_dupes_names_the_copies_of_a_page_that_was_saved_several_times(archived: Shell) -> None:
    groups = archived("dupes", "--json").json["groups"]
    copies = {group["keep"]["path"]: group["copies"] for group in groups if group["copies"]}
    assert {path: len(folders) for path, folders in copies.items()} == {
        f"{HOST}/recipe.html": 5,
        f"{HOST}/counter.html": 2,
    }
    assert all(
        "archive/users/system/snapshots" in folder for folder in copies[f"{HOST}/recipe.html"]
    )
    assert archived("dupes").out.count("copy  archive/users/") == 4 + 1


def test_dupes_finds_the_note_that_was_clipped_from_a_page(archived: Shell) -> None:
    clipped = [
        (group["keep"]["path"], other["path"], other["how"])
        for group in archived("dupes", "--json").json["groups"]
        for other in group["others"]
    ]
    assert clipped == [("Galettes.md", f"{HOST}/recipe.html", "clipped from the page it cites")]
    assert archived("dupes", "--domain", "127.0.0.9").out == ""


def test_a_page_answers_to_its_address(archived: Shell) -> None:
    for name in (RECIPE, f"https://www.{HOST}/recipe.html#top", f"{HOST}/recipe.html"):
        assert "Buckwheat" in archived("get", name).out, name
    assert archived("get", f"http://{HOST}/nowhere").code == 1


def test_why_explains_a_folder_of_an_archive(archived: Shell, made: Path) -> None:
    folders = archived("dupes", "--type", "page", "--json").json["groups"]
    [recipe] = [group for group in folders if group["keep"]["path"] == f"{HOST}/recipe.html"]
    shown, other = (made / "mini-0.9" / folder for folder in recipe["copies"][:2])
    typed = archived("why", shown / "index.jsonl")
    assert typed.code == 0
    assert "indexed: it is the copy of its page that is searched" in typed.out
    assert "bytes" not in typed.out
    typed = archived("why", other)
    assert f"its page is indexed; the copy that is searched is {recipe['copies'][0]}" in typed.out


def test_why_tells_for_what_reason_a_snapshot_was_skipped(archived: Shell, made: Path) -> None:
    folder = snapshot(made / "mini-0.9", "missing.html")
    for name in (folder, f"http://{HOST}/missing.html", f"mini-0.9:{HOST}/missing.html"):
        typed = archived("why", name)
        assert typed.code == 1
        assert f"skipped: {HOST}/missing.html: http error: HTTP 404" in typed.out
        assert "save the page again" in typed.err


def test_why_tells_what_else_lies_in_an_archive(archived: Shell, made: Path) -> None:
    root = made / "mini-0.9"
    assert "excluded: only snapshots" in archived("why", root / "index.sqlite3").out
    assert "missing: there is no such" in archived("why", root / "archive" / "1" / "x").out
    assert "folder: it is the source mini-0.9" in archived("why", root).out
    late = root / "archive" / "1800000000"
    late.mkdir()
    (late / "index.json").write_text('{"url": "https://example.org/late"}')
    try:
        typed = archived("why", late)
    finally:
        shutil.rmtree(late)
    assert "new: at the last scan the archive knew no snapshot of example.org/late" in typed.out


def test_why_names_the_pattern_that_leaves_a_page_out(shell: Shell, made: Path) -> None:
    root = made / "mini-0.9"
    assert shell("index", root, "--exclude", f"{HOST}/spa.html", "-q").code == 0
    folder = snapshot(root, "spa.html")
    typed = shell("why", folder)
    assert f"excluded: {HOST}/spa.html is excluded by --exclude" in typed.out


def test_a_saved_page_opens_as_its_file(
    archived: Shell, made: Path, launched: list[Opening]
) -> None:
    assert archived("query", "--mode", "keyword", "--type", "page", "lighthouse keepers").code == 0
    assert archived("open", "1").code == 0
    assert launched[0].address.startswith((made / "mini-0.9").as_uri() + "/archive/users/")
    assert archived("open", "1", "--in", "folder").code == 0
    assert launched[1].locate
    assert Path(launched[1].address).exists()


@pytest.mark.parametrize(
    ("where", "address"),
    [
        ("original", RECIPE),
        ("wayback", "https://web.archive.org/web/2026112"),
        ("browser", "http://127.0.0.1:8000/"),
    ],
)
def test_a_saved_page_opens_on_the_web_or_on_a_server(
    archived: Shell, tmp_path: Path, launched: list[Opening], where: str, address: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[archive]\nserver = "http://127.0.0.1:8000"\n')
    assert archived("--config", config, "open", RECIPE, "--in", where).code == 0
    assert launched[0].address.startswith(address)


def test_a_saved_page_is_not_for_obsidian(archived: Shell, launched: list[Opening]) -> None:
    typed = archived("open", RECIPE, "--in", "obsidian")
    assert typed.code == 2
    assert "--in browser" in typed.err
    assert launched == []

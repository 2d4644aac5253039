"""What must be found in archives that ArchiveBox itself made, of three layouts."""

import os
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest

from asterisk_search.records import Document
from asterisk_search.sources.archivebox.database import read_database
from asterisk_search.sources.archivebox.source import ArchiveSource
from tests.sources.archivebox.archives import NAMES, read_all, shown, unpacked

HOST = "127.0.0.5:8765"


@pytest.fixture(scope="module", params=NAMES)
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(request.param, tmp_path_factory.mktemp("archives"))


@pytest.fixture(scope="module")
def read(root: Path) -> Iterator[tuple[dict[str, Document], dict[str, str]]]:
    yield read_all(ArchiveSource("a", root))


@pytest.fixture(scope="module")
def pages(read: tuple[dict[str, Document], dict[str, str]]) -> dict[str, Document]:
    return read[0]


def listing(root: Path) -> list[tuple[object, ...]]:
    """Everything that ``stat`` says of everything below a folder, times of reading left out."""
    found: list[tuple[object, ...]] = []
    for folder, folders, files in os.walk(root):
        for name in [".", *folders, *files]:
            status = os.lstat(Path(folder, name))
            found.append((folder, name, status.st_size, status.st_mode, status.st_ino,
                          status.st_mtime_ns, status.st_ctime_ns))  # fmt: skip
    return sorted(found, key=repr)


def test_reading_an_archive_leaves_no_trace(root: Path) -> None:
    before = listing(root)
    documents, _ = read_all(ArchiveSource("a", root))
    assert len(documents) > 10
    assert listing(root) == before


@pytest.mark.parametrize(
    ("page", "status"),
    [("missing.html", 404), ("error500", 500), ("forbidden", 403), ("login-wall", 401)],
)
def test_answers_that_are_errors_are_listed_with_their_number(
    read: tuple[dict[str, Document], dict[str, str]], page: str, status: int
) -> None:
    documents, skips = read
    assert skips[f"{HOST}/{page}"] == f"http_error: HTTP {status}"
    assert f"{HOST}/{page}" not in documents


def test_a_host_that_did_not_answer_is_found_by_its_address(pages: dict[str, Document]) -> None:
    page = pages["127.0.0.9:8765/nobody-home.html"]
    assert (page.title, page.demoted, shown(page)) == ("nobody-home.html", "not saved", "")
    assert page.tags == ("broken",)
    assert "was not saved" in page.warnings[0]


def test_a_challenge_is_no_text(pages: dict[str, Document]) -> None:
    page = pages[f"{HOST}/consent"]
    assert (page.title, page.demoted) == ("consent", "not saved")
    assert "browser" not in page.body


@pytest.mark.parametrize("name", ["empty.html", "nearly-empty.html"])
def test_an_empty_page_has_a_name_at_least(pages: dict[str, Document], name: str) -> None:
    page = pages[f"{HOST}/{name}"]
    assert (page.title, shown(page)) == (name, "")
    assert page.page is not None and page.page.extractor == ""


def test_a_page_without_title_is_called_by_its_first_words(pages: dict[str, Document]) -> None:
    assert pages[f"{HOST}/no-title.html"].title.startswith("A page about heirloom tomatoes")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("latin1.html", "garçon apporte un café très chaud"),
        ("shiftjis.html", "姫路城は兵庫県姫路市にある"),
        ("wide & odd/naïve file (1).html", "Möbius strips"),
        ("spa.html", "keepers of the Ar-Men lighthouse"),
        ("notes.txt", "Feed the starter twice a day"),
        ("plain", "beekeeping and swarm control"),
        ("video.html", "humpback whales"),
        ("recipe.html", "Mix buckwheat flour"),
    ],
)
def test_texts_are_read_as_their_authors_wrote_them(
    pages: dict[str, Document], name: str, words: str
) -> None:
    text = shown(pages[f"{HOST}/{name}"])
    assert words in text
    assert normalize("NFC", text) == text
    assert "Ã" not in text + pages[f"{HOST}/{name}"].title


def test_blocks_are_not_glued_together(pages: dict[str, Document]) -> None:
    assert "galettesMix" not in pages[f"{HOST}/recipe.html"].body


def test_a_page_drawn_by_a_script_has_the_title_it_got_then(pages: dict[str, Document]) -> None:
    assert pages[f"{HOST}/spa.html"].title == "Lighthouse keepers of Brittany"


def test_the_file_that_is_opened_is_there(root: Path, pages: dict[str, Document]) -> None:
    for page in pages.values():
        assert page.page is not None
        assert (root / page.page.file).exists()
        assert "/index.html" not in page.page.file


def test_copies_of_one_page_are_one_document(root: Path, pages: dict[str, Document]) -> None:
    page = pages[f"{HOST}/recipe.html"].page
    assert page is not None
    known = [row for row in read_database(root / "index.sqlite3") if "/recipe.html" in row.url]
    assert {copy.id for copy in page.copies} == {row.id for row in known}
    assert len(page.copies) == len(known) >= 4
    assert all((root / copy.folder).is_dir() for copy in page.copies)
    times = [copy.saved for copy in page.copies]
    assert len(times) == len(set(times)) or all(times)


def test_leftovers_without_a_row_stay_hidden(root: Path, pages: dict[str, Document]) -> None:
    """A page removed with `archivebox remove` keeps its folder."""
    rows = {row.id for row in read_database(root / "index.sqlite3")}
    for page in pages.values():
        assert page.page is not None
        assert {copy.id for copy in page.page.copies} <= rows
    assert f"{HOST}/data.json" not in pages


def test_what_must_stay_private_is_not_read(root: Path, pages: dict[str, Document]) -> None:
    bodies = "\n".join(page.body for page in pages.values())
    for word in ("SECRET_KEY", "CHROME", "/tmp/lab", "ArchiveResult", "wget --", "cookies.txt"):
        assert word not in bodies


def test_every_page_says_when_where_and_from_what(pages: dict[str, Document]) -> None:
    for page in pages.values():
        facts = page.page
        assert facts is not None
        assert facts.url.startswith("http://127.0.0.")
        assert facts.domain in ("127.0.0.5", "127.0.0.9")
        assert facts.bookmarked.startswith("2026-11-22T0")
        assert facts.copy.saved.startswith("2026-11-22T0")
        assert page.date == "2026-11-22"
        assert bool(facts.extractor) == bool(shown(page))


def test_a_redirection_is_a_copy_of_where_it_leads(tmp_path: Path) -> None:
    """Only ArchiveBox 0.9 says where a page was found in the end."""
    documents, skips = read_all(ArchiveSource("a", unpacked("mini-0.9", tmp_path)))
    assert skips[f"{HOST}/old-recipe"] == f"redirect: leads to {HOST}/recipe.html"
    assert f"{HOST}/old-recipe" not in documents


def test_without_its_database_an_archive_tells_as_much(root: Path, tmp_path: Path) -> None:
    with_database, _ = read_all(ArchiveSource("a", root))
    bare = unpacked(root.name, tmp_path)
    (bare / "index.sqlite3").unlink()
    documents, skips = read_all(ArchiveSource("a", bare))
    assert skips["index.sqlite3"].startswith("unreadable:")
    assert set(with_database) <= set(documents)
    for path, page in with_database.items():
        assert shown(documents[path]) == shown(page)
        assert documents[path].title == page.title


@pytest.mark.parametrize("version", ["0.4", "0.6", "0.8"])
def test_other_versions_tell_as_much(tmp_path: Path, version: str) -> None:
    """Archives made with wget alone: all that is known of a page is its own bytes."""
    root = unpacked(f"mini-{version}", tmp_path)
    before = listing(root)
    documents, skips = read_all(ArchiveSource("a", root))
    assert listing(root) == before
    host = "127.0.0.5:8766"
    ferry, strand = documents[f"{host}/ferry.html"], documents[f"{host}/strand.html"]
    assert shown(ferry).startswith("Ferry times\n\nThe ferry to the island leaves")
    assert "privacy" not in shown(ferry) and "rights" not in shown(ferry)
    assert "La marée monte très tôt" in shown(strand)
    assert strand.title == "Île d'Été"
    assert "Springs follow" in shown(documents[f"{host}/tides.txt"])
    assert ferry.page is not None
    assert len(ferry.page.copies) == 2
    assert ferry.tags == (() if version == "0.4" else ("tides",))
    if version == "0.4":  # it did not keep what the web site answered
        assert documents[f"{host}/gone.html"].demoted == "not saved"
    else:
        assert skips == {f"{host}/gone.html": "http_error: HTTP 404"}

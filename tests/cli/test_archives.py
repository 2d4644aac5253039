"""Notes and saved pages together, as a user sees them."""

import shutil
from pathlib import Path

import pytest

from asterisk_search.config import Settings
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library
from tests.cli.conftest import Shell
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "archive"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example vault and archive, indexed together: ``archive`` and ``index`` in a folder."""
    folder = tmp_path_factory.mktemp("both")
    shutil.copytree(EXAMPLE, folder / "archive")
    library = Library(Settings(data_dir=str(folder / "index")))
    specs = library.register([str(ROOT / "examples" / "vault"), str(folder / "archive/archive")])
    assert [spec.type for spec in specs] == ["vault", "archive"]
    assert [report.indexed for report in library.update(None, Silent()).sources][1] == 5
    library.close()
    return folder


@pytest.fixture
def both(shell: Shell, made: Path) -> Shell:
    """A shell for what was indexed."""
    shutil.copytree(made / "index", shell.data_dir)
    return shell


def test_notes_and_pages_come_back_in_one_ranking(both: Shell) -> None:
    typed = both("query", "--json", "why do servers wait a random time before an election")
    kinds = [row["kind"] for row in typed.json["results"][:5]]
    assert {"page", "note"} <= set(kinds)
    page = typed.json["results"][kinds.index("page")]
    assert page["title"] == "Why election timeouts are random"
    assert page["original_url"] == "https://blog.example.org/2024/election-timeouts"
    assert page["domain"] == "blog.example.org"
    assert page["extractor"] == "readability"
    assert page["url"].startswith("file:///")
    assert page["url"].endswith("/archive/1712000000/output.html")
    assert Path(page["abs_path"]).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert page["wayback_url"].startswith("https://web.archive.org/web/20240410080000/https://")
    assert page["snapshots"] == [
        {
            "id": "00000000000000000000000000000002",
            "original_url": page["original_url"],
            "snapshot_path": "archive/1712000000",
            "archived_at": "2024-04-10T08:00:00Z",
            "status": None,
        }
    ]


def test_a_page_shows_its_title_domain_and_date(both: Shell) -> None:
    typed = both("query", "--type", "page", "starter refrigerator holiday")
    assert typed.out.splitlines()[0].split("  ")[1].startswith("Keeping a starter alive")
    assert "bread.example.net" in typed.out
    assert "2024-04-24" in typed.out.splitlines()[0]
    assert "bread.example.net/starter  #recipe" in typed.out


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        (("--type", "note"), {"note", "canvas"}),
        (("--type", "page"), {"page"}),
        (("--type", "canvas"), {"canvas"}),
        (("--type", "canvas", "--type", "page"), {"canvas", "page"}),
        (("type:canvas",), {"canvas"}),
        (("--domain", "example.org"), {"page"}),
        (("--tag", "backup", "--type", "page"), {"page"}),
        (("--type", "page", "--after", "2025"), set()),
        (("--domain", "bread.example.net", "--before", "2025"), {"page"}),
    ],
)
def test_filters_narrow_to_pages(both: Shell, options: tuple[str, ...], kinds: set[str]) -> None:
    rows = both("query", "--json", "-n", "100", *options).json["results"]
    assert {row["kind"] for row in rows} == kinds


def test_an_unknown_type_is_said_as_it_is_for_the_filter_in_the_text(both: Shell) -> None:
    for asked in (("query", "--type", "markdown"), ("query", "type:markdown")):
        typed = both(*asked)
        assert typed.code == 0
        assert "nothing is of the type 'markdown' (there are: " in typed.err
        assert "canvas, note, page" in typed.err
    assert "nothing is of the type 'markdown'" in both("ls", "--type", "markdown").err


def test_an_unknown_site_is_said(both: Shell) -> None:
    typed = both("query", "--domain", "bread.example.com", "starter")
    assert "no page is of the web site 'bread.example.com'" in typed.err
    assert "nearest: bread.example.net" in typed.err


def test_pages_open_on_the_server_that_is_configured(both: Shell, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[archive]\nserver = "http://127.0.0.1:8000/"\n')
    typed = both("--config", config, "query", "--json", "--type", "page", "ferry crossing")
    assert typed.json["results"][0]["url"] == (
        "http://127.0.0.1:8000/archive/1716000000/index.html"
    )


def test_what_was_not_saved_is_listed_with_its_reason(both: Shell) -> None:
    typed = both("status", "--skipped")
    assert "shop.example.com/sold-out  skipped: answered with an error (HTTP 404)" in (typed.out)


def test_the_second_time_nothing_is_done(both: Shell, made: Path) -> None:
    typed = both("index", "--json", made / "archive")
    (source,) = typed.json["sources"]
    assert source["unchanged"] == 5
    assert [source[name] for name in ("new", "changed", "removed")] == [0, 0, 0]
    assert typed.json["embedded"] == 0


def test_an_archive_that_is_not_mounted_loses_nothing(both: Shell, made: Path) -> None:
    (made / "archive" / "archive").rename(made / "elsewhere")
    try:
        typed = both("index", made / "archive")
    finally:
        (made / "elsewhere").rename(made / "archive" / "archive")
    assert typed.code == 1
    assert "Is the disk mounted?" in typed.err
    assert both("query", "--json", "--type", "page", "ferry").json["results"]

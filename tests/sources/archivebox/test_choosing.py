"""Which of the texts saved of a page is its text, and what the page is called."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from asterisk_search.records import BlockKind, Document, PageFacts
from asterisk_search.sources.archivebox.media import cues
from asterisk_search.sources.archivebox.titles import best_title
from tests.sources.archivebox.archives import WORDS, Archive, page, read_all, shown
from tests.sources.test_pdf import pdf


class Read(NamedTuple):
    """A document and what is known of its page."""

    document: Document
    page: PageFacts

    @property
    def title(self) -> str:
        return self.document.title

    @property
    def text(self) -> str:
        return shown(self.document)


URL = "https://example.org/harbour"
ARTICLE = WORDS * 12
SHORT = "Only the banner is here."


def document(
    tmp_path: Path, files: Mapping[str, str | bytes], url: str = URL, **options: object
) -> Read:
    archive = Archive(tmp_path / "a")
    archive.add(url, files)
    documents, skips = read_all(archive.source(**options))
    assert skips == {}
    (found,) = documents.values()
    assert found.page is not None
    return Read(found, found.page)


def readability(*paragraphs: str) -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f'<html lang="en"><body><div id="readability-page-1">{body}</div></body></html>'


EXTRACTS: dict[str, dict[str, str | bytes]] = {
    "readability": {"readability/content.html": readability(ARTICLE)},
    "trafilatura": {"trafilatura/content.md": f"---\ntitle: x\n---\n# Harbour\n\n{ARTICLE}"},
    "defuddle": {"defuddle/content.html": f"<p>{ARTICLE}</p>"},
    "dom": {"output.html": page("Harbour", ARTICLE)},
    "mercury": {"mercury/content.html": f"<div><p>{ARTICLE}</p></div>"},
    "singlefile": {"singlefile.html": page("Harbour", ARTICLE)},
    "wget": {"example.org/harbour.html": page("Harbour", ARTICLE)},
    "htmltotext": {"htmltotext.txt": ARTICLE},
    "pdf": {"example.org/harbour.pdf": pdf(ARTICLE)},
    "text": {"example.org/harbour.txt": ARTICLE},
}


@pytest.mark.parametrize("name", EXTRACTS)
def test_each_extract_alone_is_text_enough(tmp_path: Path, name: str) -> None:
    found = document(tmp_path, EXTRACTS[name])
    assert found.page.extractor == name
    assert "harbour master counts the boats" in found.text
    assert "title: x" not in found.document.body


@pytest.mark.parametrize("name", ["readability", "trafilatura", "mercury", "defuddle"])
def test_where_only_the_text_of_an_extract_is_it_serves(tmp_path: Path, name: str) -> None:
    found = document(tmp_path, {f"{name}/content.txt": ARTICLE})
    assert (found.page.extractor, found.text) == (name, ARTICLE.strip())


def test_the_order_of_preference_can_be_changed(tmp_path: Path) -> None:
    files = {**EXTRACTS["readability"], **EXTRACTS["dom"], **EXTRACTS["htmltotext"]}
    assert document(tmp_path / "1", files).page.extractor == "readability"
    assert document(tmp_path / "2", files, prefer=["dom"]).page.extractor == "dom"
    found = document(tmp_path / "3", files, prefer=["htmltotext", "dom"])
    assert found.page.extractor == "htmltotext"


@pytest.mark.parametrize(
    "poor",
    [SHORT, WORDS * 3, "Ã© Ã¼ wrong ï½¶ï¾€ garbled " * 40, "", "&nbsp;"],
    ids=["banner", "cut short", "garbled", "empty", "blank"],
)
def test_a_poor_extract_gives_way_to_the_page(tmp_path: Path, poor: str) -> None:
    files = {
        "readability/content.html": readability(poor),
        "mercury/content.html": f"<p>{poor}</p>",
        "output.html": page("Harbour", *[f"{ARTICLE} Number {n}." for n in range(3)]),
    }
    found = document(tmp_path, files)
    assert found.page.extractor == "dom"
    assert "Number 2." in found.text


def test_an_extract_is_compared_with_whatever_was_saved_of_the_page(tmp_path: Path) -> None:
    files = {"readability/content.html": readability(SHORT), "singlefile.html": page("H", ARTICLE)}
    assert document(tmp_path, files).page.extractor == "singlefile"


def test_banners_and_comments_are_never_the_text(tmp_path: Path) -> None:
    whole = (
        "<title>Harbour</title><body><div id=cookie-consent><p>We value your privacy</p></div>"
        f"<article><h1>Harbour</h1><p>{ARTICLE}</p></article>"
        "<section class='newsletter'>Subscribe to our letter</section>"
        "<div id=comments><p>First!</p></div></body></html>"
    )
    text = document(tmp_path, {"output.html": whole}).text
    for noise in ("privacy", "Subscribe", "First!"):
        assert noise not in text


def test_a_page_written_by_a_script_is_what_the_script_wrote(tmp_path: Path) -> None:
    files = {
        "example.org/harbour.html": "<title>App</title><body><div id=app>Loading…</div></body>",
        "output.html": page("Harbour today", ARTICLE),
    }
    found = document(tmp_path, files)
    assert (found.title, found.page.extractor) == ("Harbour today", "dom")


def test_what_declares_another_encoding_is_read_as_it_was_written(tmp_path: Path) -> None:
    """A dump of the page is UTF-8, whatever the page in it says."""
    declared = "<html><head><meta charset=iso-8859-1></head><body><p>"
    written = f"{declared}{'Le café est très chaud à cette heure. ' * 9}</p></body></html>"
    found = document(tmp_path, {"output.html": written})
    assert "café est très" in found.text


def test_wget_kept_the_pages_own_bytes(tmp_path: Path) -> None:
    own = f"<html><body><p>{'日本の城は美しい。' * 20}</p></body></html>".encode("shift_jis")
    headers = '{"Status-Code": 200, "Content-Type": "text/html; charset=Shift_JIS"}'
    found = document(tmp_path, {"headers.json": headers, "example.org/harbour.html": own})
    assert "日本の城は美しい" in found.text


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/", "example.org/index.html"),
        ("https://example.org/a?b=c", "example.org/a@b=c.html"),
        ("http://example.org:8080/a b", "example.org+8080/a b.html"),
        ("http://example.org/deep/er/page.php", "example.org/deep/er/page.php.html"),
    ],
)
def test_the_file_that_wget_made_of_an_address(tmp_path: Path, url: str, name: str) -> None:
    other = page("Other", "Something else that came along with it. " * 20)
    files: dict[str, str | bytes] = {
        name: page("Harbour", ARTICLE), "example.org/zz.html": other, "cdn.net/index.html": other,
        "warc/1.warc.gz": b"\x1f\x8b",
    }  # fmt: skip
    found = document(tmp_path, files, url)
    assert found.title == "Harbour"
    assert found.page.file.endswith(name)


@pytest.mark.parametrize("name", ["picture.png", "data.bin"])
def test_what_is_no_text_has_its_name(tmp_path: Path, name: str) -> None:
    found = document(
        tmp_path, {f"example.org/{name}": b"\x89PNG\0\0\1\2" * 500}, f"https://example.org/{name}"
    )
    assert (found.title, found.text, found.document.demoted) == (name, "", "no text")


def test_code_and_feeds_that_were_saved_are_searchable(tmp_path: Path) -> None:
    url = "https://example.org/feed.json"
    found = document(tmp_path, {"example.org/feed.json": '{"items": ["harbour", 1]}\n' * 20}, url)
    assert found.page.extractor == "text"


def test_the_print_out_serves_where_nothing_else_does(tmp_path: Path) -> None:
    assert document(tmp_path, {"output.pdf": pdf(ARTICLE)}).page.extractor == "pdf"


def test_a_damaged_pdf_is_survived(tmp_path: Path) -> None:
    found = document(tmp_path, {"example.org/harbour.pdf": b"%PDF-1.4 and nothing more"})
    assert found.document.demoted == "no text"


def test_a_short_text_is_found_by_its_words_but_not_shown(tmp_path: Path) -> None:
    found = document(tmp_path, {"output.html": page("Harbour", "Few words about boats.")})
    assert found.text == ""
    assert "Few words about boats." in found.document.body
    hidden = [block for block in found.document.blocks if block.kind is BlockKind.HIDDEN]
    assert len(hidden) == 1


def test_without_text_the_description_is_shown(tmp_path: Path) -> None:
    head = '<head><title>A</title><meta name="description" content="All about boats."></head>'
    found = document(tmp_path, {"output.html": f"<html>{head}<body></body></html>"})
    assert found.text == "All about boats."


def test_films_are_found_by_what_is_said_in_them(tmp_path: Path) -> None:
    subtitles = (
        "1\n00:00:00,000 --> 00:00:02,000\n<i>Welcome aboard</i>\n\n"
        "2\n00:00:02,000 --> 00:00:04,000\nWelcome aboard\nof the ferry\n"
    )
    found = document(
        tmp_path,
        {
            "media/Film [x].en.srt": subtitles,
            "media/Film [x].en-GB.vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\nsaid again\n",
            "media/Film [x].de.vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\nWillkommen\n",
            "media/Film [x].description": "A film about ferries",
            "output.html": page("Film", ARTICLE),
        },
    )
    text = found.text
    assert text.endswith(
        "Description\n\nA film about ferries\n\nTranscript\n\nWillkommen\n\n"
        "Transcript\n\nWelcome aboard of the ferry"
    )
    assert "-->" not in text


def test_repetitions_of_rolling_subtitles_are_dropped() -> None:
    rolling = "WEBVTT\nKind: captions\n\n" + "".join(
        f"00:0{n}.000 --> 00:0{n + 1}.000 align:start\n<c>line {n}</c>\nline {n}\n\n"
        for n in range(3)
    )
    assert cues(rolling) == ["line 0 line 1 line 2"]


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        (["Harbour news"], "Harbour news"),
        (["", "Harbour"], "Harbour"),
        (["example.org/harbour", "Harbour"], "Harbour"),
        (["https://example.org/harbour/", "Harbour"], "Harbour"),
        (["Just a moment...", "Loading…", "404 Not Found", "Harbour"], "Harbour"),
        (["Directory listing for /x/", "Harbour"], "Harbour"),
        (["naÃ¯ve"], "naïve"),
        ([], "The first words."),
    ],
)
def test_the_best_title_says_something(titles: list[str], title: str) -> None:
    assert best_title(titles, URL, "The first words. And more.") == title


def test_a_page_without_any_words_is_called_by_its_address() -> None:
    assert best_title([], "https://example.org/caf%C3%A9%20bar/") == "café bar"
    assert best_title([], "https://example.org/") == "example.org"
    assert best_title([], "http://[broken") == "http://[broken"


def test_a_very_long_page_is_indexed_from_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asterisk_search.sources.archivebox.reading.MOST_TEXT", 100_000)
    paragraphs = "".join(f"<p>Paragraph number {n} of the page. {WORDS}</p>" for n in range(1_200))
    found = document(tmp_path, {"output.html": f"<title>Huge</title>{paragraphs}"})
    assert 100_000 <= len(found.text) < 103_000
    assert "very long" in found.document.warnings[0]

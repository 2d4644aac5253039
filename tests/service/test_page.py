"""The page in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import ROOT
from tests.service.browsing import address, watched
from tests.service.served import Served, indexed, served
from tests.sources.archivebox.archives import WORDS, Archive
from tests.sources.archivebox.archives import page as saved

HOSTILE = '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\''


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The example vault, one of a stranger's notes, and an archive of one page."""
    odd = tmp_path_factory.mktemp("odd") / "odd"
    odd.mkdir()
    # In code spans, where Markdown leaves markup as it is.
    (odd / "Hostile.md").write_text(
        f"# `{HOSTILE}`\n\nA zyzzyva 🦗 says `{HOSTILE}` and then zyzzyva again.\n"
    )
    (odd / "Broken.md").write_bytes(b"\0\1\2\3" * 500)
    archive = Archive(tmp_path_factory.mktemp("saved") / "archive")
    archive.add(
        "https://harbour.example/tides",
        {"singlefile.html": saved("Tides", WORDS, "The ferry waits for slack water. " * 3)},
        title="Tides of the harbour",
    )
    folders = (ROOT / "examples" / "vault", odd, archive.root)
    settings = indexed(tmp_path_factory.mktemp("site") / "data", *folders)
    with served(settings) as running:
        yield running


@pytest.fixture
def page(browser: Browser, site: Served) -> Iterator[Page]:
    """The page, wide and watched."""
    with watched(browser, site) as opened:
        opened.goto(address(site))
        yield opened


def test_typing_searches_and_the_address_keeps_it(page: Page) -> None:
    page.keyboard.type("servers agree on a leader")
    expect(page.locator(".result .title").first).to_contain_text("Raft")
    expect(page.locator("#preview .chunk")).to_be_visible()
    expect(page.locator("#preview .chunk mark")).to_have_text(
        "Each server sits in one of three roles: follower, candidate, leader."
    )
    assert "q=servers+agree+on+a+leader" in page.url
    expect(page.locator(".result .title").first).to_have_attribute(
        "href", re.compile("^obsidian://open")
    )


def test_keys_move_through_the_results_and_back(page: Page) -> None:
    page.keyboard.type("water")
    expect(page.locator(".result.current")).to_have_count(1)
    expect(page.locator("#summary")).to_have_text(
        re.compile(r"^\d+ results?(, \d+ weaker)? · \d+ ms$")
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".result").nth(1)).to_have_class("result " + _level(page, 1) + " current")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_value("")
    page.locator(".result .title").first.focus()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()


def _level(page: Page, place: int) -> str:
    return next(
        word
        for word in (page.locator(".result").nth(place).get_attribute("class") or "").split()
        if word in ("high", "medium", "low")
    )


def test_a_chip_narrows_and_another_click_widens(page: Page, site: Served) -> None:
    page.goto(address(site, "/?q=water"))
    chip = page.locator(".chip[data-name=folder]").first
    expect(chip).to_be_visible()
    value = chip.get_attribute("data-value") or ""
    chip.click()
    expect(page.locator(".chip.on")).to_have_attribute("data-value", value)
    assert all(text.startswith(value) for text in page.locator(".path").all_inner_texts())
    assert "folder=" in page.url
    page.locator(".chip.on").click()
    expect(page.locator(".chip.on")).to_have_count(0)


def test_what_is_newest_has_no_score_and_no_mark(
    page: Page, browser: Browser, site: Served
) -> None:
    expect(page.locator("#summary")).to_have_text("Newest documents")
    expect(page.locator("#preview .chunk")).to_be_visible()
    assert page.locator(".facts b").count() == page.locator("#preview mark").count() == 0
    page.goto(address(site, "/?folder=Recipes"))
    expect(page.locator("#summary")).to_contain_text("6 documents")
    assert page.locator(".facts b").count() == 0
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(address(site))
    assert "1.00" not in plain.locator("#results").inner_text()
    context.close()


def left_for(page: Page) -> list[str]:
    """Addresses for which the page is left from now on; those of programs are not opened."""
    left = list[str]()
    page.expose_function("left", lambda url: left.append(url))
    page.evaluate(
        """navigation.addEventListener("navigate", async (event) => {
            await left(event.destination.url);
            window.gone = true;
        })"""
    )
    return left


@pytest.mark.parametrize(("key", "more"), [("Enter", ""), ("Control+Enter", "&paneType=tab")])
def test_enter_opens_a_note_in_obsidian(page: Page, site: Served, key: str, more: str) -> None:
    page.goto(address(site, "/?q=servers+agree+on+a+leader"))
    expect(page.locator(".result.current .title")).to_contain_text("Raft")
    href = page.locator(".result .title").first.get_attribute("href") or ""
    expect(page.locator("#preview .actions a").first).to_have_attribute("href", href)
    expect(page.locator("#preview .actions a").first).to_have_text("Open in Obsidian")
    assert href.startswith("obsidian://open?")
    left = left_for(page)
    page.keyboard.press(key)
    page.wait_for_function("window.gone")
    assert left == [href + more]


def test_a_saved_page_opens_here_or_where_it_was_saved_from(page: Page, site: Served) -> None:
    page.keyboard.type("ferry slack water")
    expect(page.locator(".result.current .title")).to_contain_text("Tides of the harbour")
    buttons = page.locator("#preview .actions a")
    expect(buttons).to_have_text(["Snapshot", "Original", "Wayback", "Read", "Similar"])
    copy, original, wayback = (buttons.nth(n).get_attribute("href") or "" for n in range(3))
    assert copy.startswith("/snapshot/archive%3Aharbour.example%2Ftides")
    assert original == "https://harbour.example/tides"
    assert wayback.startswith("https://web.archive.org/web/2")
    assert wayback.endswith("/https://harbour.example/tides")
    expect(page.locator("#preview .chunk mark")).to_have_text("The ferry waits for slack water.")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    expect(opened.value.locator("p").first).to_contain_text("harbour master")
    assert opened.value.url == address(site, copy)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Tides")
    assert page.url == address(site, copy)
    page.go_back()
    expect(page.locator("#q")).to_have_value("ferry slack water")


def test_the_banner_says_what_is_going_on(page: Page, site: Served) -> None:
    banner = page.locator("#banner")
    expect(banner).to_be_hidden()
    site.desk.tell(phase="embed", done=3, total=12, unit="chunks", waiting=2)
    page.reload()
    expect(banner).to_have_text("Indexing: embed 3 of 12 chunks · 2 changed files waiting")
    hostile = "<img src=x onerror=window.hacked=1>"
    site.desk.tell(paused="on battery", degraded="model checksum failed", error=hostile)
    expect(banner).to_contain_text("Indexing waits: on battery", timeout=30_000)
    expect(banner).to_contain_text("Search by meaning is off: model checksum failed")
    expect(banner).to_contain_text(hostile)
    assert page.locator("#banner img").count() == 0
    site.desk.tell(phase="", done=0, total=0, waiting=0, paused="", degraded="", error="")
    expect(banner).to_be_hidden(timeout=30_000)


def test_without_its_model_the_page_says_so_and_finds_words(
    browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "Raft.md").write_text("A candidate asks the others for their vote.")
    (tmp_path / "model").mkdir()
    settings = indexed(tmp_path / "data", tmp_path / "vault", model=str(tmp_path / "model"))
    with served(settings) as site, watched(browser, site) as page:
        page.goto(address(site, "/?q=candidate"))
        expect(page.locator(".result .title")).to_have_text("Raft")
        expect(page.locator(".note").first).to_contain_text("search by meaning is off")
        expect(page.locator("#banner")).to_have_text("1 passages pending")


def test_a_hostile_title_stays_text(page: Page, site: Served, browser: Browser) -> None:
    page.keyboard.type("zyzzyva")
    expect(page.locator(".result .title").first).to_contain_text("<script>")
    expect(page.locator("#preview .text")).to_contain_text("onerror")
    assert page.locator("main img, main script").count() == 0
    page.locator(".result mark").first.wait_for()
    assert page.locator(".result mark").first.inner_text().lower() == "zyzzyva"
    assert page.evaluate("window.hacked") is None
    for path in ("/?q=zyzzyva", "/read?id=Hostile.md&line=5&end=7", "/skipped"):
        page.goto(address(site, path))
        assert page.locator("main img, main script").count() == 0
        assert page.evaluate("window.hacked") is None


def test_a_plain_search_works_without_a_script(browser: Browser, site: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(address(site))
    plain.fill("#q", "servers agree on a leader")
    plain.click("#go")
    expect(plain.locator(".result .title").first).to_contain_text("Raft")
    plain.locator(".result .actions a", has_text="Read").first.click()
    expect(plain.locator("pre.text mark").first).to_be_visible()
    plain.goto(address(site, "/skipped"))
    expect(plain.locator("table")).to_contain_text("Broken.md")
    context.close()


def test_a_narrow_screen_needs_no_sideways_scrolling(page: Page, site: Served) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(address(site, "/?q=water"))
    expect(page.locator(".result").first).to_be_visible()
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) <= 360


def test_dark_is_dark(browser: Browser, site: Served) -> None:
    context = browser.new_context(color_scheme="dark")
    dark = context.new_page()
    dark.goto(address(site, "/?q=bread"))
    expect(dark.locator(".result").first).to_be_visible()
    assert dark.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 28)"
    context.close()


def test_the_page_is_small() -> None:
    folder = ROOT / "asterisk_search" / "service" / "web"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 56_000

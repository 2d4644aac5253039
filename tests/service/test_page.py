"""The page in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import ROOT
from tests.service.browsing import address, watched
from tests.service.served import Served, indexed, served

HOSTILE = '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\''


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The example vault, and one of a stranger's notes."""
    odd = tmp_path_factory.mktemp("odd") / "odd"
    odd.mkdir()
    # In code spans, where Markdown leaves markup as it is.
    (odd / "Hostile.md").write_text(
        f"# `{HOSTILE}`\n\nA zyzzyva 🦗 says `{HOSTILE}` and then zyzzyva again.\n"
    )
    (odd / "Broken.md").write_bytes(b"\0\1\2\3" * 500)
    settings = indexed(tmp_path_factory.mktemp("site") / "data", ROOT / "examples" / "vault", odd)
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
    expect(page.locator("#preview .chunk mark")).to_be_visible()
    assert "q=servers+agree+on+a+leader" in page.url
    expect(page.locator(".result .title").first).to_have_attribute(
        "href", re.compile("^obsidian://open")
    )


def test_keys_move_through_the_results_and_back(page: Page) -> None:
    page.keyboard.type("water")
    expect(page.locator(".result.current")).to_have_count(1)
    expect(page.locator("#summary")).to_contain_text("results ·")
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

"""A real browser, and a page in it that is watched."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.service.served import Served

FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip
WIDE: Final = (1280, 860)


def chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("needs Chromium (on Debian: apt install chromium)")
    return found


@contextmanager
def launched() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)  # milliseconds: a busy machine shows the same, later
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def watched(browser: Browser, site: Served) -> Iterator[Page]:
    """A wide page; in the end no request has left this machine and no script has failed."""
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    opened, asked, broken = context.new_page(), list[str](), list[str]()
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: broken.append(str(error)))
    yield opened
    context.close()
    assert not [url for url in asked if not url.startswith((address(site, ""), "obsidian://"))]
    assert not broken


def address(site: Served, path: str = "/") -> str:
    return f"http://127.0.0.1:{site.port}{path}"

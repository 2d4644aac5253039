"""A hostile saved page in a real browser: it can do nothing, and asks nobody for anything."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, expect

from tests.service.browsing import address
from tests.service.served import Served, indexed, served
from tests.sources.archivebox.archives import WORDS, Archive

HOSTILE = """<!doctype html><html><head><title>Tides</title>
<meta http-equiv="refresh" content="0; url={there}/refresh">
<base href="{there}/base/">
<link rel="preconnect" href="{there}"><link rel="dns-prefetch" href="{there}">
<link rel="prefetch" href="{there}/prefetch"><link rel="prerender" href="{there}/prerender">
<link rel="preload" as="image" href="{there}/preload"><link rel="icon" href="{there}/icon">
<link rel="modulepreload" href="{there}/module"><link rel="manifest" href="{there}/manifest">
<link rel="stylesheet" href="{there}/style">
<style>@import "{there}/import"; @font-face {{ font-family: F; src: url({there}/font) }}
body {{ font-family: F; background: url({there}/background) }}</style>
<script type="speculationrules">{{"prefetch": [{{"urls": ["{there}/rules"]}}]}}</script>
<script src="{there}/script"></script><script>document.title = "hacked"</script></head>
<body onload="document.title = 'hacked'"><p>{words}</p>
<img src="{there}/image" srcset="{there}/set 2x" onerror="document.title = 'hacked'">
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" id="own">
<iframe src="{there}/frame"></iframe><IFrame/src="{there}/frame"></iframe><iframe
srcdoc="<script>top.document.title='hacked'</script>">
</iframe><object data="{there}/object"></object><embed src="{there}/embed">
<video src="{there}/video" poster="{there}/poster" autoplay></video>
<audio src="{there}/audio" autoplay></audio>
<svg><use href="{there}/use#a"/><image href="{there}/svg"/></svg>
<input type="image" src="{there}/button">
<form action="{there}/form"><button id="send">Send</button></form>
<a id="new" href="{there}/opened" target="_blank">Open</a>
<a id="run" href="javascript:document.title='hacked'">Run</a></body></html>"""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[socket.socket]:
    """Somebody who waits to be called."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.settimeout(0.3)
        yield listening


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, elsewhere: socket.socket) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hostile")
    there = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
    archive = Archive(folder / "odd")
    text = HOSTILE.format(there=there, words=WORDS * 3)
    archive.add("https://odd.example/tides", {"singlefile.html": text}, title="Tides")
    with served(indexed(folder / "data", folder / "odd")) as running:
        yield running


def test_a_saved_page_runs_nothing_and_calls_nobody(
    browser: Browser, site: Served, elsewhere: socket.socket
) -> None:
    page = browser.new_page()
    page.goto(address(site, "/snapshot/odd:odd.example%2Ftides"))
    expect(page.locator("p")).to_contain_text("harbour master")
    assert page.evaluate("document.getElementById('own').naturalWidth") == 1  # its own is shown
    assert page.evaluate("self.origin") == "null"
    page.locator("#send").click()
    page.locator("#run").click()
    page.locator("#new").click()
    page.wait_for_timeout(500)
    assert page.title() == "Tides"
    assert page.url.endswith("/snapshot/odd:odd.example%2Ftides")
    assert len(page.context.pages) == 1
    page.close()
    with pytest.raises(TimeoutError):
        elsewhere.accept()

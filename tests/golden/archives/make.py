"""Make a small archive with a real ArchiveBox, from pages served on loopback; no browser is needed.

    python3 -m venv /tmp/box && /tmp/box/bin/pip install archivebox==0.6.2 setuptools
    python tests/golden/archives/make.py /tmp/box/bin/archivebox /tmp/mini-0.6.tar.xz

ArchiveBox refuses to run as root, and needs wget. Versions 0.4.21, 0.6.2 and 0.7.4 install on
Python 3.11; 0.8.5rc51 too, with ``"pydantic<2.10" pydantic-pkgr==0.5.4 uuid6`` beside it. Keys,
logs and programs' settings are left out of the packed archive.
"""

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORT = 8766
HOST = f"http://127.0.0.5:{PORT}"
_TIDE = "The ferry to the island leaves an hour before high water, never later than at seven. "
_NOISE = (
    "<div class='cookie-banner'>We value your privacy</div><nav><a href='/'>Home</a></nav>",
    "<footer>All rights reserved</footer>",
)
PAGES = {
    "/ferry.html": (200, "text/html; charset=utf-8",
                    f"<html><head><title>Ferry times</title></head><body>{_NOISE[0]}<main>"
                    f"<h1>Ferry times</h1><p>{_TIDE * 4}</p><h2>Winter</h2><p>{_TIDE * 3}</p>"
                    f"</main>{_NOISE[1]}</body></html>".encode()),
    "/strand.html": (200, "text/html",
                     "<html><head><meta charset='iso-8859-1'><title>Île d'Été</title></head><body>"
                     f"<p>{'La marée monte très tôt à la plage de lÎle. ' * 8}</p></body></html>"
                     .encode("latin-1")),
    "/tides.txt": (200, "text/plain; charset=utf-8",
                   ("High water\n\n" + "Springs follow the full moon by two days. " * 8).encode()),
    "/gone.html": (404, "text/html", b"<html><title>Error response</title><p>404</p></html>"),
}  # fmt: skip
ADDRESSES = ("/ferry.html", "/ferry.html?utm_source=mail", "/strand.html", "/tides.txt",
             "/gone.html")  # fmt: skip
SETTINGS = {
    "SAVE_TITLE": "True", "SAVE_WGET": "True", "SAVE_HEADERS": "True", "SAVE_FAVICON": "False",
    "SAVE_WARC": "False", "SAVE_PDF": "False", "SAVE_SCREENSHOT": "False", "SAVE_DOM": "False",
    "SAVE_SINGLEFILE": "False", "SAVE_READABILITY": "False", "SAVE_MERCURY": "False",
    "SAVE_HTMLTOTEXT": "True", "SAVE_GIT": "False", "SAVE_MEDIA": "False",
    "SAVE_ARCHIVE_DOT_ORG": "False", "USE_CHROME": "False", "USE_NODE": "False",
    "CHECK_SSL_VALIDITY": "False", "TIMEOUT": "20", "SHOW_PROGRESS": "False", "USE_COLOR": "False",
}  # fmt: skip
_LEFT_OUT = ("logs", "sources", "ArchiveBox", "static", "lib", "personas", "tmp", "queue", "robots")


class Pages(BaseHTTPRequestHandler):
    """Answers with the pages above."""

    def do_GET(self) -> None:
        """Answer one request."""
        status, kind, content = PAGES.get(self.path.partition("?")[0], PAGES["/gone.html"])
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def main(arguments: list[str]) -> None:
    """Run the program of the command line, and pack what it made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args(arguments)
    server = ThreadingHTTPServer(("127.0.0.5", PORT), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / options.out.name.partition(".tar")[0]
        root.mkdir()
        for step in (["init"], ["add", "--tag=tides", *(HOST + path for path in ADDRESSES)]):
            run(options.program, step, root)
        with tarfile.open(options.out, "w:xz") as packed:
            for path in sorted(root.iterdir()):
                if not path.name.startswith(_LEFT_OUT):
                    packed.add(path, f"{root.name}/{path.name}")
    server.shutdown()


def run(program: Path, step: list[str], root: Path) -> None:
    """One command of ArchiveBox; versions before 0.6 take addresses and tags in other ways."""
    done = subprocess.run([program, *step], cwd=root, env=os.environ | SETTINGS, check=False)
    if done.returncode and step[0] == "add":
        text = "\n".join(part for part in step if part.startswith("http"))
        subprocess.run([program, "add"], cwd=root, env=os.environ | SETTINGS, input=text,
                       text=True, check=True)  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])

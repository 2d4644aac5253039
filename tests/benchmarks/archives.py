"""Write an archive as ArchiveBox 0.7 lays it out, of any size, for the benchmarks.

    python -m tests.benchmarks.archives OUT --like VAULT
    python -m tests.benchmarks.archives OUT --alike 100000

With ``--like`` each note of a vault becomes a page with the same text, saved as the whole page
with menus and a picture written into it, as SingleFile's copy, and as Readability's extract. With
``--alike`` there are that many small pages that say the same.
"""

import argparse
import base64
import html
import json
import os
import random
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from tests.sources.archivebox.archives import ADDED, SCHEMAS, WORDS

_FIRST = 1_600_000_000
_QUIET = (1_700_000_000, 1_700_000_000)
_PICTURE_BYTES = 60_000
_MENU = "<nav><ul>" + "<li><a href='/part'>Part of the site</a></li>" * 20 + "</ul></nav>"
_FOOTER = "<footer><p>All rights reserved. Cookies are used here.</p></footer>"


def pages(vault: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Title and files of a page for each note."""
    noise = random.Random(1)
    for path in sorted(vault.rglob("*.md")):
        article = "\n".join(_blocks(path.read_text(encoding="utf-8")))
        title = html.escape(path.stem)
        head = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head>"
        picture = base64.b64encode(noise.randbytes(_PICTURE_BYTES)).decode()
        whole = f"{head}<body>{_MENU}<main><h1>{title}</h1>{article}</main>{_FOOTER}</body></html>"
        yield (
            path.stem,
            {
                "output.html": whole,
                "singlefile.html": whole.replace(
                    "<h1>", f"<img src='data:image/png;base64,{picture}'><h1>"
                ),
                "readability/content.html": f"<div id='readability-page-1'>{article}</div>",
                "headers.json": '{"Status-Code": 200, "Content-Type": "text/html"}',
            },
        )


def _blocks(text: str) -> Iterator[str]:
    for part in re.split(r"\n\s*\n", re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)):
        heading = re.match(r"(#{1,6}) (.*)", part)
        if heading:
            level = len(heading[1])
            yield f"<h{level}>{html.escape(heading[2])}</h{level}>"
            part = part[heading.end() :]
        if part.strip():
            yield f"<p>{html.escape(part.strip())}</p>"


def alike(count: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Small pages of one title and one text."""
    page = f"<title>Harbour</title><p>{WORDS * 3}</p>"
    return (("Harbour", {"output.html": page}) for _ in range(count))


def write_archive(root: Path, found: Iterable[tuple[str, dict[str, str]]]) -> int:
    """Write the pages to an archive below ``root``; return how many."""
    rows = []
    for number, (title, files) in enumerate(found):
        timestamp, url = f"{_FIRST + number}.5", f"https://site{number % 997}.example.org/{number}"
        folder = root / "archive" / timestamp
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
        described = {"url": url, "title": title, "timestamp": timestamp, "history": {}}
        (folder / "index.json").write_text(json.dumps(described), encoding="utf-8")
        os.utime(folder, _QUIET)
        rows.append((f"{number:032x}", timestamp, title, ADDED, ADDED, url))
    (root / "ArchiveBox.conf").write_text("[SERVER_CONFIG]\n", encoding="utf-8")
    with closing(sqlite3.connect(root / "index.sqlite3")) as connection:
        connection.executescript(SCHEMAS["0.7"])
        connection.executemany(
            "INSERT INTO core_snapshot (id, timestamp, title, added, updated, url) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.execute("INSERT INTO core_tag VALUES (1, 'saved', 'saved')")
        connection.executemany(
            "INSERT INTO core_snapshot_tags (snapshot_id, tag_id) VALUES (?, 1)",
            [(row[0],) for row in rows],
        )
        connection.commit()
    return len(rows)


def main(arguments: list[str]) -> None:
    """Write the archive that the command line describes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--like", type=Path)
    parser.add_argument("--alike", type=int, default=1_000)
    options = parser.parse_args(arguments)
    found = pages(options.like) if options.like else alike(options.alike)
    print(f"{write_archive(options.out, found)} snapshots in {options.out}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])

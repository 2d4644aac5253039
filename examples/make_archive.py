"""Write the example archive anew, as ArchiveBox 0.7 lays one out.

    python examples/make_archive.py

The texts in ``archive_pages.json`` were written for it; other texts stand at these addresses.
"""

import html
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

OUT = Path(__file__).parent / "archive"
SCHEMA = """
CREATE TABLE core_snapshot (id char(32) NOT NULL PRIMARY KEY, timestamp varchar(32) NOT NULL UNIQUE,
    title varchar(512) NULL, added datetime NOT NULL, updated datetime NULL,
    url varchar(200) NOT NULL UNIQUE);
CREATE TABLE core_tag (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    name varchar(100) NOT NULL UNIQUE, slug varchar(100) NOT NULL UNIQUE);
CREATE TABLE core_snapshot_tags (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    snapshot_id char(32) NOT NULL, tag_id integer NOT NULL);
"""
PAGES = Path(__file__).parent / "archive_pages.json"


def main() -> None:
    """Write the folder and its database."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    (OUT / "ArchiveBox.conf").write_text("[SERVER_CONFIG]\n", encoding="utf-8")
    with closing(sqlite3.connect(OUT / "index.sqlite3")) as database:
        database.executescript(SCHEMA)
        for number, page in enumerate(json.loads(PAGES.read_text(encoding="utf-8"))):
            snapshot = f"{number + 1:032x}"
            moment = f"2024-0{number + 3}-10 08:00:00.000000"
            database.execute(
                "INSERT INTO core_snapshot VALUES (?, ?, ?, ?, ?, ?)",
                [snapshot, page["timestamp"], page["title"], moment, moment, page["url"]],
            )
            for tag in page["tags"]:
                database.execute("INSERT OR IGNORE INTO core_tag (name, slug) VALUES (?, ?)",
                                 [tag, tag])  # fmt: skip
                database.execute(
                    "INSERT INTO core_snapshot_tags (snapshot_id, tag_id) "
                    "SELECT ?, id FROM core_tag WHERE name = ?",
                    [snapshot, tag],
                )
            folder = OUT / "archive" / page["timestamp"]
            write(folder, page["url"], page["title"], page["paragraphs"])
        database.commit()


def write(folder: Path, url: str, title: str, paragraphs: list[str]) -> None:
    """The folder of one snapshot: the whole page, its extract, and what the web site answered."""
    (folder / "readability").mkdir(parents=True)
    article = "\n".join(f"<p>{html.escape(text, quote=False)}</p>" for text in paragraphs)
    body = article or "<p>Nothing here.</p>"
    files = {
        "output.html": f"<!DOCTYPE html><html><head><title>{title}</title></head><body>"
        "<nav><a href='/'>Home</a> <a href='/about'>About</a></nav>"
        f"<article><h1>{title}</h1>\n{body}</article>"
        "<footer>We value your privacy and your attention.</footer></body></html>\n",
        "readability/content.html": f'<div id="readability-page-1">{body}</div>\n',
        "headers.json": json.dumps({"Status-Code": 200 if paragraphs else 404}) + "\n",
        "index.json": json.dumps({"schema": "Link", "url": url, "title": title,
                                  "timestamp": folder.name, "history": {}}) + "\n",
    }  # fmt: skip
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()

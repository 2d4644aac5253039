"""Real archives, unpacked for a test, and small ones written for it."""

import json
import sqlite3
import tarfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from asterisk_search.errors import EntrySkipped
from asterisk_search.records import BlockKind, Document, Entry, Skip
from asterisk_search.sources.archivebox.source import ArchiveSource

GOLDEN = Path(__file__).parents[2] / "golden" / "archives"
NAMES = ("mini-0.7", "mini-0.9", "mini-migrated")
WORDS = "The harbour master counts the boats that come in before the evening tide turns. "

SCHEMAS = {
    "0.4": """
        CREATE TABLE core_snapshot (id char(32) PRIMARY KEY, url varchar(200) UNIQUE,
            timestamp varchar(32) UNIQUE, title varchar(128), tags varchar(256), added datetime,
            updated datetime)""",
    "0.7": """
        CREATE TABLE core_snapshot (id char(32) PRIMARY KEY, timestamp varchar(32) UNIQUE,
            title varchar(512), added datetime, updated datetime, url varchar(200) UNIQUE);
        CREATE TABLE core_tag (id integer PRIMARY KEY, name varchar(100), slug varchar(100));
        CREATE TABLE core_snapshot_tags (id integer PRIMARY KEY, snapshot_id char(32),
            tag_id integer)""",
    "0.8": """
        CREATE TABLE core_snapshot (id char(32) PRIMARY KEY, abid varchar(30), url text UNIQUE,
            timestamp varchar(32) UNIQUE, title varchar(512), created_by_id integer,
            bookmarked_at datetime, created_at datetime, modified_at datetime,
            downloaded_at datetime);
        CREATE TABLE core_tag (id char(32) PRIMARY KEY, abid varchar(30), name varchar(100),
            slug varchar(100));
        CREATE TABLE core_snapshot_tags (id integer PRIMARY KEY, snapshot_id char(32),
            tag_id char(32))""",
    "0.9": """
        CREATE TABLE core_snapshot (id char(32) PRIMARY KEY, url text, timestamp varchar(32) UNIQUE,
            title varchar(512), bookmarked_at datetime, created_at datetime, modified_at datetime,
            downloaded_at datetime, crawl_id char(32), status varchar(15), fs_version varchar(10));
        CREATE TABLE core_tag (id integer PRIMARY KEY, name varchar(100));
        CREATE TABLE core_snapshot_tags (id integer PRIMARY KEY, snapshot_id char(32),
            tag_id integer)""",
}
"""What matters here of the tables of each version."""

ADDED = "2024-05-01 10:00:00.000000"


def unpacked(name: str, folder: Path) -> Path:
    """The data folder of one of the real archives, unpacked below ``folder``."""
    with tarfile.open(GOLDEN / f"{name}.tar.xz") as archive:
        archive.extractall(folder, filter="tar")
    return folder / name


def page(title: str, *paragraphs: str) -> str:
    """A whole page in HTML."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


class Archive:
    """An archive that a test writes, with the tables and folders of a version."""

    def __init__(self, root: Path, version: str = "0.7") -> None:
        self.root = root
        self.version = version
        self.added = 0
        (root / "archive").mkdir(parents=True)
        (root / "ArchiveBox.conf").write_text("[SERVER_CONFIG]\nSECRET_KEY = secretkeyword\n")
        self.sql(SCHEMAS[version])

    def sql(self, script: str) -> None:
        with closing(sqlite3.connect(self.root / "index.sqlite3")) as connection:
            connection.executescript(script)

    def add(
        self,
        url: str,
        files: Mapping[str, str | bytes],
        *,
        title: str | None = "",
        tags: tuple[str, ...] = (),
        added: str = ADDED,
        changed: str | None = ADDED,
        status: str = "sealed",
    ) -> Path:
        """Add a snapshot; return its folder."""
        self.added += 1
        id_ = f"{self.added:032x}"
        timestamp = f"{1_714_557_600 + self.added}.5"
        values = {
            "id": id_, "url": url, "timestamp": timestamp, "title": title, "added": added,
            "updated": changed, "created_at": added, "modified_at": changed,
            "bookmarked_at": added, "downloaded_at": changed, "status": status,
            "tags": ",".join(tags), "abid": f"snp_{id_}",
        }  # fmt: skip
        with closing(sqlite3.connect(self.root / "index.sqlite3")) as connection:
            known = [row[1] for row in connection.execute("PRAGMA table_info(core_snapshot)")]
            used = {name: values[name] for name in known if name in values}
            places = ", ".join("?" * len(used))
            connection.execute(
                f"INSERT INTO core_snapshot ({', '.join(used)}) VALUES ({places})",
                list(used.values()),
            )
            if self.version != "0.4":
                self._tag(connection, id_, tags)
            connection.commit()
        folder = self.root / self._folder(url, id_, timestamp)
        write(folder, files)
        described: dict[str, object] = {
            "url": url, "timestamp": timestamp, "title": title, "schema": "Link",
            "tags": ",".join(tags) or None, "history": {},
        }  # fmt: skip
        if self.version == "0.9":
            snapshot = {"type": "Snapshot", "id": id_, "bookmarked_at": added, **described}
            process = {"type": "Process", "env": {"KEY": "secretkeyword"}}
            text = "\n".join(json.dumps(line) for line in (process, snapshot))
            write(folder, {"index.jsonl": text})
        else:
            write(folder, {"index.json": json.dumps(described), "index.html": "viewerword"})
        return folder

    def source(self, **options: object) -> ArchiveSource:
        return ArchiveSource("archive", self.root, **options)  # type: ignore[arg-type]

    def _tag(self, connection: sqlite3.Connection, snapshot: str, tags: tuple[str, ...]) -> None:
        for tag in tags:
            found = connection.execute("SELECT id FROM core_tag WHERE name = ?", [tag]).fetchone()
            key = found[0] if found else abs(hash(tag)) % 10**9
            if not found:
                connection.execute("INSERT INTO core_tag (id, name) VALUES (?, ?)", [key, tag])
            connection.execute(
                "INSERT INTO core_snapshot_tags (snapshot_id, tag_id) VALUES (?, ?)",
                [snapshot, key],
            )

    def _folder(self, url: str, id_: str, timestamp: str) -> str:
        if self.version != "0.9":
            return f"archive/{timestamp}"
        host = url.split("/")[2].replace(":", "_")
        return f"archive/users/system/snapshots/20240501/{host}/{id_}"


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def read_all(source: ArchiveSource) -> tuple[dict[str, Document], dict[str, str]]:
    """The documents of an archive by path, and what is skipped with its reason and detail."""
    documents: dict[str, Document] = {}
    skips: dict[str, str] = {}
    for item in source.scan():
        if isinstance(item, Skip):
            skips[item.path] = f"{item.reason}: {item.detail}"
            continue
        try:
            document = source.read(item)
        except EntrySkipped as error:
            skips[item.path] = f"{error.reason}: {error.detail}"
            continue
        assert document is not None
        documents[item.path] = document
    return documents, skips


def entry_of(source: ArchiveSource, path: str) -> Entry:
    """The entry at ``path``."""
    return next(e for e in source.scan() if isinstance(e, Entry) and e.path == path)


def shown(document: Document) -> str:
    """The text of a document that is shown: not what only helps to find it."""
    return "\n\n".join(
        document.body[block.start : block.end]
        for block in document.blocks
        if block.kind is not BlockKind.HIDDEN
    )

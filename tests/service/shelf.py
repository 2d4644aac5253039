"""Archives on a shelf: real ones, and one whose files a test may spoil, served."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.service.served import Got, Served, indexed, served
from tests.sources.archivebox.archives import NAMES, WORDS, Archive, page, unpacked

SECRET = "the-outer-secret"


@dataclass(frozen=True)
class Shelf:
    """Archives, served: the real ones, and one whose files a test may spoil."""

    site: Served
    folder: Path
    odd: dict[str, Path]
    """Snapshots of the last, by the name of their page."""

    def get(self, id_: str, **headers: str) -> Got:
        return self.site.get(shown_at(id_), **headers)


def shown_at(id_: str) -> str:
    return "/snapshot/" + quote(id_, safe="", errors="surrogateescape")


@contextmanager
def filled(folder: Path) -> Iterator[Shelf]:
    """A shelf in an empty folder."""
    (folder / "outside.html").write_text(page("Outside", SECRET))
    (folder / "linked").mkdir()
    (folder / "linked" / "singlefile.html").write_text(page("Outside", SECRET))
    archive = Archive(folder / "odd")
    odd = {
        name: archive.add(
            f"https://odd.example/{name}", {"singlefile.html": page(name, WORDS * 3)}, title=name
        )
        for name in ("plain", "link", "moved", "fifo", "large", "gone")
    }
    odd["bytes"] = archive.add("https://odd.example/bytes", {}, title="bytes")
    host = odd["bytes"] / "odd.example"
    host.mkdir()
    Path(os.fsdecode(os.fsencode(host) + b"/bytes-caf\xe9.html")).write_text(page("b", WORDS * 3))
    odd["pdf"] = archive.add(
        "https://odd.example/pdf", {"output.pdf": b"%PDF-1.4", "htmltotext.txt": WORDS}, title="pdf"
    )
    odd["nothing"] = archive.add("https://odd.example/nothing", {"htmltotext.txt": WORDS})
    vault = folder / "vault"
    vault.mkdir()
    (vault / "Note.md").write_text("A note, and no page.")
    roots = [unpacked(name, folder) for name in NAMES]
    indexes = indexed(folder / "data", vault, folder / "odd", *roots)
    with served(indexes) as site:
        yield Shelf(site, folder, odd)

"""What ArchiveBox does to a watched archive is found soon, without watching every snapshot."""

from pathlib import Path

from asterisk_search.answers import Mode
from tests.daemon.daemons import Daemon, eventually
from tests.sources.archivebox.archives import WORDS, Archive, page


def test_pages_come_and_go_with_the_database(daemon: Daemon, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "box", "0.9")
    archive.add("http://example.org/one", {"dom/output.html": page("One", WORDS * 4)})
    daemon.index(archive.root)
    daemon.start()
    eventually(daemon.quiet)
    (followed,) = daemon.vitals().standing.followed
    assert (followed.source, followed.how) == ("box", "watching")
    ferries = "The ferry to the islands leaves at dawn and returns late. " * 5
    archive.add("http://example.org/two", {"dom/output.html": page("Two", ferries)})
    daemon.finds("example.org/two", "ferry islands", Mode.KEYWORD)
    archive.sql("DELETE FROM core_snapshot WHERE url LIKE '%two'")
    eventually(lambda: "example.org/two" not in daemon.paths("ferry islands", Mode.KEYWORD))
    assert daemon.paths("harbour master", Mode.KEYWORD) == ["example.org/one"]

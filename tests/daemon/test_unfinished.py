"""What was still being saved at the last look is looked at again, without any event."""

import threading
from contextlib import closing
from pathlib import Path

from asterisk_search.config import Settings
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library
from asterisk_search.service.desk import Desk
from asterisk_search.service.updating import LOOK_S, UNFINISHED_S, Updater
from asterisk_search.service.wire import update_json
from tests.fakes import FakeClock
from tests.sources.archivebox.archives import WORDS, Archive, page


def test_it_is_looked_at_again_after_a_while(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "box", "0.9")
    archive.add("http://example.org/one", {"dom/output.html": page("One", WORDS * 4)})
    archive.add("http://example.org/two", {}, changed=None, status="started")
    settings = Settings(data_dir=str(tmp_path / "data"))
    library = Library(settings)
    library.register([str(archive.root)])
    report = update_json(library.update(None, Silent()))
    assert [skip["reason"] for skip in report["sources"][0]["skipped"]] == ["unfinished"]
    library.close()
    clock = FakeClock()
    with (
        closing(Desk(settings)) as desk,
        closing(Updater(desk, settings, threading.Event(), clock=clock)) as updater,
    ):
        updater._look_around()
        updater.changes.take(1)
        updater._updated(report, 1.0)
        clock.advance(UNFINISHED_S - 1)
        updater._look_around()
        assert updater.changes.waiting() == 0
        clock.advance(LOOK_S)
        updater._look_around()
        assert updater.changes.take(30) == {"box": None}

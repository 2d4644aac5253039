"""What happens in a watched folder is found soon, however it happens."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from errno import EMFILE, ENOSPC
from pathlib import Path

import pytest
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from asterisk_search.answers import Mode
from asterisk_search.service.changes import Changes
from asterisk_search.service.polling import Poll
from asterisk_search.service.watching import LIMITS, OVERFLOW, Watcher
from asterisk_search.sources.obsidian import ObsidianSource
from tests.catalogs import contents
from tests.daemon.conftest import NOTES
from tests.daemon.daemons import Daemon, eventually
from tests.fakes import FakeClock
from tests.sources.archivebox.archives import Archive, page
from tests.sources.vaults import configure, write

Watched = tuple[Daemon, Path]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """One daemon for all tests that leave its vault in order."""
    folder = tmp_path_factory.mktemp("watched")
    notes = write(folder / "notes", NOTES)
    configure(notes, app={})
    daemon = Daemon(folder / "daemon")
    daemon.index(notes)
    daemon.start()
    eventually(daemon.quiet)
    yield daemon, notes
    daemon.close()


def gone(daemon: Daemon, path: str, text: str) -> None:
    eventually(lambda: daemon.quiet() and path not in daemon.paths(text, Mode.KEYWORD))


def known(daemon: Daemon) -> int:
    return daemon.search("anything", Mode.KEYWORD).documents


def test_a_new_note_is_found_by_words_and_by_meaning(watched: Watched) -> None:
    daemon, notes = watched
    (notes / "Ferry.md").write_text("The ferry to the islands leaves at dawn.")
    daemon.finds("Ferry.md", "ferry islands", Mode.KEYWORD)
    daemon.finds("Ferry.md", "when does the boat depart", Mode.SEMANTIC)


def test_an_editor_that_saves_by_renaming_changes_one_note(watched: Watched) -> None:
    daemon, notes = watched
    before = known(daemon)
    for text in ("A first draft about quinces.", "A second draft about medlars."):
        (notes / "Raft.md.tmp").write_text(text)
        (notes / "Raft.md.tmp").replace(notes / "Raft.md")
    daemon.finds("Raft.md", "medlars", Mode.KEYWORD)
    gone(daemon, "Raft.md", "quinces")
    assert known(daemon) == before
    (notes / "Raft.md").write_text(str(NOTES["Raft.md"]))


def test_a_note_that_is_deleted_and_written_again_at_once_stays(watched: Watched) -> None:
    daemon, notes = watched
    (notes / "Bread.md").unlink()
    (notes / "Bread.md").write_text("Rye rests longer than wheat.")
    daemon.finds("Bread.md", "rye wheat", Mode.KEYWORD)


def test_a_renamed_note_is_found_under_its_new_name_alone(watched: Watched) -> None:
    daemon, notes = watched
    (notes / "Old name.md").write_text("Tuning forks are tempered in oil.")
    daemon.finds("Old name.md", "tuning forks", Mode.KEYWORD)
    (notes / "Old name.md").rename(notes / "Garden" / "New name.md")
    daemon.finds("Garden/New name.md", "tuning forks", Mode.KEYWORD)
    gone(daemon, "Old name.md", "tuning forks")


def test_a_rename_of_letter_case_alone_is_noticed(watched: Watched) -> None:
    daemon, notes = watched
    (notes / "readme.md").write_text("Colophon and typefaces.")
    daemon.finds("readme.md", "colophon", Mode.KEYWORD)
    (notes / "readme.md").rename(notes / "README.md")
    daemon.finds("README.md", "colophon", Mode.KEYWORD)
    gone(daemon, "readme.md", "colophon")


def test_a_folder_of_many_notes_moves_as_one(watched: Watched) -> None:
    daemon, notes = watched
    before = known(daemon)
    write(notes, {f"Many/Deep/{n}.md": f"Herring number {n} of the catch." for n in range(300)})
    eventually(lambda: known(daemon) == before + 300)
    (notes / "Many").rename(notes / "Garden" / "Moved")
    daemon.finds("Garden/Moved/Deep/7.md", "herring 7", Mode.KEYWORD)
    eventually(lambda: daemon.quiet() and known(daemon) == before + 300)
    (notes / "Garden" / "Moved" / "Deep" / "7.md").write_text("The trawler was repainted.")
    daemon.finds("Garden/Moved/Deep/7.md", "trawler", Mode.KEYWORD)
    write(notes, {f"Kept/{n}.md": f"Kept {n}." for n in range(320)})
    eventually(lambda: daemon.quiet() and known(daemon) == before + 620)
    shutil.rmtree(notes / "Garden" / "Moved")
    eventually(lambda: daemon.quiet() and known(daemon) == before + 320)


def test_temporary_and_hidden_files_wake_nobody(watched: Watched) -> None:
    daemon, notes = watched
    eventually(daemon.quiet)
    names = ["a.md.tmp", ".a.md.swp", "~$a.md", ".svn/entries", ".obsidian/workspace.json",
             ".sync_1234.db-wal", "node_modules/p/readme.md", "picture.png"]  # fmt: skip
    write(notes, dict.fromkeys(names, "nothing of interest"))
    (notes / "Marker.md").write_text("The marker that comes after them.")
    daemon.finds("Marker.md", "marker", Mode.KEYWORD)
    assert not daemon.paths("nothing interest", Mode.KEYWORD)


def test_what_the_vault_leaves_out_goes_as_soon_as_it_says_so(watched: Watched) -> None:
    daemon, notes = watched
    write(notes, {"Drafts/Idea.md": "An umbrella for two."})
    daemon.finds("Drafts/Idea.md", "umbrella", Mode.KEYWORD)
    configure(notes, app={"userIgnoreFilters": ["Drafts/"]})
    gone(daemon, "Drafts/Idea.md", "umbrella")
    configure(notes, app={})
    daemon.finds("Drafts/Idea.md", "umbrella", Mode.KEYWORD)


def test_a_linked_folder_is_watched_where_it_leads(watched: Watched, tmp_path: Path) -> None:
    daemon, notes = watched
    write(tmp_path / "elsewhere", {"Sub/Far.md": "Lighthouse keepers are few."})
    (notes / "Link").symlink_to(tmp_path / "elsewhere")
    daemon.finds("Link/Sub/Far.md", "lighthouse", Mode.KEYWORD)
    eventually(daemon.quiet)
    (tmp_path / "elsewhere" / "Sub" / "Far.md").write_text("Semaphores were many.")
    daemon.finds("Link/Sub/Far.md", "semaphores", Mode.KEYWORD)
    (notes / "Link").unlink()


def test_a_vault_that_goes_away_and_returns_loses_nothing(watched: Watched) -> None:
    daemon, notes = watched
    eventually(daemon.quiet)
    before, away = known(daemon), notes.with_name("unmounted")
    notes.rename(away)
    notes.mkdir()  # what is left of a mount is an empty folder
    eventually(lambda: [f.how for f in daemon.vitals().standing.followed] == ["away"])
    assert known(daemon) == before
    notes.rmdir()
    (away / "Back.md").write_text("Written while the disk was elsewhere: an astrolabe.")
    away.rename(notes)
    daemon.finds("Back.md", "astrolabe", Mode.KEYWORD)
    (notes / "After.md").write_text("Written after it came back: a sextant.")
    daemon.finds("After.md", "sextant", Mode.KEYWORD)


def test_a_checkout_that_changes_every_file_ends_as_an_index_made_anew(
    watched: Watched, tmp_path: Path
) -> None:
    daemon, notes = watched

    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-C", str(notes), "-c", "user.name=n", "-c", "user.email=e", *arguments],
            check=True, capture_output=True,
        )  # fmt: skip

    git("init", "--quiet", "--initial-branch=one")
    write(notes, {f"Log/{n}.md": f"Entry {n} tells of rain." for n in range(400)})
    git("add", "--all")
    git("commit", "--quiet", "--message=one")
    git("checkout", "--quiet", "-b", "two")
    write(notes, {f"Log/{n}.md": f"Entry {n} tells of snow." for n in range(0, 400, 2)})
    write(notes, {f"Other/{n}.md": f"Page {n} is new." for n in range(100)})
    git("add", "--all")
    git("commit", "--quiet", "--message=two")
    for branch in ("one", "two", "one"):
        git("checkout", "--quiet", branch)
    daemon.finds("Log/8.md", "entry 8 rain", Mode.KEYWORD)
    eventually(daemon.quiet)
    fresh = Daemon(tmp_path / "fresh")
    fresh.index(notes)
    eventually(
        lambda: (
            contents(daemon.data / "catalog.sqlite3") == contents(fresh.data / "catalog.sqlite3")
        )
    )


class Refusing(Observer):  # type: ignore[valid-type,misc]
    """An observer of a system that watches no more folders."""

    code = ENOSPC

    def schedule(
        self, event_handler: FileSystemEventHandler, path: str, **options: object
    ) -> ObservedWatch:
        raise OSError(self.code, "inotify watch limit reached")


@pytest.fixture
def source(tmp_path: Path) -> ObsidianSource:
    return ObsidianSource("v", write(tmp_path / "v", NOTES))


@pytest.mark.parametrize("code", [ENOSPC, EMFILE])
def test_where_nothing_more_can_be_watched_the_source_is_polled_and_told(
    source: ObsidianSource, tmp_path: Path, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    observer: Callable[[], BaseObserver] = type("Coded", (Refusing,), {"code": code})
    changes = Changes(0.01, 1.0)
    watcher = Watcher(changes, tmp_path, observer)
    watcher.follow([source])
    assert watcher.polled() == [source]
    (standing,) = watcher.standing()
    assert standing.how == "polling" and "sudo sysctl fs.inotify" in standing.detail
    assert LIMITS[code] in caplog.text
    watcher.close()


def test_lost_events_are_answered_by_looking_through_everything(
    source: ObsidianSource, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The message is watchdog's own: it has no other way to say so."""
    inotify = pytest.importorskip("watchdog.observers.inotify_c", reason="Linux alone has it")
    changes = Changes(0.01, 1.0)
    watcher = Watcher(changes, tmp_path)
    watcher.follow([source])
    assert changes.take(30) == {"v": None}
    lost = inotify.InotifyEvent(-1, inotify.InotifyConstants.IN_Q_OVERFLOW, 0, b"")
    inotify.InotifyFD.get_instance().handle_event(lost)
    assert changes.take(30) == {"v": None}
    assert OVERFLOW in caplog.text
    watcher.close()


def test_polling_notices_what_was_written_changed_and_removed(source: ObsidianSource) -> None:
    changes = Changes(0.0, 1.0)
    poll = Poll(source, 0.0, FakeClock())
    poll.look(changes)
    assert changes.take(0) == {}
    (source.root / "New.md").write_text("new")
    (source.root / "Raft.md").write_text("changed")
    (source.root / "Bread.md").unlink()
    poll.look(changes)
    assert changes.take(30) == {"v": frozenset([b"New.md", b"Raft.md", b"Bread.md"])}
    source.root.rename(source.root.with_name("away"))
    poll.look(changes)
    assert changes.take(0) == {}


def test_a_daemon_that_may_not_watch_polls(daemon: Daemon, notes: Path) -> None:
    text = daemon.config.read_text()
    daemon.config.write_text(f"{text}watch = false\npoll_seconds = 1\n")
    daemon.index(notes)
    daemon.start()
    eventually(lambda: [f.how for f in daemon.vitals().standing.followed] == ["polling"])
    eventually(daemon.quiet)
    (notes / "New.md").write_text("The ferry to the islands leaves at dawn.")
    daemon.finds("New.md", "ferry", Mode.KEYWORD)


def test_an_archive_is_watched_by_its_database(daemon: Daemon, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    text = "The ferry to the islands leaves at dawn, and the harbour master waves. " * 4
    archive.add("https://example.com/one", {"readability/content.html": page("One", text)})
    daemon.index(archive.root)
    daemon.start()
    eventually(daemon.quiet)
    assert [f.how for f in daemon.vitals().standing.followed] == ["watching"]
    later = text.replace("ferry", "zeppelin")
    archive.add("https://example.com/two", {"readability/content.html": page("Two", later)})
    eventually(lambda: daemon.paths("zeppelin", Mode.KEYWORD))

"""A folder with thousands of notes that moves while the daemon runs."""

import sqlite3
from contextlib import closing
from pathlib import Path

from asterisk_search.answers import Mode
from asterisk_search.service.logbook import last_lines
from tests.daemon.daemons import Daemon, eventually

MANY = 2000
TITLES = 40


def write_many(folder: Path) -> None:
    """Notes of which no two are equal, though the model reads but a few different texts."""
    for number in range(MANY):
        year = folder / str(number % 12)
        year.mkdir(parents=True, exist_ok=True)
        title = f"Catch {number % TITLES}"
        (year / f"{number}.md").write_text(
            f"---\ntitle: {title}\nlanding: quay{number}\n---\nHerring of {title} at the quay.\n"
        )


def passages(daemon: Daemon) -> dict[str, tuple[int, int]]:
    """Of each note, by its path within the folder: its one passage and that one's vector."""
    catalog = daemon.data / "catalog.sqlite3"
    with closing(sqlite3.connect(f"file:{catalog}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT d.path, c.id, c.embedding_id FROM documents d "
            "JOIN chunks c ON c.document_id = d.id AND NOT c.hidden"
        ).fetchall()
    return {path.rpartition("Catch/")[2]: (chunk, vector) for path, chunk, vector in found}


def test_a_folder_of_thousands_of_notes_is_found_where_it_went_without_the_model(
    daemon: Daemon, notes: Path
) -> None:
    daemon.config.write_text(daemon.config.read_text() + "max_cpu_percent = 100\n")
    write_many(notes / "Catch")
    daemon.index(notes)
    before = passages(daemon)
    assert len(before) == MANY + 3
    daemon.start()
    eventually(daemon.quiet)
    (notes / "Garden" / "Years").mkdir()
    (notes / "Catch").rename(notes / "Garden" / "Years" / "Catch")
    daemon.finds("Garden/Years/Catch/5/1517.md", "quay1517", Mode.KEYWORD)
    eventually(daemon.quiet)
    assert daemon.search("quay1517", Mode.KEYWORD).documents == MANY + 3
    assert passages(daemon) == before, "the same passages with the same vectors"
    assert any(f"{MANY} moved" in line for line in last_lines(daemon.settings, 50))
    assert not (daemon.folder / "stderr").read_text(), "all it has to say is in its log"
    (notes / "Garden" / "Years" / "Catch" / "5" / "1517.md").write_text("A trawler, repainted.")
    daemon.finds("Garden/Years/Catch/5/1517.md", "trawler repainted", Mode.KEYWORD)

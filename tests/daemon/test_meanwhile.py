"""A note that is saved while much is being indexed is found before the end of that."""

import os
from pathlib import Path

from asterisk_search.answers import Mode
from tests.daemon.daemons import Daemon, eventually
from tests.sources.vaults import write


def test_a_note_saved_during_a_long_index_is_found_while_it_goes_on(
    daemon: Daemon, notes: Path
) -> None:
    # Two fifths of one processor: it would take half a minute.
    share = max(40 // (os.cpu_count() or 1), 1)
    daemon.config.write_text(f"{daemon.config.read_text()}max_cpu_percent = {share}\n")
    daemon.index(notes)
    daemon.start()
    eventually(daemon.quiet)
    write(notes, {f"Log/{n}.md": f"Entry {n} tells of rain and snow. " * 30 for n in range(400)})
    eventually(lambda: daemon.vitals().standing.phase == "read")
    (notes / "Raft.md").write_text("The ferry to the islands leaves at dawn.")
    (notes / "Bread.md").unlink()
    daemon.finds("Raft.md", "ferry islands", Mode.KEYWORD)
    daemon.finds("Raft.md", "when does the boat depart", Mode.SEMANTIC)
    eventually(lambda: not daemon.paths("dough", Mode.KEYWORD))
    assert daemon.vitals().standing.phase in ("read", "embed")
    assert daemon.search("ferry", Mode.KEYWORD).documents < 402

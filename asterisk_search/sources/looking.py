"""What a scan would say about some paths alone, without walking through the rest."""

import os
import stat
from collections import defaultdict
from collections.abc import Collection, Iterator

from asterisk_search.records import Entry, Skip
from asterisk_search.sources.ignoring import evicted_name, is_never_read
from asterisk_search.sources.walking import Walk, shown


def look(walk: Walk, refs: Collection[bytes]) -> list[Entry | Skip] | None:
    """Return what ``walk``, which has not begun, would find at ``refs`` and below them.

    ``None`` where links to folders take part: what is read through them depends on the order of
    the whole walk.

    Raises:
        SourceError: the root stopped being readable.
    """
    names: dict[bytes, set[bytes]] = defaultdict(set)
    for ref in refs:
        folder, _, name = ref.rpartition(b"/")
        names[folder].add(name)
    found: dict[bytes, Entry | Skip] = {}
    for folder, wanted in names.items():
        reached = _reached(walk, folder)
        if reached is None:
            return None
        if reached:
            found.update((item.ref, item) for item in _named(walk, folder, wanted))
    found.update((item.ref, item) for item in walk.below())
    return None if walk.links else list(found.values())


def _reached(walk: Walk, folder: bytes) -> bool | None:
    """Whether the walk would come to this folder; ``None`` when a link is on the way."""
    parts = folder.split(b"/") if folder else []
    for number, name in enumerate(parts, 1):
        ref = b"/".join(parts[:number])
        if is_never_read(name) or walk.rules.leaves_out(shown(ref), folder=True):
            return False
        try:
            status = os.lstat(os.path.join(walk.root, ref))  # noqa: PTH118 - names are bytes
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True  # not to be seen into: `_named` says so
        if stat.S_ISLNK(status.st_mode):
            return None
        if not stat.S_ISDIR(status.st_mode):
            return False
    return True


def _named(walk: Walk, folder: bytes, names: set[bytes]) -> Iterator[Entry | Skip]:
    """The entries of one folder that have one of these names, or stand for a file that has."""
    for item in walk.children(folder):
        if isinstance(item, Skip):
            yield item
        elif item.name in names or evicted_name(item.name) in names:
            prefix = folder + b"/" if folder else b""
            result = walk.entry(prefix + item.name, item)
            if result is not None:
                yield result

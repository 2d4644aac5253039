"""The daemon: a desk, and the parts that serve it until they are told to stop."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import closing

from asterisk_search.config import Settings
from asterisk_search.errors import AsteriskError
from asterisk_search.service.desk import Desk

Part = Callable[[Desk, Settings, threading.Event], None]
"""Serves until the event is set, then returns within a second; runs in a thread of its own."""

PATIENCE_S = 5.0
"""How long a part may take to end; after that the process goes without it."""

log = logging.getLogger(__name__)


def serve(settings: Settings, stop: threading.Event, parts: Sequence[Part]) -> None:
    """Run all ``parts`` until ``stop`` is set."""
    with closing(Desk(settings)) as desk:
        threads = [
            threading.Thread(
                target=_guarded,
                args=(part, desk, settings, stop),
                name=part.__module__,
                daemon=True,
            )
            for part in parts
        ]
        for thread in threads:
            thread.start()
        stop.wait()
        for thread in threads:
            thread.join(PATIENCE_S)


def _guarded(part: Part, desk: Desk, settings: Settings, stop: threading.Event) -> None:
    """One part's failure is told, and does not end the others."""
    try:
        part(desk, settings, stop)
    except AsteriskError as error:
        log.error("%s: %s; %s", part.__module__, error.message, error.hint)
        desk.tell(error=error.message)
    except Exception:
        # The last line of defence of a process that must go on: the log says where it broke.
        log.exception("%s broke", part.__module__)
        desk.tell(error=f"{part.__module__} broke; see the log")

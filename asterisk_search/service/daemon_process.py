"""The daemon as a process: its lock, its log, its signals."""

import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Mapping
from types import FrameType

from asterisk_search.config import Settings
from asterisk_search.indexing.memory import keep_little, settle
from asterisk_search.library.resident import Resident
from asterisk_search.service import updating
from asterisk_search.service.address import Address, Post
from asterisk_search.service.client import version
from asterisk_search.service.daemon import serve
from asterisk_search.service.desk import Desk
from asterisk_search.service.http.serving import HttpServer
from asterisk_search.service.logbook import set_up
from asterisk_search.service.socket_server import Command, serving

log = logging.getLogger(__name__)


def warm(desk: Desk, settings: Settings, stop: threading.Event) -> None:
    """Load model and vectors before the first question."""
    problem = desk.library.warm_up()
    settle()
    log.info("ready%s", f", without search by meaning: {problem}" if problem else "")


def serve_http(desk: Desk, settings: Settings, stop: threading.Event) -> None:
    """Serve the page and the API, unless they are not wanted.

    Raises:
        ServiceError: the port is taken.
    """
    if not settings.http.enabled:
        return
    server = HttpServer(desk, settings)
    desk.tell(http=str(server.start()))
    stop.wait()
    server.stop()


def run(settings: Settings, commands: Mapping[str, Command]) -> None:
    """Be the daemon of this data folder until SIGTERM or SIGINT; it carries out ``commands``.

    Raises:
        DaemonRunning: there is one already.
        CatalogError: data folder or log cannot be written.
    """
    keep_little()
    # Watchdog may meet a moved folder twice, and says so at length; it is watched all the same.
    warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning, r"watchdog\.")
    post = Post(settings.data_path)
    handle = _taken(post, settings)
    # Whoever wants to end it must be able to before it answers.
    post.write(Address(os.getpid(), "", version()))
    stop = threading.Event()
    _end_on_signals(stop)
    try:
        set_up(settings)
        log.info("daemon of %s begins, pid %d", post.root, os.getpid())
        serve(settings, stop, (serving(commands), updating.serve, warm, serve_http))
        log.info("daemon ends")
    finally:
        post.card.unlink(missing_ok=True)
        os.close(handle)
    _leave()


def _taken(post: Post, settings: Settings) -> int:
    Resident(settings).prepare()
    return post.take()


def _end_on_signals(stop: threading.Event) -> None:
    """Set ``stop`` from a thread: a handler may run while its lock is held."""
    heard, tell = os.pipe()

    def handler(_number: int, _frame: FrameType | None) -> None:
        os.write(tell, b"!")

    def wait() -> None:
        os.read(heard, 1)
        stop.set()

    signal.signal(signal.SIGTERM, handler)
    signal.signal(signal.SIGINT, handler)
    threading.Thread(target=wait, daemon=True, name="signals").start()


def _leave() -> None:
    """End at once, whatever a library's threads are at: everything is closed or safe."""
    logging.shutdown()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.flush()
    os._exit(0)

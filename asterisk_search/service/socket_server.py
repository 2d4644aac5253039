"""Answering the command line over a Unix socket: one line of JSON in, one out, and goodbye."""

import json
import logging
import os
import socketserver
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from asterisk_search.answers import Query
from asterisk_search.config import Settings, given_settings
from asterisk_search.errors import AsteriskError, ConfigError
from asterisk_search.service.address import PROTOCOL, Address, Post, private_folder, socket_path
from asterisk_search.service.client import settings_key, version
from asterisk_search.service.daemon import Part
from asterisk_search.service.desk import Desk
from asterisk_search.service.given import VARIABLES, Given
from asterisk_search.service.wire_records import decoded, encoded

AT_ONCE: Final = 8
"""Questions that are answered at the same time; others wait their turn."""
POLL_S: Final = 0.5
"""How soon it notices that it is to end."""
SILENCE_S: Final = 5.0
"""A connection that says nothing is closed after that."""
LONGEST: Final = 1_000_000
"""Bytes of a question."""

Command = Callable[[Desk, Mapping[str, Any]], object]
"""Carries out a command of a shell: JSON-ready options in, JSON-ready data to show out."""

log = logging.getLogger(__name__)


def serving(commands: Mapping[str, Command]) -> Part:
    """The part of a daemon that also carries out these ``commands`` of a shell."""

    def serve_socket(desk: Desk, settings: Settings, stop: threading.Event) -> None:
        serve(desk, settings, stop, commands)

    return serve_socket


def serve(
    desk: Desk, settings: Settings, stop: threading.Event, commands: Mapping[str, Command]
) -> None:
    """Answer until ``stop`` is set.

    Raises:
        CatalogError: the socket's folder cannot be had.
    """
    root = settings.data_path
    path = socket_path(root.absolute(), os.environ.get("XDG_RUNTIME_DIR", ""), os.geteuid())
    private_folder(path.parent)
    path.unlink(missing_ok=True)  # of one that was killed: the lock says that none is alive
    with _Server(path, Answers(desk, settings, commands)) as server:
        Post(root).write(Address(os.getpid(), str(path), version()))
        thread = threading.Thread(target=server.serve_forever, args=(POLL_S,), daemon=True)
        thread.start()
        stop.wait()
        server.shutdown()
    path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Answers:
    """What can be asked."""

    desk: Desk
    settings: Settings
    commands: Mapping[str, Command] = field(default_factory=dict)

    def to(self, line: bytes) -> bytes:
        """The reply to one line; an error is a reply too."""
        try:
            answer = self._answer(json.loads(line))
            reply: dict[str, Any] = {"v": PROTOCOL, "answer": answer}
        except AsteriskError as error:
            told = {"kind": type(error).__name__, "message": error.message, "hint": error.hint}
            reply = {"v": PROTOCOL, "error": told}
        except (ValueError, TypeError, KeyError, AttributeError):
            log.warning("a question was refused", exc_info=True)
            reply = {"v": PROTOCOL, "refused": "not a question of this version"}
        return json.dumps(reply).encode() + b"\n"

    def _answer(self, request: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON has no type
        if request["v"] != PROTOCOL:
            raise ValueError(request["v"])
        operation: Callable[[Mapping[str, Any]], object] = getattr(self, f"op_{request['op']}")
        free = request["op"] in ("vitals", "reindex")
        key = _key(*request["given"]) if "given" in request else request.get("settings")
        if not free and key != settings_key(self.settings):
            raise ValueError("other settings")
        return encoded(operation(request["body"]))

    def op_command(self, body: Mapping[str, Any]) -> object:
        """What a command shows, as its shell prints it."""
        return self.commands[body["command"]](self.desk, body["options"])

    def op_search(self, body: Mapping[str, Any]) -> object:
        """`Desk.search`."""
        answer = self.desk.search(decoded(Query, body["query"]))
        if body["remember"]:
            self.desk.library.remember(answer.results)
        return answer

    def op_status(self, _: Mapping[str, Any]) -> object:
        """`Desk.status`."""
        return self.desk.status()

    def op_similar(self, body: Mapping[str, Any]) -> object:
        """`Desk.similar`."""
        return self.desk.similar(
            body["note"],
            text=body["text"],
            filters=decoded(Query, body["query"]).filters,
            limit=body["limit"],
        )

    def op_reindex(self, body: Mapping[str, Any]) -> object:
        """`Desk.reindex`."""
        self.desk.reindex(body["names"])
        return True

    def op_vitals(self, _: Mapping[str, Any]) -> object:
        """`Desk.vitals`."""
        return self.desk.vitals()


def _key(data_dir: str, environ: list[str], text: str) -> str:
    """The key of the settings that were given."""
    return _key_of(Given(data_dir, tuple(environ), text))


@lru_cache(maxsize=16)
def _key_of(known: Given) -> str:
    try:
        environ = dict(zip(VARIABLES, known.environ, strict=True))
        return settings_key(given_settings(known.text, environ, known.data_dir))
    except ConfigError as error:
        raise ValueError("wrong settings") from error  # who gave them says so better


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: Path, answers: Answers) -> None:
        old = os.umask(0o177)
        try:
            super().__init__(str(path), _Handler)
        finally:
            os.umask(old)
        self.answers = answers
        self.turns = threading.BoundedSemaphore(AT_ONCE)

    def handle_error(self, request: object, client_address: object) -> None:
        """Log it: the next question must be answered all the same."""
        log.exception("a question could not be answered")


class _Handler(socketserver.StreamRequestHandler):
    server: _Server
    timeout = SILENCE_S

    def handle(self) -> None:
        """One question, one answer."""
        with suppress(OSError):  # who asked has gone, or never said a word
            line = self.rfile.readline(LONGEST)
            if line.endswith(b"\n"):
                with self.server.turns:
                    self.wfile.write(self.server.answers.to(line))

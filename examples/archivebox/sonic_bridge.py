#!/usr/bin/env python3
"""Asterisk Search in the place of a Sonic server, for ArchiveBox 0.5 to 0.8.

    python3 sonic_bridge.py                                        # beside ArchiveBox, and there:
    archivebox config --set SEARCH_BACKEND_ENGINE=sonic SEARCH_BACKEND_HOST_NAME=127.0.0.1

It speaks as much of the Sonic channel protocol (version 1) as ArchiveBox uses. What ArchiveBox
pushes into it is thanked for and dropped: Asterisk Search reads the archive itself. Settings are
those of ``search_backend_asterisk/search.py``; ``--password`` is ``SEARCH_BACKEND_PASSWORD`` there.
"""

import argparse
import hmac
import itertools
import re
import socketserver
import sys
from collections.abc import Callable, Iterator

from search_backend_asterisk.search import SearchFailed, snapshot_ids

PORT = 1491
LONGEST = 20_000
"""Bytes of a command, as promised when a channel is started."""
IDLE_SECONDS = 300
CHANNELS = ("search", "ingest", "control")
ANSWERS = {"QUIT": "ENDED quit", "PING": "PONG"}
KEPT = {"PUSH": "OK", "TRIGGER": "OK"} | dict.fromkeys(
    ("FLUSHO", "FLUSHB", "FLUSHC", "POP", "COUNT"), "RESULT 0"
)
"""Answers to what tells of pages; nothing is kept."""

_ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_ESCAPES = {"n": "\n", '"': '"', "\\": "\\"}


def words_of(line: str) -> list[str]:
    """The words of a command; a quoted one has its escapes undone."""
    return [
        re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), match[1])
        if match[1] is not None
        else match[2]
        for match in _ARGUMENT.finditer(line)
    ]


class Conversation:
    """One client's commands and the lines that answer them."""

    def __init__(self, password: str, search: Callable[[str], Iterator[str]]) -> None:
        self._password = password
        self._search = search
        self._channel = ""
        self._numbers = itertools.count(1)
        self.ended = False

    def reply(self, line: str) -> list[str]:
        """The lines that answer a command."""
        words = words_of(line)
        command = words[0].upper() if words else ""
        if command == "QUIT":
            self.ended = True
        if command in ANSWERS:
            return [ANSWERS[command]]
        if command == "START":
            return [self._start(words[1:])]
        if not self._channel:
            return ["ERR not_started"]
        if self._channel == "search" and command in ("QUERY", "SUGGEST") and len(words) > 3:
            return self._found(command, words[3])
        return [KEPT.get(command, "ERR unknown_command")]

    def _start(self, words: list[str]) -> str:
        channel, password = [*words, "", ""][:2]
        if channel not in CHANNELS:
            return "ERR invalid_channel"
        if not hmac.compare_digest(password.encode(), self._password.encode()):
            self.ended = True
            return "ENDED authentication_failed"
        self._channel = channel
        return f"STARTED {channel} protocol(1) buffer({LONGEST})"

    def _found(self, command: str, text: str) -> list[str]:
        number = next(self._numbers)
        try:
            found = list(self._search(text)) if command == "QUERY" else []
        except SearchFailed as error:
            print(error, file=sys.stderr)
            return ["ERR internal_error"]
        return [f"PENDING {number}", " ".join(["EVENT", command, str(number), *found])]


class Handler(socketserver.StreamRequestHandler):
    """Reads commands from a connection and writes the answers."""

    timeout = IDLE_SECONDS
    server: "Bridge"

    def handle(self) -> None:
        """Serve one client until it leaves, is silent for long, or sends what is no command."""
        talk = Conversation(self.server.password, self.server.search)
        self._say("CONNECTED <sonic-server v1.4.9>")
        try:
            while not talk.ended:
                line = self.rfile.readline(LONGEST + 2)
                if not line.endswith(b"\n"):
                    return
                if line.strip():
                    for reply in talk.reply(line.decode("utf-8", "replace").strip()):
                        self._say(reply)
        except OSError:
            return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Bridge(socketserver.ThreadingTCPServer):
    """Listens for ArchiveBox."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self,
        address: tuple[str, int],
        password: str,
        search: Callable[[str], Iterator[str]] = snapshot_ids,
    ) -> None:
        super().__init__(address, Handler)
        self.password = password
        self.search = search


def main(arguments: list[str]) -> None:
    """Listen until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 for a container to reach")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--password", default="SecretPassword")
    options = parser.parse_args(arguments)
    with Bridge((options.host, options.port), options.password) as bridge:
        print("listening as Sonic on {}:{}".format(*bridge.server_address), flush=True)
        try:
            bridge.serve_forever()
        except KeyboardInterrupt:
            print("ended")


if __name__ == "__main__":
    main(sys.argv[1:])

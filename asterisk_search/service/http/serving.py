"""uvicorn in a thread of its own: started, stopped, and clear about why it cannot."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

import uvicorn

from asterisk_search.config import HttpSettings, Settings
from asterisk_search.errors import ServiceError
from asterisk_search.service.desk import Desk
from asterisk_search.service.http.application import application
from asterisk_search.service.http.connection import Connection
from asterisk_search.service.http.gate import Rules
from asterisk_search.service.http.limits import LONGEST_ADDRESS, Limits
from asterisk_search.service.operations import Defaults
from asterisk_search.service.token import token_of
from asterisk_search.storage.folder import DataFolder

WORKERS: Final = 8
START_SECONDS: Final = 10.0
STOP_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service listens."""

    host: str
    port: int

    def __str__(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"


class HttpServer:
    """Serves until it is stopped. ``port`` 0 in the settings takes any that is free."""

    def __init__(self, desk: Desk, settings: Settings, limits: Limits | None = None) -> None:
        http = settings.http
        token = token_of(DataFolder(settings.data_path))
        rules = Rules(
            token,
            everything=http.require_token or not is_loopback(http.host),
            hosts=frozenset(name.lower() for name in http.allowed_hosts),
        )
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="http")
        defaults = Defaults(settings.search.limit, settings.search.mode)
        app = application(desk, defaults, rules, self._workers, limits)
        self._socket, self.address = _listening(http)
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=Connection,
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=STOP_SECONDS,
                h11_max_incomplete_event_size=LONGEST_ADDRESS + 16_384,
            )
        )
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)

    def start(self) -> Address:
        """Listen; return once requests are answered."""
        self._thread.start()
        return self.address

    def stop(self) -> None:
        """Let the requests in progress end, but not for long."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(2 * STOP_SECONDS)
        self._socket.close()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens on ``host``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _listening(http: HttpSettings) -> tuple[socket.socket, Address]:
    try:
        family, _, _, _, where = socket.getaddrinfo(
            http.host, http.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.create_server(where[:2], family=family, backlog=128)
    except OSError as error:
        raise ServiceError(
            f"cannot listen on {http.host} port {http.port}: {error.strerror or error}",
            hint="set another [http] port, or end the program that has it",
        ) from error
    return listening, Address(http.host, listening.getsockname()[1])

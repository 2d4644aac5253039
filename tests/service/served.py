"""A real server on a real library, and a client that says exactly what it is told to say."""

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from asterisk_search.answers import Answer, Query
from asterisk_search.config import HttpSettings, ModelSettings, Settings
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library
from asterisk_search.service.desk import Desk
from asterisk_search.service.http.limits import Limits
from asterisk_search.service.http.serving import HttpServer
from asterisk_search.service.token import token_of
from asterisk_search.storage.folder import DataFolder

NONE: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Got:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of the error."""
        return str(self.json["error"]["code"])


@dataclass(frozen=True)
class Served:
    """A server under test."""

    settings: Settings
    server: HttpServer
    desk: Desk

    @property
    def port(self) -> int:
        return self.server.address.port

    @property
    def token(self) -> str:
        return token_of(DataFolder(self.settings.data_path))

    def connections(self) -> int:
        """Clients connected at present."""
        return len(self.server._server.server_state.connections)

    def get(self, path: str, **headers: str) -> Got:
        return self.ask("GET", path, headers=headers)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = NONE
    ) -> Got:
        """``_`` in the name of a header stands for a hyphen."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body or None, named)
            response = connection.getresponse()
            return Got(response.status, dict(response.getheaders()), response.read())

    def authorized(self, method: str, path: str, body: bytes = b"", **headers: str) -> Got:
        """The same, with the token."""
        return self.ask(method, path, body, {"Authorization": f"Bearer {self.token}", **headers})


def indexed(data_dir: Path, *folders: Path, model: str = "") -> Settings:
    """Settings of a data folder in which these folders are indexed, by this model."""
    settings = Settings(
        data_dir=str(data_dir), http=HttpSettings(port=0), model=ModelSettings(model)
    )
    library = Library(settings)
    library.register([str(folder) for folder in folders])
    library.update(None, Silent())
    library.close()
    return settings


class Slow(Desk):
    """Takes its time to search, and then breaks."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.go = threading.Event()
        self.asked = threading.Semaphore(0)

    def search(self, query: Query) -> Answer:
        self.asked.release()
        assert self.go.wait(20)
        raise ZeroDivisionError("a defect")


@contextmanager
def served(settings: Settings, limits: Limits | None = None, **http: Any) -> Iterator[Served]:
    """A server with these ``[http]`` settings while the block runs."""
    settings = replace(settings, http=replace(settings.http, **http))
    with closing(Desk(settings)) as desk:
        desk.on_reindex(lambda _names: None)
        server = HttpServer(desk, settings, limits)
        server.start()
        try:
            yield Served(settings, server, desk)
        finally:
            server.stop()

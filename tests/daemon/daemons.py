"""Real daemons for tests: processes of their own, with data folders of their own."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asterisk_search.answers import Answer, Mode, Query
from asterisk_search.config import Settings, load_settings
from asterisk_search.errors import AsteriskError, CatalogBusy
from asterisk_search.service.address import Address, Post
from asterisk_search.service.client import Elsewhere, ask, demand
from asterisk_search.service.program import CLI, environment
from asterisk_search.service.standing import Vitals
from asterisk_search.service.wire_records import decoded, encoded
from tests.conftest import ROOT

BUSY = CatalogBusy.exit_code
PATIENCE_S = 150.0
"""Indexing much has the lowest priority: beside other work it gets a hundredth of a processor."""
CONFIG = "[http]\nenabled = false\n[daemon]\nsettle_ms = 100\nmax_load = 0\nmax_celsius = 0\n"


def eventually(
    condition: Callable[[], object], patience: float = PATIENCE_S, every: float = 0.03
) -> None:
    """Return as soon as the condition holds, seen ``every`` so often; fail when it never does."""
    until = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < until, "that never came about"
        time.sleep(every)


def done(typed: "subprocess.CompletedProcess[str]") -> bool:
    assert typed.returncode == 0, typed.stderr
    return True


@dataclass
class Daemon:
    """One data folder, and whatever daemon runs on it."""

    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        if not self.config.exists():
            self.config.write_text(CONFIG)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def options(self) -> list[str]:
        return ["--config", str(self.config), "--data-dir", str(self.data)]

    @property
    def settings(self) -> Settings:
        return load_settings(self.config, {}, str(self.data))

    def type(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*CLI, *self.options, *arguments],
            cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip

    def index(self, vault: Path) -> None:
        self.change("index", "--quiet", str(vault))

    def change(self, *arguments: str) -> None:
        """Type a command that writes, again as long as a daemon that indexes is in its way."""
        eventually(lambda: (tried := self.type(*arguments)).returncode != BUSY and done(tried))

    def start(self) -> Address:
        """Start it in the foreground of a process of ours; return when it answers."""
        # Not a pipe, which nobody would empty.
        with (self.folder / "stderr").open("wb") as stderr:
            self.process = subprocess.Popen(
                [*CLI, *self.options, "daemon", "run"], cwd=ROOT, env=environment(), stderr=stderr
            )
        eventually(lambda: self.address() or (self.process and self.process.poll() is not None))
        address = self.address()
        assert address is not None, (self.folder / "stderr").read_text()
        return address

    def address(self) -> Address | None:
        address = Post(self.data).running()
        return address if address and address.socket else None

    def vitals(self) -> Vitals:
        return decoded(Vitals, demand(self.settings, "vitals", {}))

    def quiet(self) -> bool:
        """Whether it has nothing to do, and has looked around at least once."""
        standing = self.vitals().standing
        return bool(standing.followed) and not (standing.waiting or standing.phase)

    def search(self, text: str, mode: Mode = Mode.HYBRID) -> Answer:
        body = {"query": encoded(Query(text, mode=mode)), "remember": False}
        return decoded(Answer, ask(self.settings, "search", body))

    def paths(self, text: str, mode: Mode = Mode.HYBRID) -> list[str]:
        """Of the results; none while nothing answers."""
        try:
            return [result.passage.path for result in self.search(text, mode).results]
        except (Elsewhere, AsteriskError):
            return []

    def finds(self, path: str, text: str, mode: Mode = Mode.HYBRID) -> None:
        """Wait until that note is the best result."""
        eventually(lambda: self.paths(text, mode)[:1] == [path])

    def stop(self) -> int:
        """End it as the system does; return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        assert self.process is not None
        return self.process.wait(PATIENCE_S)

    def close(self) -> None:
        """Leave no process behind."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        address = Post(self.data).running()
        if address is not None:
            os.kill(address.pid, signal.SIGKILL)


def json_of(done: "subprocess.CompletedProcess[str]") -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)

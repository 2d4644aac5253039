"""The service files, and what the system is told."""

import configparser
import plistlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from asterisk_search.config import HttpSettings, Settings
from asterisk_search.errors import ServiceError
from asterisk_search.service.installing import install, manager, uninstall
from asterisk_search.service.units import Service, launchd_plist, systemd_unit
from tests.conftest import ROOT
from tests.daemon.daemons import Daemon
from tests.goldens import golden

GOLDEN = ROOT / "tests" / "golden" / "service"
SERVICE = Service(
    command=(
        "/opt/my tools/asterisk-search",
        "--data-dir",
        "/home/u/50% of $HOME",
        "daemon",
        "run",
    ),
    writable=(Path("/home/u/.local/share/asterisk-search"), Path("/run/user/1000/asterisk-search")),
    network=True,
    log=Path("/home/u/.local/state/asterisk-search/log/daemon.log"),
)


class FakeSystem:
    """Notes what it is told; ``failing`` commands fail."""

    def __init__(self, failing: str = "") -> None:
        self.told: list[str] = []
        self.failing = failing

    def __call__(self, command: Sequence[str]) -> tuple[int, str]:
        self.told.append(" ".join(command))
        failed = bool(self.failing) and self.failing in self.told[-1]
        return (1, "no such bus") if failed else (0, "")


@pytest.mark.parametrize(
    ("name", "made"),
    [("asterisk-search.service", systemd_unit(SERVICE)), ("launchd.plist", launchd_plist(SERVICE))],
)
def test_the_files_are_as_they_were_accepted(name: str, made: str, accept: bool) -> None:
    assert golden(GOLDEN / name, made, accept) == made


def test_systemd_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    unit = systemd_unit(Service(("/bin/true", "daemon", "run"), (tmp_path,), False, tmp_path / "l"))
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(unit)
    assert parsed["Service"]["PrivateNetwork"] == "yes"
    assert parsed["Service"]["RestrictAddressFamilies"] == "AF_UNIX"
    if analyze is not None:
        (tmp_path / "asterisk-search.service").write_text(unit)
        done = subprocess.run(
            [analyze, "--user", "verify", tmp_path / "asterisk-search.service"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "asterisk-search.service" not in done.stderr, done.stderr


def test_launchd_reads_its_file() -> None:
    agent = plistlib.loads(launchd_plist(SERVICE).encode())
    assert agent["ProgramArguments"] == list(SERVICE.command)
    assert agent["ProcessType"] == "Background" and agent["LowPriorityIO"] is True
    assert "WatchPaths" not in agent


@pytest.mark.parametrize(
    ("platform", "first", "file"),
    [
        ("linux", "systemctl --user daemon-reload", ".config/systemd/user/asterisk-search.service"),
        (
            "darwin",
            "launchctl bootstrap gui/",
            "Library/LaunchAgents/io.github.asterisk-search.plist",
        ),
    ],
)
def test_installing_writes_the_file_and_tells_the_system(
    tmp_path: Path, platform: str, first: str, file: str
) -> None:
    settings = Settings(data_dir=str(tmp_path / "data"), http=HttpSettings(enabled=False))
    managed, system = manager(settings, None, str(tmp_path / "data"), platform), FakeSystem()
    assert not uninstall(managed, system) and not system.told
    install(managed, system)
    assert managed.file == Path.home() / file
    assert str(tmp_path / "data") in managed.file.read_text()
    assert system.told[0].startswith(first)
    assert uninstall(managed, system) and not managed.file.exists()
    assert "disable --now" in " ".join(system.told) or "bootout" in system.told[-1]


def test_a_system_that_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    managed = manager(Settings(data_dir=str(tmp_path / "data")), None, None, "linux")
    with pytest.raises(ServiceError, match="no such bus"):
        install(managed, FakeSystem(failing="enable"))
    assert not managed.file.exists()


def test_printing_writes_nothing(daemon: Daemon) -> None:
    done = daemon.type("service", "install", "--print")
    assert done.returncode == 0, done.stderr
    assert "ExecStart=" in done.stdout or "ProgramArguments" in done.stdout
    assert not list(Path.home().rglob("*asterisk-search.service"))
    assert daemon.type("service", "status").returncode == 6
    assert "it was not installed" in daemon.type("service", "uninstall").stderr

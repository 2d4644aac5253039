"""Putting the daemon into the hands of the system, and taking it back."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from asterisk_search.config import Settings
from asterisk_search.errors import ServiceError, reason_of
from asterisk_search.service.address import private_folder, socket_path
from asterisk_search.service.logbook import log_path
from asterisk_search.service.units import LABEL, NAME, Service, launchd_plist, systemd_unit

Runner = Callable[[Sequence[str]], tuple[int, str]]
"""Runs a command; gives its exit code and what it said."""

LINGER: Final = (
    "to keep it running while nobody is logged in (on a server or a Raspberry Pi): "
    "loginctl enable-linger"
)


@dataclass(frozen=True, slots=True)
class Manager:
    """How one system is told: where the file goes, and the commands."""

    file: Path
    text: str
    install: tuple[tuple[str, ...], ...]
    uninstall: tuple[tuple[str, ...], ...]
    status: tuple[str, ...]
    hint: str = ""


def run(command: Sequence[str]) -> tuple[int, str]:
    """A `Runner`.

    Raises:
        ServiceError: there is no such command.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServiceError(
            f"{command[0]} cannot be run: {reason_of(error)}",
            hint="`asterisk-search daemon start` needs no service manager",
        ) from error
    return done.returncode, (done.stdout + done.stderr).strip()


def manager(
    settings: Settings, config: str | None, data_dir: str | None, platform: str = sys.platform
) -> Manager:
    """The service manager of this system; ``config`` and ``data_dir`` are the command line's."""
    service = _service(settings, config, data_dir)
    if platform == "darwin":
        return _launchd(service)
    return _systemd(service)


def install(managed: Manager, runner: Runner = run) -> None:
    """Write the file and have the system start the daemon, now and at each log-in.

    Raises:
        ServiceError: the file cannot be written, or a command failed; the file is removed then.
    """
    try:
        managed.file.parent.mkdir(parents=True, exist_ok=True)
        managed.file.write_text(managed.text, encoding="utf-8")
    except OSError as error:
        raise ServiceError(f"{managed.file} cannot be written: {error.strerror}") from error
    for command in managed.install:
        code, said = runner(command)
        if code:
            managed.file.unlink(missing_ok=True)
            raise ServiceError(
                f"`{' '.join(command)}` failed: {said or code}",
                hint="`asterisk-search daemon start` needs no service manager",
            )


def uninstall(managed: Manager, runner: Runner = run) -> bool:
    """End the daemon and remove the file; return whether there was one."""
    if not managed.file.exists():
        return False
    for command in managed.uninstall[:1]:
        runner(command)  # it may not be running: that is what is wanted
    managed.file.unlink()
    for command in managed.uninstall[1:]:
        runner(command)
    return True


def _service(settings: Settings, config: str | None, data_dir: str | None) -> Service:
    root = settings.data_path.absolute()
    log = log_path(settings)
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    folders = tuple(
        dict.fromkeys((root, log.parent, socket_path(root, runtime, os.geteuid()).parent))
    )
    for folder in folders:
        private_folder(folder)
    options = ["--config", str(Path(config).absolute())] if config else []
    options += ["--data-dir", str(root)] if data_dir else []
    command = (*_program(), *options, "daemon", "run")
    return Service(command, folders, settings.http.enabled, log)


def _program() -> tuple[str, ...]:
    """The command beside this interpreter, or the interpreter itself; always an absolute path."""
    script = shutil.which(NAME, path=str(Path(sys.executable).parent))
    if script is not None:
        return (str(Path(script).absolute()),)
    return (sys.executable, "-c", "from asterisk_search.cli.main import main; main()")


def _systemd(service: Service) -> Manager:
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    unit = f"{NAME}.service"
    control = ("systemctl", "--user")
    return Manager(
        file=Path(base) / "systemd" / "user" / unit,
        text=systemd_unit(service),
        install=((*control, "daemon-reload"), (*control, "enable", "--now", unit)),
        uninstall=((*control, "disable", "--now", unit), (*control, "daemon-reload")),
        status=(*control, "--no-pager", "status", unit),
        hint=LINGER,
    )


def _launchd(service: Service) -> Manager:
    file = Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    domain = f"gui/{os.geteuid()}"
    return Manager(
        file=file,
        text=launchd_plist(service),
        install=(("launchctl", "bootstrap", domain, str(file)),),
        uninstall=(("launchctl", "bootout", f"{domain}/{LABEL}"),),
        status=("launchctl", "print", f"{domain}/{LABEL}"),
    )

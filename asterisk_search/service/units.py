"""What systemd and launchd have to know to keep the daemon running."""

import plistlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAME: Final = "asterisk-search"
LABEL: Final = "io.github.asterisk-search"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_@+=:,./-]+")
_UNIT: Final = """\
# Written by `asterisk-search service install`; `asterisk-search service uninstall` removes it.
[Unit]
Description=Asterisk Search: keeps the index of your notes fresh

[Service]
Type=simple
ExecStart={command}
Restart=on-failure
RestartSec=5
# 2: wrong configuration; 4: a daemon is running already. Trying again would not help.
RestartPreventExitStatus=2 4
KillSignal=SIGTERM
TimeoutStopSec=15

# Everything else on the machine goes first.
Nice=19
IOSchedulingClass=idle
CPUWeight=20
MemoryHigh=1G

# It reads notes and writes its own folders, and that is all it can do.
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={writable}
# Where the socket is; it is gone after every restart of the machine.
RuntimeDirectory=asterisk-search
RuntimeDirectoryMode=0700
RuntimeDirectoryPreserve=yes
PrivateTmp={private_tmp}
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RestrictAddressFamilies={families}
{network}UMask=0077

[Install]
WantedBy=default.target
"""


@dataclass(frozen=True, slots=True)
class Service:
    """What is to be kept running."""

    command: tuple[str, ...]
    """Absolute program and its arguments."""
    writable: tuple[Path, ...]
    """The folders it writes to; they exist."""
    network: bool
    """Whether it serves a page and an API."""
    log: Path


def systemd_unit(service: Service) -> str:
    """A user unit (systemd.service(5), systemd.exec(5))."""
    return _UNIT.format(
        command=" ".join(map(_quoted, service.command)),
        writable=" ".join(_quoted(f"-{path}") for path in service.writable),
        # In /tmp the socket could be, if every other place has too long a name.
        private_tmp="no"
        if any(path.is_relative_to("/tmp") for path in service.writable)
        else "yes",
        families="AF_UNIX AF_INET AF_INET6" if service.network else "AF_UNIX",
        network="" if service.network else "PrivateNetwork=yes\n",
    )


def launchd_plist(service: Service) -> str:
    """A user agent (launchd.plist(5))."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(service.command),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 30,
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Nice": 19,
            "Umask": 0o077,
            "StandardOutPath": str(service.log.with_name("daemon.out")),
            "StandardErrorPath": str(service.log.with_name("daemon.out")),
        },
        sort_keys=False,
    ).decode()


def _quoted(word: str) -> str:
    """A word of a command line as systemd reads it (systemd.syntax(7), "Quoting")."""
    word = word.replace("%", "%%").replace("$", "$$")
    if _PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'

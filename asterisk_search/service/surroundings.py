"""What speaks against working now: battery, load, heat; as far as the system tells."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from asterisk_search.config import DaemonSettings

SYSTEM = Path("/sys/class")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Reads the state of the machine; ``own_load`` is what the reader itself adds to the load."""

    settings: DaemonSettings
    own_load: float = 1.0
    system: Path = SYSTEM

    def objection(self) -> str:
        """Why work should wait, for people to read; empty when nothing speaks against it."""
        if self.settings.pause_on_battery and self._on_battery():
            return "on battery"
        load = self._load()
        if self.settings.max_load and load > self.settings.max_load:
            return f"load {load:.1f} per processor"
        heat = self._hottest()
        if self.settings.max_celsius and heat > self.settings.max_celsius:
            return f"{heat:.0f} °C"
        return ""

    def _on_battery(self) -> bool:
        """Whether a battery of the machine, not of a mouse, is being emptied."""
        if sys.platform == "darwin":
            return _mac_on_battery()
        return any(
            _text(supply / "type") == "Battery"
            and _text(supply / "scope") != "Device"
            and _text(supply / "status") == "Discharging"
            for supply in self._all("power_supply")
        )

    def _load(self) -> float:
        """Processes that wanted to run during the last minute, per processor, without our own."""
        return max(os.getloadavg()[0] - self.own_load, 0.0) / (os.cpu_count() or 1)

    def _hottest(self) -> float:
        """Degrees Celsius of the hottest sensor; 0 when there is none."""
        return max(
            (_number(zone / "temp") / 1000 for zone in self._all("thermal")
             if zone.name.startswith("thermal_zone")),
            default=0.0,
        )  # fmt: skip

    def _all(self, kind: str) -> list[Path]:
        try:
            return sorted((self.system / kind).iterdir())
        except OSError:
            return []


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _number(path: Path) -> int:
    text = _text(path)
    return int(text) if text.isdecimal() else 0


def _mac_on_battery() -> bool:
    try:
        done = subprocess.run(
            ["/usr/bin/pmset", "-g", "batt"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return "'Battery Power'" in done.stdout

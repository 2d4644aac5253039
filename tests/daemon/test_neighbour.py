"""How background work makes room for others."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from asterisk_search.config import DaemonSettings
from asterisk_search.indexing.progress import Silent
from asterisk_search.service.pacing import LOOK_EVERY_S, Paced
from asterisk_search.service.program import environment
from asterisk_search.service.surroundings import Surroundings
from tests.fakes import FakeClock

ANYTHING_GOES = DaemonSettings(pause_on_battery=True, max_load=0, max_celsius=0)


class Machine:
    """A clock, and a processor whose time is used up by working."""

    def __init__(self, objections: list[str] | None = None) -> None:
        self.clock, self.spent = FakeClock(), 0.0
        self.objections = objections or []
        self.pauses: list[str] = []

    def paced(self, most: int) -> Paced:
        return Paced(
            Silent(), most, lambda: self.objections.pop(0) if self.objections else "",
            self.pauses.append, clock=self.clock, used=lambda: self.spent, sleep=self.clock.advance,
        )  # fmt: skip

    def work(self, paced: Paced, seconds: float, steps: int) -> None:
        for _ in range(steps):
            self.clock.advance(seconds)
            self.spent += seconds * (os.cpu_count() or 1)
            paced.advance(1)


@pytest.mark.parametrize("most", [10, 50, 100])
def test_the_processors_are_used_no_more_than_allowed(most: int) -> None:
    machine = Machine()
    machine.work(machine.paced(most), 0.2, 200)
    share = machine.spent / (os.cpu_count() or 1) / machine.clock.now
    assert share == pytest.approx(most / 100, rel=0.05)


def test_a_rest_of_the_past_is_not_saved_up_for_a_burst() -> None:
    machine = Machine()
    paced = machine.paced(50)
    machine.clock.advance(1000)
    paced.advance(1)
    began = machine.clock.now
    machine.work(paced, 0.5, 20)
    assert machine.clock.now - began >= 19


def test_work_waits_for_as_long_as_something_speaks_against_it() -> None:
    machine = Machine(["on battery", "on battery", "90 °C"])
    paced = machine.paced(100)
    paced.advance(1)
    assert machine.pauses == ["on battery", "90 °C", ""]
    assert machine.clock.now == 3 * LOOK_EVERY_S
    paced.advance(1)
    assert machine.clock.now == 3 * LOOK_EVERY_S


def supply(system: Path, name: str, **facts: str) -> None:
    folder = system / "power_supply" / name
    folder.mkdir(parents=True)
    for fact, value in facts.items():
        (folder / fact).write_text(value + "\n")


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS tells it by a program of its own")
def test_a_battery_that_is_emptied_is_a_reason_but_not_that_of_a_mouse(tmp_path: Path) -> None:
    system = Surroundings(ANYTHING_GOES, system=tmp_path)
    assert system.objection() == ""
    supply(tmp_path, "mouse", type="Battery", scope="Device", status="Discharging")
    supply(tmp_path, "AC", type="Mains", online="1")
    supply(tmp_path, "BAT0", type="Battery", status="Charging")
    assert system.objection() == ""
    (tmp_path / "power_supply" / "BAT0" / "status").write_text("Discharging\n")
    assert system.objection() == "on battery"
    permitted = replace(ANYTHING_GOES, pause_on_battery=False)
    assert Surroundings(permitted, system=tmp_path).objection() == ""


def test_heat_is_a_reason(tmp_path: Path) -> None:
    settings = replace(ANYTHING_GOES, max_celsius=85)
    for number, heat in enumerate(["40000", "91500", "not a number"]):
        folder = tmp_path / "thermal" / f"thermal_zone{number}"
        folder.mkdir(parents=True)
        (folder / "temp").write_text(heat)
    assert Surroundings(settings, system=tmp_path).objection() in ("92 °C", "91 °C")
    (tmp_path / "thermal" / "thermal_zone1" / "temp").write_text("60000")
    assert Surroundings(settings, system=tmp_path).objection() == ""


def test_load_is_a_reason_but_not_the_load_of_indexing_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    processors = os.cpu_count() or 1
    monkeypatch.setattr(os, "getloadavg", lambda: (5.0 * processors + 2, 0.0, 0.0))
    settings = replace(ANYTHING_GOES, max_load=4)
    assert Surroundings(settings, 2.0, tmp_path).objection() == "load 5.0 per processor"
    own = 2.0 + processors
    assert Surroundings(settings, own, tmp_path).objection() == ""


@pytest.mark.parametrize(("lowered", "nice"), [("lower_process", "19"), ("lower_thread", "5")])
def test_bulk_has_the_lowest_priority_and_what_is_waited_for_a_low_one(
    lowered: str, nice: str
) -> None:
    look = (
        "import os, sys, threading\n"
        f"from asterisk_search.service.priority import {lowered}\n"
        f"{lowered}()\n"
        "who = threading.get_native_id() if sys.platform == 'linux' else 0\n"
        "print(os.getpriority(os.PRIO_PROCESS, who))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], env=environment(), capture_output=True, text=True, check=True
    )
    if sys.platform == "linux" or lowered == "lower_process":
        assert done.stdout.strip() == nice

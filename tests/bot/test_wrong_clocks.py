"""Clocks that are wrong, set right, or stood still while the machine slept: nothing lost, nothing doubled, no storm."""

import asyncio
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.deliverer import Deliverer
from bot.delivery.gate import Gate
from bot.process.clock import RELEASE, Clock, Drift
from tests.desk import Desk
from tests.fakes.channel import JumpingClock
from tests.fakes.source import items
from tests.world import DAILY, World, alert, until

TODAY = datetime.now(UTC).date()
TO = "telegram:@papers"
HOURLY = DAILY.replace('every = "1s"', 'every = "1h"')
PROGRAM = """
import datetime, pathlib, sys
from bot.process import clock
class Moved(datetime.datetime):
    @classmethod
    def now(cls, zone=None):
        real = datetime.datetime.now(zone)
        told = pathlib.Path("clock.txt").read_text()
        unset = datetime.datetime(1970, 1, 1, 0, 5, tzinfo=zone)
        return real + datetime.timedelta(seconds=float(told)) if told else unset
clock.datetime = Moved
from bot.commands import run
from bot.delivery import deliverer
run.TICK, deliverer.LOOK = 1.0, 3.0  # a fifth of what they are
from bot.cli import main
sys.argv = ["paperround", {command!r}]
main()
"""


class Machine:
    """A process whose wall clock is moved while it runs."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.set("0")

    def set(self, seconds: str) -> None:
        new = self.here.folder / "clock.new"
        new.write_text(seconds)
        new.rename(self.here.folder / "clock.txt")

    def start(self, command: str) -> subprocess.Popen[str]:
        return self.here.start("-c", PROGRAM.replace("{command!r}", repr(command)))


@pytest.fixture
def machine(here: World) -> Iterator[Machine]:
    for back in range(40):
        day = TODAY - timedelta(days=back)
        here.source.days[day.isoformat()] = items(1, day, first=100 + back)
    return Machine(here)


def titles(here: World) -> list[str]:
    return [message.text.split("\n")[0] for message in here.telegram.messages]


def test_a_clock_of_1970_asks_for_no_years_and_alerts_none(machine: Machine) -> None:
    here = machine.here
    here.configure(DAILY, alert("all", "*", TO))
    machine.set("")
    assert machine.start("once").wait(timeout=100) == 0
    asked = {day for day, _ in here.source.asked}
    assert 0 < len(asked) <= 60
    assert max(asked) <= RELEASE.date().isoformat()
    early = len(titles(here))
    assert early <= 2, "a day's head start, from the release on"
    machine.set("0")
    assert machine.start("once").wait(timeout=100) == 0
    assert len(titles(here)) == len(set(titles(here))) == early + (TODAY - RELEASE.date()).days


def test_thirty_days_behind_and_then_right_loses_and_doubles_nothing(machine: Machine) -> None:
    here = machine.here
    here.configure(DAILY, alert("all", "*", TO))
    machine.set(str(-30 * 86400))
    assert machine.start("once").wait(timeout=100) == 0
    machine.set("0")
    here.source.asked.clear()
    assert machine.start("once").wait(timeout=100) == 0
    assert len({day for day, _ in here.source.asked}) <= 60
    first = max(TODAY - timedelta(days=30), RELEASE.date())
    assert len(titles(here)) == len(set(titles(here))) == (TODAY - first).days + 2


def test_a_machine_that_slept_two_hours_reads_its_sources_before_the_digest_that_fell_due(machine: Machine) -> None:
    here = machine.here
    here.source.days = {TODAY.isoformat(): items(2, TODAY)}
    due = datetime.now(UTC) + timedelta(hours=1)
    here.configure(HOURLY, alert("all", "*", TO, deliver=f"daily {due:%H:%M}"))
    process = machine.start("run")
    assert process.stderr
    assert any("round: 2 new" in line for line in process.stderr)
    here.source.days = {TODAY.isoformat(): items(5, TODAY)}
    machine.set("7200")
    until(lambda: here.telegram.messages, 60)
    assert "Paper number 5" in "".join(message.text for message in here.telegram.messages)
    assert len(here.telegram.messages) == 1
    assert process.poll() is None


def test_a_clock_an_hour_ahead_and_then_right_holds_nothing(machine: Machine) -> None:
    here = machine.here
    here.source.days = {TODAY.isoformat(): items(2, TODAY)}
    here.configure(DAILY, alert("all", "*", TO))
    machine.set("3600")
    machine.start("run")
    until(lambda: len(titles(here)) == 2)
    machine.set("0")
    here.source.days = {TODAY.isoformat(): items(6, TODAY)}
    until(lambda: len(titles(here)) == 6, 60)
    assert len(set(titles(here))) == 6


def test_drift_tells_how_far_the_clock_moved_until_it_is_acknowledged() -> None:
    class Set(Clock):
        wall = 0.0

        def now(self) -> datetime:
            return datetime(2026, 12, 1, tzinfo=UTC) + timedelta(seconds=self.wall)

        def steady(self) -> float:
            return 0.0

    clock = Set()
    drift = Drift(clock)
    clock.wall = -3600.0
    assert drift.moved() == -3600
    drift.acknowledge()
    assert drift.moved() == 0
    waiting = Drift(jumping := JumpingClock(datetime(2026, 12, 1, tzinfo=UTC)))
    jumping.at += timedelta(hours=1)
    assert waiting.moved() == 0, "a wait is no drift"


class SetBack(JumpingClock):
    """Its wall time is moved by hand, its steady one goes on."""

    back = timedelta(0)

    def now(self) -> datetime:
        return super().now() - self.back


async def test_the_pace_of_a_platform_does_not_go_by_the_wall_clock(desk: Desk) -> None:
    clock, stop = SetBack(datetime(2026, 12, 1, tzinfo=UTC)), asyncio.Event()
    gate = Gate(desk.channel, clock)
    await gate.turn(stop)
    clock.back, began = timedelta(hours=1), clock.steady()
    assert await gate.turn(stop)
    assert clock.steady() - began < 2


@pytest.mark.parametrize("wall", [datetime(1970, 1, 1, 0, 5, tzinfo=UTC), RELEASE - timedelta(days=30), RELEASE])
def test_no_moment_is_before_the_release(monkeypatch: pytest.MonkeyPatch, wall: datetime) -> None:
    monkeypatch.setattr("bot.process.clock.datetime", SimpleNamespace(now=lambda _zone: wall))
    first, second = Clock().now(), Clock().now()
    assert RELEASE <= first <= second < RELEASE + timedelta(days=1)


async def test_a_pause_ends_when_it_would_have_though_the_clock_was_set_back(desk: Desk) -> None:
    clock = SetBack(datetime(2026, 12, 1, tzinfo=UTC))
    deliverer = Deliverer(desk.store, {"telegram": desk.channel}, ZoneInfo("UTC"), 8.0, clock)
    gate = await deliverer.gate_of("telegram")
    gate.paused_until = clock.now().timestamp() + 60
    clock.back = timedelta(hours=1)
    assert deliverer.moved() == -3600
    assert gate.paused_until == clock.now().timestamp() + 60

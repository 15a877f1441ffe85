"""What all lanes of a platform share: its pace, who is inside, and a pause when several ask for one."""

import asyncio
import math
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.channels.unopened import UNOPENED
from bot.delivery.deliverer import Deliverer
from bot.delivery.gate import Gate
from bot.delivery.hands import refusal
from bot.delivery.lane import LaneRun
from bot.store.outbox import outcomes
from bot.store.outbox.claims import Lane
from bot.store.outbox.terms import Hold, Turns
from tests.desk import NOON, Desk, outside
from tests.fakes.channel import FakeChannel, JumpingClock


class Room:
    """A gate of a platform that takes so many messages a second, from so many at once."""

    def __init__(self, per_second: float = 10.0, concurrency: int = 8) -> None:
        self.clock, self.stop = JumpingClock(NOON), asyncio.Event()
        channel = FakeChannel(self.clock)
        channel.per_second, channel.concurrency = per_second, concurrency
        self.gate = Gate(channel, self.clock)

    def since(self) -> float:
        return self.clock.steady() - NOON.timestamp()


async def test_messages_go_at_the_platforms_pace() -> None:
    room = Room()
    passed = []
    for _ in range(4):
        assert await room.gate.turn(room.stop)
        passed.append(room.since())
    assert passed == pytest.approx([0.0, 0.101, 0.202, 0.303], abs=1e-4)


async def test_who_comes_late_waits_for_nobody_and_saves_nothing_up() -> None:
    room = Room()
    await room.gate.turn(room.stop)
    await room.clock.wait(5.0, room.stop)
    passed = []
    for _ in range(3):
        await room.gate.turn(room.stop)
        passed.append(room.since())
    assert passed == pytest.approx([5.0, 5.101, 5.202], abs=1e-4)


async def test_who_is_stopped_while_waiting_for_a_turn_has_none() -> None:
    room = Room()
    assert await room.gate.turn(room.stop)
    room.stop.set()
    assert not await room.gate.turn(room.stop)
    assert room.since() == 0.0


@pytest.mark.parametrize(
    ("per_second", "concurrency", "at_once"),
    [(10.0, 8, 5), (10.0, 3, 3), (1.0, 8, 1), (4.0, 8, 2), (1e6, 1, 1)],
)
def test_half_a_second_of_the_pace_may_be_claimed_at_once(per_second: float, concurrency: int, at_once: int) -> None:
    claiming = Room(per_second, concurrency).gate.claiming
    assert claiming._value == at_once


async def test_so_many_are_inside_as_the_platform_takes_at_once() -> None:
    gate = Room(concurrency=2).gate
    await gate.__aenter__()
    await gate.__aenter__()
    third = asyncio.ensure_future(gate.__aenter__())
    await asyncio.sleep(0)
    assert not third.done()
    await gate.__aexit__()
    assert await third is gate


async def test_three_lanes_that_are_told_to_wait_within_a_second_make_all_wait_for_the_longest() -> None:
    room = Room()
    assert not room.gate.flooded(1, 100.0)
    await room.clock.wait(1.0, room.stop)
    assert not room.gate.flooded(2, 300.0)
    assert room.gate.paused_until == 0.0
    assert room.gate.flooded(3, 200.0)
    assert room.gate.paused_until == 300.0
    assert room.gate.flooded(4, 50.0)
    assert room.gate.paused_until == 300.0, "no shorter than it was"


async def test_one_lane_that_is_told_so_often_or_three_in_longer_than_a_second_make_nobody_wait() -> None:
    room = Room()
    for _ in range(5):
        assert not room.gate.flooded(1, 100.0)
    await room.clock.wait(0.6, room.stop)
    assert not room.gate.flooded(2, 100.0)
    await room.clock.wait(0.6, room.stop)
    assert not room.gate.flooded(3, 100.0)
    assert room.gate.paused_until == 0.0


def test_a_platform_that_could_not_be_opened_refused_nobody() -> None:
    assert refusal(f"{UNOPENED}: no token") == f"{UNOPENED}: no token"
    assert refusal("blocked") == "refuses us: blocked"


class Late(JumpingClock):
    """So many seconds late for each turn."""

    late = 0.0

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        await super().wait(seconds + self.late, stop)


class Shared:
    """A lane of a platform whose turns go round among several processes."""

    def __init__(self, folder: Path) -> None:
        desk = Desk(folder)
        desk.clock = self.clock = Late(NOON)
        self.store, self.stop = desk.store, desk.stop
        self.turns = Turns("telegram", 2.0, self.clock.steady)
        self._deliverer = Deliverer(desk.store, {"telegram": desk.channel}, ZoneInfo("UTC"), 8.0, desk.clock)

    async def given(self, turn: float | Hold | None) -> Hold | bool:
        hands = self._deliverer.hands(self.stop)
        await self._deliverer._open({"telegram"}, hands)
        run = LaneRun(Lane(1, "telegram", "telegram:-1"), self._deliverer._platforms["telegram"], hands)
        return await run._given(self.turns, turn)

    def taken(self) -> float:
        """Turns that were taken."""
        found = outside(self.store, "select (next_at - (julianday('now') - 2440587.5) * 86400.0) / 2 from platform")
        return math.ceil(found[0][0]) if found else 0


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    made = Shared(tmp_path)
    yield made
    made.store.close()


async def test_a_turn_that_was_given_is_waited_for(shared: Shared) -> None:
    assert await shared.given(NOON.timestamp() + 5) is True
    assert shared.clock.now() == NOON + timedelta(seconds=5)
    assert shared.taken() == 0


async def test_where_no_turn_is_needed_none_is_waited_for_and_a_pause_is_told(shared: Shared) -> None:
    assert await shared.given(None) is True
    assert await shared.given(Hold(7.0)) == Hold(7.0)
    assert shared.clock.now() == NOON


async def test_who_is_stopped_before_its_turn_goes_without(shared: Shared) -> None:
    shared.stop.set()
    assert await shared.given(NOON.timestamp() + 5) is False
    assert shared.taken() == 0


@pytest.mark.parametrize(("late", "taken"), [(0.0, False), (0.029, False), (0.031, True)])
async def test_who_is_too_late_for_its_turn_takes_another(shared: Shared, late: float, taken: bool) -> None:
    shared.clock.late = late
    assert await shared.given(NOON.timestamp() + 5) is True
    assert (shared.taken() > 0) == taken


async def test_who_is_late_for_five_turns_goes_all_the_same(shared: Shared) -> None:
    shared.clock.late = 1.0
    assert await shared.given(NOON.timestamp() + 5) is True
    after = (shared.clock.now() - NOON).total_seconds()
    assert after == pytest.approx(6 + 3 + 5 + 7 + 9, abs=0.9)


async def test_who_is_told_of_a_pause_instead_of_another_turn_waits_for_that(shared: Shared) -> None:
    shared.clock.late = 1.0
    shared.store.call(outcomes.pause_platform, "telegram", NOON.timestamp() + 600)
    assert await shared.given(NOON.timestamp() + 5) == Hold(NOON.timestamp() + 600)

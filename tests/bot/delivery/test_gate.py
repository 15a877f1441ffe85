"""What all lanes of a platform share: its pace, who is inside, and a pause when several ask for one."""

import asyncio

import pytest

from bot.channels.unopened import UNOPENED
from bot.delivery.gate import Gate
from bot.delivery.hands import refusal
from tests.desk import NOON
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

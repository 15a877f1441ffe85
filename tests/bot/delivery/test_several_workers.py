"""Several workers on one database: what one has in hand is its own while it lives, and nobody's word overwrites it."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.channels.channel import Kind, Lost, SendError
from bot.delivery import at_work
from bot.delivery.deliverer import Deliverer
from bot.store import workers
from bot.store.database import Server
from bot.store.engine import driver
from bot.store.life import SharedLife
from bot.store.outbox import abandoned, outcomes
from bot.store.outbox.claims import Claim
from tests.desk import Desk, outside
from tests.fakes.channel import FakeChannel, JumpingClock

LOST = SendError(Kind.UNSURE, "the answer was lost")
BUSY = SendError(Kind.WAIT, "busy", retry_after=1.0)
ODD = SendError(Kind.DROP, "odd")
LATE = f"update worker set beat = beat - {workers.DEAD + 1}"
"""No sign of life."""


class Bench:
    """A worker at a desk of its own, all of them on one database and one platform."""

    def __init__(self, folder: Path, server: Server, channel: FakeChannel | None = None) -> None:
        self.desk = Desk(folder, database=server)
        self.names: set[str] = set()
        """By which it was known."""
        if channel is not None:
            self.desk.channel = channel

    async def deliver(self, seconds: float = 3600) -> None:
        """Send all that is due, waiting for so long."""
        desk = self.desk
        async with at_work.at_work(desk.store, "work", 8.0, desk.clock) as self.life:
            self.names.add(self.life.name)
            one = Deliverer(desk.store, {desk.scheme: desk.channel}, ZoneInfo("UTC"), 8.0, desk.clock, life=self.life)
            await one.drain(desk.clock.now().timestamp() + seconds, desk.stop)
            self.names.add(self.life.name)

    async def in_hand(self) -> None:
        """Until it is sending."""
        while "sending" not in await asyncio.to_thread(self.desk.state):  # noqa: ASYNC110
            await asyncio.sleep(0)

    async def dies(self) -> None:
        """It gives no sign of life from now on, and does not know it."""
        assert isinstance(self.life, SharedLife)
        self.life.end()
        await self.desk.store.run(say, LATE)


@pytest.fixture
def benches(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Bench]]:
    """Two, which look for the dead without end."""
    monkeypatch.setattr(at_work, "SWEEP", 0.01)
    first = Bench(tmp_path, server)
    first.desk.channel = FakeChannel(first.desk.clock, can_find=True)
    both = [first, Bench(tmp_path, server, first.desk.channel)]
    yield both
    for one in both:
        one.desk.store.close()


def say(connection: Connection, statement: str) -> None:
    driver(connection).execute(statement)


async def test_who_begins_touches_nothing_that_another_has_in_hand(benches: list[Bench]) -> None:
    first, second = benches
    first.desk.enqueue(2)
    answer = first.desk.channel.held_up["-1001"] = asyncio.Event()
    sending = asyncio.create_task(first.deliver())
    await first.in_hand()
    assert await second.desk.store.run(abandoned.recover, second.desk.clock.now(), 8.0) == 0
    other = asyncio.create_task(second.deliver())
    await asyncio.sleep(0.2)
    assert first.desk.channel.posts == []
    answer.set()
    await asyncio.gather(sending, other)
    assert first.desk.channel.taken == ["Paper 1", "Paper 2"]
    assert first.desk.state() == ["sent", "sent"]


async def test_what_a_dead_one_had_in_hand_goes_on_elsewhere_and_its_late_success_stands(benches: list[Bench]) -> None:
    first, second = benches
    first.desk.channel.can_find = False
    first.desk.enqueue(2)
    answer = first.desk.channel.held_up["-1001"] = asyncio.Event()
    sending = asyncio.create_task(first.deliver())
    await first.in_hand()
    await first.dies()
    await second.deliver()
    assert first.desk.channel.taken == ["Paper 1", "Paper 2"]
    assert second.desk.since_noon() >= 8
    answer.set()
    await sending
    assert first.desk.channel.taken == ["Paper 1", "Paper 2", "Paper 1"]
    assert first.desk.state() == ["sent", "sent"]


@pytest.mark.parametrize("error", [LOST, BUSY, ODD, SendError(Kind.CLOSE, "gone"), SendError(Kind.STOP, "no token")])
async def test_a_failure_of_one_taken_for_dead_overwrites_nothing(benches: list[Bench], error: SendError) -> None:
    first, second = benches
    first.desk.enqueue(1)
    answer = first.desk.channel.held_up["-1001"] = asyncio.Event()
    first.desk.channel.can_find = False
    sending = asyncio.create_task(first.deliver())
    await first.in_hand()
    await first.dies()
    await second.deliver()
    asked = "select state, ref, message.error, destination.error, failures, closed from message, destination"
    recorded = outside(first.desk.store, asked)
    first.desk.channel.failures.append(error)
    answer.set()
    await sending
    assert outside(first.desk.store, asked) == recorded == [("sent", "1", None, None, 0, None)]


def given_up(connection: Connection, now: datetime) -> None:
    say(connection, LATE)
    abandoned.sweep(connection, now, 8.0)


class Stopped(JumpingClock):
    """At its first wait the process is stopped, and others take it for dead; it wakes a minute later."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.clock.now())
        self._desk, self.slept = desk, 0.0

    def elapsed(self) -> float:
        return super().elapsed() + self.slept

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        if not self.slept and "sending" in self._desk.state():
            await self._desk.store.run(given_up, self.now())
            self.slept = 60.0
            self.at += timedelta(seconds=60)
        await super().wait(seconds, stop)


async def test_one_that_was_stopped_and_wakes_sends_nothing_that_it_has_lost(benches: list[Bench]) -> None:
    first, second = benches
    first.desk.channel.per_second = 0.9  # the second message waits for its turn, claimed
    first.desk.enqueue(2)
    first.desk.clock = Stopped(second.desk)
    await first.deliver()
    assert len(first.names) == 2
    assert first.desk.channel.taken == ["Paper 1", "Paper 2"]
    assert len(first.desk.channel.looked_for) == 1  # it was taken for one that may have arrived
    assert first.desk.state() == ["sent", "sent"]


async def test_a_look_up_that_took_too_long_sends_nothing_again(benches: list[Bench]) -> None:
    first, second = benches
    first.desk.enqueue(1)
    first.desk.channel.failures.append(LOST)
    answer = asyncio.Event()
    find = first.desk.channel.find

    async def slow(lost: Lost) -> str | None:
        """The first one ends when another worker has sent the message, and lost the answer again."""
        first.desk.channel.find = find
        found: str | None = await find(lost)
        await answer.wait()
        return found

    first.desk.channel.find = slow
    asking = asyncio.create_task(first.deliver())
    while not first.desk.channel.looked_for:  # noqa: ASYNC110
        await asyncio.sleep(0)
    first.desk.channel.takes_first = True
    first.desk.channel.failures.append(LOST)
    second.desk.clock.at = first.desk.clock.now()
    await second.deliver(0)
    answer.set()
    await asking
    assert len(first.desk.channel.posts) == 2  # refused, then taken
    assert first.desk.state() == ["sent"]


async def test_an_outcome_written_twice_is_harmless(benches: list[Bench]) -> None:
    store, now = benches[0].desk.store, benches[0].desk.clock.now()
    benches[0].desk.enqueue(2)
    await benches[0].deliver()
    claim = Claim(1, "", "-1001", "", "", 1, "nobody")
    assert not await store.run(outcomes.park, claim, "odd", now)
    await store.run(outcomes.sent, 1, "other", now, 5.0)
    assert outside(store, "select state, ref from message order by id") == [("sent", "1"), ("sent", "2")]

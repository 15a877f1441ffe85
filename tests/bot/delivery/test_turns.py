"""A platform's pace and pauses hold for all who send on a server's database together."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.delivery.at_work import at_work
from bot.delivery.deliverer import Deliverer
from bot.delivery.gate import SHARED_MARGIN
from bot.process.clock import Clock
from bot.store.database import Server
from bot.store.engine import Store, driver
from bot.store.outbox import outcomes, turns
from bot.store.outbox.terms import Hold, Turns
from tests.desk import NOON, Desk, outside
from tests.fakes.channel import FakeChannel


def freely(scheme: str) -> Turns:
    return Turns(scheme, 0.0, lambda: 100.0)


TURNS = Turns("telegram", 2.0, lambda: 100.0)
AT = NOON.timestamp()


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    made = Store(server)
    yield made
    made.close()


def take(connection: Connection, wanted: Turns | None = TURNS, ahead: float = 0.0) -> float | Hold | None:
    return turns.take(driver(connection), wanted, AT, ahead)


def say(connection: Connection, statement: str) -> None:
    driver(connection).execute(statement)


def test_each_turn_comes_after_the_last_one(store: Store) -> None:
    waits = [store.call(take) for _ in range(3)]
    assert waits == [pytest.approx(wanted, abs=0.9) for wanted in (100, 102, 104)]
    store.call(say, "update platform set next_at = 1")  # long ago
    assert [store.call(take) for _ in range(2)] == [pytest.approx(wanted, abs=0.9) for wanted in (100, 102)]
    store.call(say, "update platform set next_at = next_at + 3600")  # the server's clock was set back
    assert store.call(take) == pytest.approx(100, abs=0.9)
    assert [store.call(take, TURNS, 7.0) for _ in range(2)] == [pytest.approx(n, abs=0.9) for n in (107, 109)]


def test_a_pause_counts_for_all_and_takes_no_turn(store: Store) -> None:
    store.call(outcomes.pause_platform, "telegram", AT + 60)
    store.call(outcomes.pause_platform, "telegram", AT + 30)  # another one, who was told less
    assert store.call(take) == store.call(take, freely("telegram")) == Hold(AT + 60)
    assert outside(store, "select next_at from platform") == [(0.0,)]
    store.call(say, f"update platform set paused_until = {AT}")
    assert store.call(take) == pytest.approx(100, abs=0.9)
    assert [store.call(take, one) for one in (freely("telegram"), freely("webhook"), None)] == [None] * 3


class Workers:
    """So many, each with a store of its own, on one platform; in real time."""

    def __init__(self, folder: Path, server: Server, count: int) -> None:
        self.desks = [Desk(folder, database=server) for _ in range(count)]
        self.channel = FakeChannel(self.desks[0].clock)
        for one in self.desks:
            one.clock.at = Clock().now() - timedelta(seconds=1)

    async def deliver(self, seconds: float) -> None:
        await asyncio.gather(*(self._deliver(one, seconds) for one in self.desks))
        for one in self.desks:
            one.store.close()

    async def _deliver(self, desk: Desk, seconds: float) -> None:
        clock = Clock()
        async with at_work(desk.store, "work", 8.0, clock) as life:
            its = (desk.store, {desk.scheme: self.channel}, ZoneInfo("UTC"), 8.0, clock)
            await Deliverer(*its, life=life).drain(clock.now().timestamp() + seconds, desk.stop)


async def test_two_workers_together_keep_the_pace_of_one(tmp_path: Path, server: Server) -> None:
    both, sent = Workers(tmp_path, server, 2), list[float]()
    both.channel.before_send = lambda: sent.append(Clock().steady())
    both.channel.per_second = 20
    both.desks[0].enqueue(2, *(f"-10{number}" for number in range(10)))
    await both.deliver(30)
    assert len(sent) == 20
    assert max(sent) - min(sent) >= 18 * SHARED_MARGIN / 20  # one of 19 gaps may be shortened by a commit's time


async def test_turns_that_a_busy_process_missed_are_taken_anew(tmp_path: Path, server: Server) -> None:
    one, sent = Workers(tmp_path, server, 1), list[float]()

    def send() -> None:
        sent.append(Clock().steady())
        if len(sent) == 3:
            time.sleep(0.35)  # three turns

    one.channel.before_send, one.channel.per_second, one.channel.concurrency = send, 10, 12
    one.desks[0].enqueue(1, *(f"-10{number}" for number in range(8)))
    await one.deliver(30)
    assert len(sent) == 8
    assert min(later - earlier for earlier, later in pairwise(sent)) > 0.04

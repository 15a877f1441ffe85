"""What a lane does with each failure, over days, on a clock that jumps: when it waits, parks, closes, and goes on."""

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.backoff import LONGEST, after_lost_answer, after_refusal
from bot.channels import Kind, SendError
from bot.deliver import Deliverer
from bot.destinations import Destination
from bot.lane import Tally
from bot.store import Store, alerts, lanes, outbox, outcomes, overview, papers, troubles
from bot.store.alerts import Calling
from bot.store.papers import Sighting
from feeds.paper import Paper
from feeds.query import parse_query
from feeds.render import entry_id
from tests.fakes.channel import FakeChannel, JumpingClock

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
DAY = 86400.0
BUSY = SendError(Kind.WAIT, "busy")
LOST = SendError(Kind.UNSURE, "the answer was lost")
GONE = SendError(Kind.STOP, "the token is refused")


class Desk:
    """A store with papers due, a channel and a clock."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "paperround.db"
        self.store = Store(self.path)
        self.clock = JumpingClock(NOON)
        self.channel = FakeChannel(self.clock)
        self.stop = asyncio.Event()

    def enqueue(self, count: int, *addresses: str) -> None:
        self.store.call(self._enqueue, count, [Destination("telegram", one) for one in addresses or ("-1001",)])

    def _enqueue(self, connection: Connection, count: int, wanted: list[Destination]) -> None:
        now, query = self.clock.now(), parse_query("*")
        ids = lanes.register(connection, wanted)
        callings = [
            Calling("all", query, str(one), ids[one], timedelta(days=1), "each", "", now.timestamp()) for one in wanted
        ]
        alerts.register(connection, callings, ["daily"], now)
        for number in range(1, count + 1):
            seen = Sighting("daily", "huggingface", Paper(f"2601.{number:05}", f"Paper {number}", "x"), now.date())
            stored = papers.add(connection, seen, now, lambda day, key: entry_id("https://a.example/", day.year, key))
            alerts.enqueue(connection, callings, {stored.id: stored.paper}, now)

    async def drain(self, seconds: float = float("inf"), settle: float = 8.0) -> Tally:
        """A delivery of its own, as a new process makes it."""
        deliverer = Deliverer(self.store, {"telegram": self.channel}, ZoneInfo("UTC"), settle, self.clock)
        await deliverer.drain(self.clock.now().timestamp() + seconds, self.stop)
        return deliverer.tally

    def since_noon(self) -> float:
        return (self.clock.now() - NOON).total_seconds()

    def state(self) -> list[str]:
        """Of every message, seen from outside: only what is committed."""
        with sqlite3.connect(self.path) as connection:
            rows = connection.execute("select state from message order by id").fetchall()
        connection.close()
        return [row[0] for row in rows]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


async def test_a_claim_is_committed_before_the_request_and_the_outcome_after(desk: Desk) -> None:
    desk.enqueue(2)
    seen: list[list[str]] = []
    desk.channel.before_send = lambda: seen.append(desk.state())
    await desk.drain()
    assert seen == [["sending"], ["sent", "sending"]]
    assert desk.state() == ["sent", "sent"]


async def test_a_group_of_200_takes_between_600_and_630_seconds_at_an_even_pace(desk: Desk) -> None:
    desk.channel = FakeChannel(desk.clock, interval=3.0)
    desk.enqueue(200)
    await desk.drain()
    times = [post.time for post in desk.channel.posts]
    assert desk.channel.taken == [f"Paper {number}" for number in range(1, 201)]
    assert 600 <= times[-1] - times[0] <= 630
    assert min(later - earlier for earlier, later in pairwise(times)) >= 3.0


async def test_the_pace_survives_a_restart_even_when_the_answer_was_never_recorded(desk: Desk) -> None:
    desk.channel = FakeChannel(desk.clock, interval=3.0)
    desk.enqueue(2)
    desk.channel.before_send = desk.stop.set
    await desk.drain()
    desk.store.call(lambda connection: connection.exec_driver_sql("update message set state = 'pending'"))
    desk.stop, desk.channel.before_send = asyncio.Event(), lambda: None
    await desk.drain()
    times = [post.time for post in desk.channel.posts]
    assert times[1] - times[0] >= 3.0


async def test_a_pause_that_was_asked_for_is_kept_and_is_no_attempt(desk: Desk) -> None:
    desk.enqueue(2)
    desk.channel.failures.extend([SendError(Kind.WAIT, "flood", retry_after=40.0)] * 30)
    await desk.drain()
    times = [post.time for post in desk.channel.posts]
    assert all(40.0 <= later - earlier <= 41.0 for earlier, later in pairwise(times[:31]))
    assert desk.channel.taken == ["Paper 1", "Paper 2"]


async def test_three_lanes_told_to_wait_pause_the_platform_also_after_a_restart(desk: Desk) -> None:
    desk.enqueue(1, "-1", "-2", "-3", "-4", "-5")
    desk.channel.failures.extend([SendError(Kind.WAIT, "flood", retry_after=60.0)] * 3)
    await desk.drain(10)
    assert len(desk.channel.posts) == 3
    await desk.drain(10)
    assert len(desk.channel.posts) == 3, "a new process keeps the pause"
    desk.clock.at += timedelta(seconds=61)
    await desk.drain(10)
    assert len(desk.channel.taken) == 5


async def test_two_lanes_told_to_wait_pause_no_other(desk: Desk) -> None:
    desk.enqueue(1, "-1", "-2", "-3", "-4", "-5")
    desk.channel.failures.extend([SendError(Kind.WAIT, "flood", retry_after=60.0)] * 2)
    await desk.drain(10)
    assert len(desk.channel.taken) == 3


async def test_a_refusal_that_no_one_knows_closes_after_five_times_over_a_day(desk: Desk) -> None:
    desk.enqueue(3)
    desk.channel.always = SendError(Kind.WAIT, "Forbidden: odd", patient=True, closes_after=DAY)
    tally = await desk.drain()
    assert tally.parked[0].startswith("telegram:-1001 is closed: refused for")
    assert DAY <= desk.since_noon() <= 1.5 * DAY
    assert 5 <= len(desk.channel.posts) <= 12
    (lane,) = desk.store.call(overview.lanes_now)
    assert (lane.state, lane.parked) == ("closed", 3)


async def test_a_missing_right_closes_after_seven_days_of_few_requests(desk: Desk) -> None:
    desk.enqueue(1)
    desk.channel.always = SendError(Kind.WAIT, "not enough rights", patient=True)
    await desk.drain()
    assert 7 * DAY <= desk.since_noon() <= 7.3 * DAY
    assert len(desk.channel.posts) < 70


async def test_a_message_is_parked_after_seven_days_of_trying_and_the_lane_goes_on(desk: Desk) -> None:
    desk.enqueue(2)
    desk.channel.failures.append(BUSY)
    await desk.drain(0)
    desk.clock.at += timedelta(days=7)
    desk.channel.failures.append(BUSY)
    tally = await desk.drain()
    assert tally.parked == ["telegram:-1001: parked: given up after 7 days of trying: busy"]
    assert desk.channel.taken == ["Paper 2"]


async def test_days_in_which_the_platform_was_stopped_are_no_trying(desk: Desk) -> None:
    desk.enqueue(1)
    desk.channel.failures.extend([BUSY, GONE])
    await desk.drain()
    desk.clock.at += timedelta(days=8)
    desk.store.call(outcomes.resume, desk.clock.now())
    desk.channel.failures.append(BUSY)
    tally = await desk.drain()
    assert tally.parked == []
    assert desk.channel.taken == ["Paper 1"]


async def test_one_message_that_loses_every_answer_parks_alone(desk: Desk) -> None:
    desk.enqueue(2)
    desk.channel.failures.extend([LOST] * 60)

    def well_once_it_is_gone() -> None:
        if desk.state()[0] == "parked":
            desk.channel.failures.clear()

    desk.channel.before_send = well_once_it_is_gone
    tally = await desk.drain()
    assert len(tally.parked) == 1
    assert desk.since_noon() >= 900
    assert desk.channel.taken == ["Paper 2"]


async def test_an_outage_of_hours_parks_nothing(desk: Desk) -> None:
    desk.enqueue(2)
    desk.channel.failures.extend([LOST] * 400)
    desk.channel.check_fails.extend([LOST] * 400)
    tally = await desk.drain()
    assert desk.since_noon() > 2 * 3600
    assert (tally.parked, desk.channel.taken) == ([], ["Paper 1", "Paper 2"])


async def test_ten_minutes_of_outage_cost_few_requests_and_end_within_a_minute(desk: Desk) -> None:
    desk.enqueue(1)
    desk.channel.always = BUSY

    def over_after_ten_minutes() -> None:
        desk.channel.always = BUSY if desk.since_noon() < 600 else None

    desk.channel.before_send = over_after_ten_minutes
    await desk.drain()
    assert desk.since_noon() <= 660
    assert len(desk.channel.posts) < 200


async def test_a_message_that_arrived_is_found_and_not_sent_again(desk: Desk) -> None:
    desk.channel = FakeChannel(desk.clock, can_find=True)
    desk.enqueue(1)
    desk.channel.takes_first = True
    desk.channel.failures.append(LOST)
    await desk.drain()
    assert (desk.channel.taken, desk.state()) == (["Paper 1"], ["sent"])


async def test_a_token_refused_at_the_look_up_keeps_the_message_to_be_looked_up(desk: Desk) -> None:
    desk.channel = FakeChannel(desk.clock, can_find=True)
    desk.enqueue(1)
    desk.channel.takes_first = True
    desk.channel.failures.append(LOST)
    desk.channel.find_fails.append(GONE)
    tally = await desk.drain()
    assert (tally.stopped, desk.state()) == ({"telegram": "the token is refused"}, ["unsure"])
    desk.store.call(outcomes.resume, desk.clock.now())
    await desk.drain()
    assert (desk.channel.taken, desk.state()) == (["Paper 1"], ["sent"])


async def test_what_was_being_sent_when_a_process_died_is_unsure(desk: Desk) -> None:
    desk.channel = FakeChannel(desk.clock, can_find=True)
    desk.enqueue(1)
    await desk.drain()
    desk.store.call(lambda connection: connection.exec_driver_sql("update message set state = 'sending'"))
    assert desk.store.call(outbox.recover, desk.clock.now(), 8.0) == 1
    await desk.drain()
    assert (len(desk.channel.posts), desk.state()) == (1, ["sent"])
    assert desk.since_noon() >= 8


async def test_a_changed_message_goes_once_and_parks_when_it_is_refused_again(desk: Desk) -> None:
    desk.enqueue(2)
    desk.channel.failures.extend([SendError(Kind.FIX, "too long", fix={"text": "short"})] * 2)
    tally = await desk.drain()
    assert [post.text for post in desk.channel.posts] == ["Paper 1", "short", "Paper 2"]
    assert tally.parked == ["telegram:-1001: parked: too long"]


async def test_a_stopped_platform_is_asked_again_and_then_gets_everything(desk: Desk) -> None:
    desk.enqueue(3)
    desk.channel.failures.append(GONE)
    desk.channel.check_fails.extend([GONE] * 3)
    desk.channel.before_send = lambda: desk.stop.set() if len(desk.channel.posts) == 3 else None
    deliverer = Deliverer(desk.store, {"telegram": desk.channel}, ZoneInfo("UTC"), 8.0, desk.clock)
    await asyncio.wait_for(deliverer.serve(asyncio.Event(), desk.stop), 20)
    assert desk.channel.taken == ["Paper 1", "Paper 2", "Paper 3"]
    assert desk.channel.checks >= 4
    assert desk.since_noon() >= 4 * 300


async def test_a_stop_while_waiting_for_the_platforms_turn_sends_nothing(desk: Desk) -> None:
    desk.enqueue(1, "-1", "-2")
    desk.channel.per_second = 0.001
    desk.channel.before_send = desk.stop.set
    await desk.drain()
    assert len(desk.channel.posts) == 1
    assert "sending" not in desk.state()


async def test_a_pause_of_hours_is_told(desk: Desk) -> None:
    desk.enqueue(1)
    desk.channel.failures.append(SendError(Kind.WAIT, "flood control", retry_after=43837.0))
    await desk.drain(10)
    (told,) = desk.store.call(troubles.in_delivery, desk.clock.now()).values()
    assert told == "telegram:-1001 waits for hours: flood control"


@pytest.mark.parametrize("failures", range(12))
def test_pauses_grow_from_a_second_to_the_longest_and_are_never_the_same_for_all(failures: int) -> None:
    whole = min(LONGEST, 2.0**failures)
    assert after_refusal(BUSY, failures, 0.0) == whole / 2
    assert after_refusal(BUSY, failures, 1.0) == whole
    assert 8.0 <= after_lost_answer(failures + 1, 8.0, 1.0) <= LONGEST

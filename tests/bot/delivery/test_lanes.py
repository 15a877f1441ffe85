"""What a lane does with each failure, over days, on a clock that jumps: when it waits, parks, closes, and goes on."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.channels.channel import Kind, Payload, SendError, Sent
from bot.delivery.deliverer import Deliverer
from bot.rules.backoff import LONGEST, after_lost_answer, after_refusal
from bot.store.outbox import outcomes, troubles
from bot.store.outbox.standing import standing
from tests.desk import Desk
from tests.fakes.channel import FakeChannel

pytestmark = pytest.mark.usefixtures("database")

DAY = 86400.0
BUSY = SendError(Kind.WAIT, "busy")
LOST = SendError(Kind.UNSURE, "the answer was lost")
GONE = SendError(Kind.STOP, "the token is refused")


async def test_a_claim_is_committed_before_the_request_and_the_outcome_after(desk: Desk) -> None:
    desk.enqueue(2)
    seen: list[list[str]] = []
    desk.channel.before_send = lambda: seen.append(desk.state())
    await desk.drain()
    assert seen == [["sending"], ["sent", "sending"]]
    assert desk.state() == ["sent", "sent"]


@pytest.mark.once_is_enough
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
    assert 5 <= len(desk.channel.posts) <= 16
    (lane,) = desk.store.call(standing, ["telegram:-1001"]).lanes
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


async def test_ten_minutes_of_outage_cost_few_requests_and_end_within_a_minute(desk: Desk) -> None:
    desk.enqueue(1)
    desk.channel.always = BUSY

    def over_after_ten_minutes() -> None:
        desk.channel.always = BUSY if desk.since_noon() < 600 else None

    desk.channel.before_send = over_after_ten_minutes
    await desk.drain()
    assert desk.since_noon() <= 660
    assert len(desk.channel.posts) < 200


class Ring(FakeChannel):
    """Groups each of which says that it became the other; a send takes a second."""

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        assert len(self.posts) < 100, "without end"
        self._clock.at += timedelta(seconds=1)
        self.always = SendError(Kind.MOVED, "moved", moved_to="-7" if address == "-6" else "-6")
        return await super().send(address, thread, payload, delivery)


async def test_what_needs_no_pause_and_brings_nothing_further_ends_with_the_deadline_and_nothing_is_lost(
    desk: Desk,
) -> None:
    taking, desk.channel = desk.channel, Ring(desk.clock)
    desk.enqueue(2, "-6")
    await desk.drain(4)
    assert 4 <= desk.since_noon() <= 10
    assert desk.state() == ["pending"]
    desk.channel = taking
    await desk.drain(0)
    assert desk.channel.taken == ["Paper 1", "Paper 2"]


async def test_what_goes_on_without_a_pause_goes_past_the_deadline(desk: Desk) -> None:
    desk.enqueue(20)
    desk.channel.failures.append(SendError(Kind.FIX, "too long", fix={"text": "short"}))
    desk.channel.failures.append(SendError(Kind.MOVED, "moved", moved_to="-6"))

    def slowly() -> None:
        desk.clock.at += timedelta(seconds=1)

    desk.channel.before_send = slowly
    await desk.drain(0)
    assert desk.channel.taken == ["short", *(f"Paper {number}" for number in range(2, 21))]


async def test_a_changed_message_goes_once_and_parks_when_it_is_refused_again(desk: Desk) -> None:
    desk.enqueue(2)
    desk.channel.failures.extend([SendError(Kind.FIX, "too long", fix={"text": "short"}, cure="it went on")] * 2)
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

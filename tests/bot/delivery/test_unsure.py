"""Lost answers: looked up, or sent again, and when a message is suspected to be what loses them."""

import pytest

from bot.channels.channel import Kind, SendError
from bot.store.outbox import abandoned, outcomes
from tests.desk import Desk
from tests.fakes.channel import FakeChannel

pytestmark = pytest.mark.usefixtures("database")

DAY = 86400.0
LOST = SendError(Kind.UNSURE, "the answer was lost")
GONE = SendError(Kind.STOP, "the token is refused")


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


@pytest.mark.once_is_enough
async def test_an_outage_of_hours_parks_nothing(desk: Desk) -> None:
    desk.enqueue(2)
    desk.channel.failures.extend([LOST] * 400)
    desk.channel.check_fails.extend([LOST] * 400)
    tally = await desk.drain()
    assert desk.since_noon() > 2 * 3600
    assert (tally.parked, desk.channel.taken) == ([], ["Paper 1", "Paper 2"])


async def test_a_message_that_arrived_is_found_and_not_sent_again(desk: Desk) -> None:
    desk.channel = FakeChannel(desk.clock, can_find=True)
    desk.enqueue(1)
    desk.channel.takes_first = True
    desk.channel.failures.append(LOST)
    await desk.drain()
    assert (desk.channel.taken, desk.state()) == (["Paper 1"], ["sent"])


async def test_a_look_up_is_told_what_was_sent_and_what_arrived_before_it(desk: Desk) -> None:
    desk.channel = FakeChannel(desk.clock, can_find=True)
    desk.enqueue(2)
    desk.channel.before_send = lambda: desk.channel.failures.append(LOST) if len(desk.channel.posts) == 1 else None
    await desk.drain()
    (lost,) = desk.channel.looked_for
    assert (lost.address, lost.payload, lost.after) == ("-1001", {"text": "Paper 2"}, "1")
    assert desk.channel.taken == ["Paper 1", "Paper 2"]


async def test_a_message_that_cannot_be_looked_up_for_seven_days_is_parked(desk: Desk) -> None:
    desk.channel = FakeChannel(desk.clock, can_find=True)
    desk.enqueue(2)
    desk.channel.failures.append(LOST)
    desk.channel.find_fails.extend([SendError(Kind.WAIT, "no history", retry_after=DAY)] * 8)
    tally = await desk.drain()
    assert tally.parked == ["telegram:-1001: parked: given up after 7 days of trying: no history"]
    assert desk.channel.taken == ["Paper 2"]


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
    assert desk.store.call(abandoned.recover, desk.clock.now(), 8.0) == 1
    await desk.drain()
    assert (len(desk.channel.posts), desk.state()) == (1, ["sent"])
    assert desk.since_noon() >= 8

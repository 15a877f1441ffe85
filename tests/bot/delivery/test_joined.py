"""Two lanes that turn out to be one chat: nothing lost, a paper once, and what one has in hand is left alone."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.channels.channel import Kind, SendError
from bot.store.outbox import lanes
from tests.desk import Desk, outside
from tests.fakes.channel import FakeChannel
from tests.fakes.source import items
from tests.world import DAILY, World, alert

pytestmark = pytest.mark.usefixtures("database")

TODAY = datetime.now(UTC).date()
BUSY = SendError(Kind.WAIT, "busy")


def moved(address: str) -> SendError:
    return SendError(Kind.MOVED, "the group became a supergroup", moved_to=address)


async def test_a_message_in_hand_is_not_taken_for_lost_when_its_lane_is_joined(desk: Desk) -> None:
    desk.channel.concurrency = 2
    desk.enqueue(2, "-1", "-2")
    answer = desk.channel.held_up["-2"] = asyncio.Event()
    desk.channel.failures.append(moved("-2"))
    asyncio.get_running_loop().call_later(0.3, answer.set)  # until then, the lane that is left looks again and again
    await desk.drain()
    assert desk.channel.taken == ["Paper 1", "Paper 2"]
    assert set(desk.state()) == {"sent"}


async def test_a_paper_that_waits_packed_in_both_lanes_goes_once_with_all_its_reasons(desk: Desk) -> None:
    desk.enqueue(2, "-1", "-2")
    desk.channel.always = BUSY
    await desk.drain(0)
    desk.channel.always = None
    assert desk.state() == ["pending", "pending"]
    desk.store.call(lanes.move, 2, "-1")
    await desk.drain()
    assert desk.channel.taken == ["Paper 1", "Paper 2"]
    assert desk.state() == ["sent", "sent"]


async def test_a_paper_that_one_lane_sent_does_not_go_again_by_the_other(desk: Desk) -> None:
    desk.enqueue(2, "-1")
    await desk.drain()
    desk.enqueue(3, "-2")
    desk.store.call(lanes.move, 2, "-1")
    await desk.drain()
    assert desk.channel.taken == ["Paper 1", "Paper 2", "Paper 3"]


async def test_a_parked_message_gives_way_to_one_that_waits(desk: Desk) -> None:
    desk.enqueue(1, "-1")
    desk.channel.failures.append(SendError(Kind.DROP, "odd"))
    await desk.drain()
    desk.enqueue(1, "-2")
    desk.store.call(lanes.move, 2, "-1")
    await desk.drain()
    assert desk.channel.taken == ["Paper 1"]
    assert desk.state() == ["sent"]


async def test_a_group_that_says_it_moved_to_itself_is_not_asked_without_end(desk: Desk) -> None:
    desk.channel = FakeChannel(desk.clock)
    desk.enqueue(1, "-1")
    desk.channel.failures.extend([moved("-1")] * 5)
    await desk.drain()
    assert desk.channel.taken == ["Paper 1"]
    assert desk.since_noon() > 5


@pytest.mark.parametrize("named", ["", "-1"])
async def test_a_chat_stays_where_it_is_if_an_answer_names_no_other(desk: Desk, named: str) -> None:
    desk.enqueue(2, "-1", "-2")
    desk.channel.names["-1"] = named
    await desk.drain()
    found = outside(desk.store, "select address from destination order by id")
    assert [address for (address,) in found] == ["-1", "-2"]
    assert outside(desk.store, "select name from chat_name") == []


def test_without_the_scope_to_list_channels_a_name_is_learnt_from_the_first_answer(here: World) -> None:
    here.slack.scopes.discard("channels:read")
    here.source.days[TODAY.isoformat()] = items(6, TODAY)
    here.configure(DAILY, alert("all", "*", "slack:#papers"), alert("id", "paper", "slack:C0000000001"))
    assert here.round().well()
    assert len({message.text.split("\n")[0] for message in here.slack.messages}) == 6
    assert len(here.slack.messages) <= 7, "the one that both lanes had in hand"
    before = len(here.slack.messages)
    here.source.days[TODAY.isoformat()] = items(9, TODAY)
    assert here.round().well()
    assert len(here.slack.messages) == before + 3


def test_a_name_that_is_no_channel_closes_beside_one_that_is_known_by_id(here: World) -> None:
    here.source.days[TODAY.isoformat()] = items(2, TODAY)
    here.configure(DAILY, alert("all", "*", "slack:#nowhere", "slack:C0000000001"))
    result = here.round()
    assert [told.split(":")[0:2] for told in result.tally.parked] == [["slack", "#nowhere is closed"]]
    assert len(here.slack.messages) == 2

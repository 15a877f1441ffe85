"""Lost answers where Slack gives a channel's history at one page a minute, as to new apps outside its Marketplace."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.channels.slack.channel import SlackChannel
from bot.store.outbox.standing import standing
from tests.desk import Desk
from tests.fakes.server import Message
from tests.fakes.slack import TOKEN, FakeSlack

PAPERS, DIFFUSION = "C0000000001", "C0000000002"
ANSWER_LOST, NEVER_CAME = "accept_then_reset", "reset"


class SlowSlack(FakeSlack):
    """15 messages a page, a page a minute; people write while a look-up waits, and wrote before."""

    def __init__(self, written: int, meanwhile: int) -> None:
        super().__init__(page=15)
        self.per_minute = {"conversations.history": 1}
        self._written, self._meanwhile = written, meanwhile

    def people_wrote(self) -> None:
        """All of it in the last ten minutes."""
        self._write(self._written, PAPERS, 500.0)

    def _write(self, count: int, channel: str, seconds: float) -> None:
        for number in range(count):
            at = self.time() - seconds * (1 - number / max(count, 1))
            self.messages.append(Message(channel, f"A person {number}", {"text": "Hello"}, at, f"{at:.6f}"))
        self.messages.sort(key=lambda one: one.time)

    def _history(self, params: dict[str, Any]) -> dict[str, Any]:
        self._write(self._meanwhile, params["channel"], 0.5)
        self._meanwhile = 0
        return super()._history(params)

    def papers(self, channel: str) -> list[str]:
        """What of ours a channel shows, in order."""
        return [text.split("\n")[0] for text in self.plain(channel) if text.startswith("Paper")]


@asynccontextmanager
async def office(desk: Desk, *, written: int = 0, meanwhile: int = 0) -> AsyncIterator[SlowSlack]:
    slack = SlowSlack(written, meanwhile)
    desk.scheme = "slack"
    slack.time = lambda: desk.clock.now().timestamp()
    with slack:
        channel = SlackChannel(token=SecretStr(TOKEN), api_url=slack.api_url, timeout=5, channel_per_second=1)
        desk.channel = channel
        try:
            yield slack
        finally:
            await channel.aclose()


ALL = [f"Paper {number}" for number in range(1, 7)]


@pytest.mark.parametrize("fault", [ANSWER_LOST, NEVER_CAME])
@pytest.mark.parametrize("loses", [1, 4])
async def test_it_is_found_page_by_page_and_nothing_comes_twice(desk: Desk, fault: str, loses: int) -> None:
    async with office(desk, written=300, meanwhile=40) as slack:
        slack.people_wrote()
        desk.enqueue(loses - 1, PAPERS)
        await desk.drain()
        desk.clock.at += timedelta(seconds=2)
        began = desk.clock.now()
        desk.enqueue(6, PAPERS)
        slack.fail_next(1, fault)
        await desk.drain()
        took = (desk.clock.now() - began).total_seconds()
    assert slack.papers(PAPERS) == ALL
    pages = 3 if fault == ANSWER_LOST or loses > 1 else 23
    assert took < 60 * pages + 60, "a minute a page, and no page before the last message that arrived"


async def test_the_message_before_the_lost_one_bounds_the_look_up(desk: Desk) -> None:
    async with office(desk, written=300, meanwhile=10) as slack:
        slack.people_wrote()
        desk.enqueue(1, PAPERS)
        await desk.drain()
        desk.enqueue(2, PAPERS)
        slack.fail_next(1, NEVER_CAME)
        await desk.drain()
        looks = [request for request in slack.requests if request.method == "conversations.history"]
    assert slack.papers(PAPERS) == ALL[:2]
    assert len(looks) == 1
    assert desk.since_noon() < 30


async def test_meanwhile_status_says_why_and_until_when(desk: Desk) -> None:
    async with office(desk, meanwhile=40) as slack:
        desk.enqueue(3, PAPERS)
        slack.fail_next(1, ANSWER_LOST)
        await desk.drain(seconds=30)
        (lane,) = desk.store.call(standing, [f"slack:{PAPERS}"]).lanes
    assert (lane.state, lane.waiting, lane.parked) == ("open", 3, 0)
    assert "cannot be looked up yet: Slack: ratelimited" in lane.reason
    assert lane.next_try is not None
    assert 20 < lane.next_try - desk.clock.now().timestamp() <= 61


async def test_several_channels_share_the_minute_and_each_gets_all_of_it_once(desk: Desk) -> None:
    async with office(desk, meanwhile=40) as slack:
        slack.channels |= {f"c{number}": f"C100000000{number}" for number in range(4)}
        slack.members |= set(slack.channels.values())
        everywhere = [PAPERS, DIFFUSION, *(f"C100000000{number}" for number in range(4))]
        desk.enqueue(6, *everywhere)
        slack.fail_next(6, ANSWER_LOST)
        await desk.drain()
        assert set(desk.state()) == {"sent"}
    assert [slack.papers(one) for one in everywhere] == [ALL] * 6

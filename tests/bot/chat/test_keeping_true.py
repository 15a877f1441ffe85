"""Posted messages are kept true: what changes of a paper is edited in, at most once a day, when nothing else is due."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.app import open_channels
from bot.channels.channel import Item
from bot.channels.slack.message import pack as slack
from bot.channels.telegram.message import pack as telegram
from bot.chat.keeping_true import Corrector
from bot.delivery.gate import Gate
from bot.store.engine import Store
from feeds.paper import Paper
from tests.fakes.source import item
from tests.world import DAILY, MovedClock, World, alert

TO = ("telegram:-1001000000001", "slack:#papers")
CHAT = '[chat]\naccess = "open"\n'
ID = "2601.00001"


def look(here: World, ahead: timedelta = timedelta()) -> tuple[int, int]:
    """Correct what may be; how many edits each platform was asked for."""
    telegram, slack = len(here.telegram.edited), len(here.slack.edited)

    async def corrected() -> None:
        store, clock = Store(here.config.database), MovedClock(ahead)
        try:
            async with open_channels(here.config) as channels:

                async def gate_of(scheme: str) -> Gate:
                    return Gate(channels[scheme], clock)

                await Corrector(store, clock, channels, gate_of, here.config.site).some(asyncio.Event())
        finally:
            store.close()

    asyncio.run(corrected())
    return len(here.telegram.edited) - telegram, len(here.slack.edited) - slack


def says(here: World, votes: int, **more: Any) -> None:
    day = datetime.now(UTC).date()
    here.source.days = {day.isoformat(): [item(ID, "On diffusion", "Of noise.", day, votes=votes, **more)]}


@pytest.fixture
def posted(here: World) -> World:
    here.configure(DAILY, CHAT, alert("all", "*", *TO))
    says(here, 3)
    here.round()
    assert len(here.telegram.messages) == len(here.slack.messages) == 1
    return here


def texts(here: World) -> tuple[str, str]:
    return here.telegram.messages[0].text, here.slack.messages[0].text


@pytest.mark.usefixtures("database")
def test_votes_and_links_are_edited_in_once_a_day(posted: World) -> None:
    here = posted
    assert look(here) == (0, 0)
    says(here, 40, code="https://github.com/a/b")
    here.round(timedelta(hours=1))
    assert look(here, timedelta(hours=1)) == (1, 1)
    assert all("▲ 40" in text for text in texts(here))
    assert "https://github.com/a/b" in str(here.telegram.messages[0].params["reply_markup"])
    assert "https://github.com/a/b" in str(here.slack.messages[0].params["blocks"])
    says(here, 50)
    here.round(timedelta(hours=2))
    assert look(here, timedelta(hours=2)) == (0, 0)
    assert look(here, timedelta(hours=25, minutes=5)) == (1, 1)
    assert all("▲ 50" in text for text in texts(here))
    here.round(timedelta(hours=60))
    assert look(here, timedelta(hours=60)) == (0, 0)
    assert len(here.telegram.messages) == len(here.slack.messages) == 1


@pytest.mark.usefixtures("database")
def test_an_edit_whose_answer_is_lost_is_made_again_as_it_was(posted: World) -> None:
    here = posted
    says(here, 40)
    here.round()
    here.telegram.fail_next(1, "accept_then_close", "editMessageText")
    here.slack.fail_next(1, "accept_then_close", "chat.update")
    look(here)
    says(here, 41)
    here.round()
    look(here, timedelta(minutes=2))
    assert [one["text"] for one in here.telegram.edited[1:]] in ([], [here.telegram.edited[0]["text"]])
    assert all("▲ 40" in text for text in texts(here))
    look(here, timedelta(hours=25))
    assert all("▲ 41" in text for text in texts(here))


def test_a_message_that_is_gone_is_left_and_keeps_no_other_waiting(posted: World) -> None:
    here = posted
    here.telegram.messages.clear()
    here.slack.messages.clear()
    says(here, 40)
    here.round()
    for _ in range(2):
        look(here)
    assert sum(one.method == "editMessageText" for one in here.telegram.requests) == 1
    assert sum(one.method == "chat.update" for one in here.slack.requests) == 1


def test_without_updates_nothing_is_edited(here: World) -> None:
    here.configure(DAILY, CHAT + "updates = false\n", alert("all", "*", *TO))
    for votes in (3, 40):
        says(here, votes)
        here.round()
    assert look(here) == (0, 0)


def digest(count: int, votes: int) -> list[Any]:
    day = datetime.now(UTC).date()
    text = "Of noise. " * 60
    return [item(f"2601.00{n:03}", f"Paper {n}", text, day, votes=votes) for n in range(count)]


@pytest.mark.parametrize(("count", "edits"), [(4, (1, 1)), (100, (0, 0))])
def test_a_digest_of_one_message_is_kept_true_and_one_of_several_stays_as_it_was(
    here: World, count: int, edits: tuple[int, int]
) -> None:
    day = datetime.now(UTC).date().isoformat()
    here.configure(DAILY, CHAT, alert("all", "*", *TO, together=2, top=0))
    here.source.days = {day: digest(count, 3)}
    here.round()
    assert (len(here.telegram.messages) > 1) is (edits == (0, 0))
    here.source.days = {day: digest(count, 9)}
    here.round()
    told = [look(here) for _ in range(3)]
    assert told[0] == edits
    assert all("▲ 9" in text for text in texts(here)) is (edits == (1, 1))
    assert told[1:] == [(0, 0), (0, 0)]


def test_what_is_due_goes_first(posted: World) -> None:
    here = posted
    day = datetime.now(UTC).date()
    changed = item(ID, "On diffusion", "Of noise.", day, votes=40)
    here.source.days = {day.isoformat(): [changed, item("2601.00002", "Another", "Of noise.", day)]}
    here.telegram.refuse("-1001000000001", "Bad Request: not enough rights to send text messages to the chat")
    here.round(wait=2)
    assert look(here) == (0, 1)
    here.telegram.refuse("-1001000000001", "")
    here.round(timedelta(hours=7))
    assert look(here, timedelta(hours=7)) == (1, 0)


def test_acceptance_and_withdrawal_are_told_in_a_papers_message() -> None:
    paper = Paper("2601.1", "On diffusion", "x", publication="Proc. of a Conference 12, 2027")
    for pack in (telegram, slack):
        assert "Published in Proc. of a Conference 12, 2027" in str(pack(Item(paper, ())))
        assert "This paper was withdrawn." in str(pack(Item(replace(paper, withdrawn=True), ())))

"""A subscription by chat brings the next paper that matches and none before, whatever becomes of its chat."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.calling import Caller, Streamed
from bot.chat.desk import Desk
from bot.chat.said import Moved, Said, written
from bot.intake import feed_queries
from bot.process.clock import Clock
from bot.rules.backtest import backtest
from bot.store import answers, inbox
from bot.store.archive.look import look
from bot.store.database import Database
from bot.store.engine import Store
from bot.store.schema import paper
from bot.store.schema_feeds import feed_paper
from feeds.paper import Paper
from feeds.query import parse_query
from tests.bot.chat.conversation import PlainFront
from tests.fakes.source import item
from tests.newsroom import NOON, Newsroom
from tests.world import DAILY, World, alert, feed

CHAT = '[chat]\naccess = "open"\nper_minute = 1000\nper_chat = 100\n'


class Chatroom(Newsroom):
    """A newsroom to which people talk."""

    def __init__(self, folder: Path, database: Database) -> None:
        super().__init__(folder, database)
        self._keys = count(1)

    async def hear(self, heard: Said | Moved) -> list[str]:
        """What is answered."""
        await self.store.run(inbox.append, "telegram", str(next(self._keys)), written(heard), self.clock.now())
        fronts = {"telegram": PlainFront()}
        desk = Desk(self.config, self.store, self.clock, fronts, lambda: None, asyncio.Event())
        while await desk.one():
            pass
        found = await self.store.run(answers.next_ones, 100)
        for one in found:
            await self.store.run(answers.said, one.id)
        return [json.loads(one.body)["text"] for one in found]

    async def say(self, text: str, chat: str = "7") -> list[str]:
        return await self.hear(Said("telegram", chat, "", "private", f"telegram:{chat}", text))

    async def becomes(self, what: Any, to: str = "", chat: str = "7") -> None:
        await self.hear(Moved("telegram", chat, what, to))

    async def brings(self, number: int) -> list[tuple[str, str]]:
        """Where a new paper goes."""
        self.later(seconds=1)
        before = len(self.channel.posts)
        title = f"Diffusion {number}"
        await self.read([Paper(f"2601.{number:05}", title, "x", announced=self.clock.now().date())])
        await self.deliver()
        return [(one.address, one.text) for one in self.channel.posts[before:] if one.taken]


@pytest.fixture
def room(tmp_path: Path, any_database: Database) -> Chatroom:
    return Chatroom(tmp_path, any_database)


async def test_the_next_paper_comes_and_none_before_whatever_becomes_of_the_chat(room: Chatroom) -> None:
    await room.configure(CHAT)
    assert await room.brings(1) == []
    await room.say("subscribe diffusion")
    assert await room.brings(2) == [("7", "Diffusion 2")]
    await room.say("pause")
    assert await room.brings(3) == []
    await room.say("resume")
    assert await room.brings(4) == [("7", "Diffusion 4")]
    await room.becomes("left")
    assert await room.brings(5) == []
    room.later(hours=1)
    await room.becomes("back")
    assert await room.brings(6) == [("7", "Diffusion 6")]
    await room.becomes("moved", "-1007")
    assert await room.brings(7) == [("-1007", "Diffusion 7")]
    await room.say("change 1 graphs", "-1007")
    assert await room.brings(8) == []
    await room.say("change 1 diffusion", "-1007")
    assert await room.brings(9) == [("-1007", "Diffusion 9")]
    await room.say("unsubscribe all", "-1007")
    assert await room.brings(10) == []
    room.store.close()


QUERIES = (
    "diffusion",
    '"flow matching"',
    "diffusion OR graphs",
    "diffusion -survey",
    'author:"Y. Bengio"',
    "votes>=20",
    "title:graph*",
    "* -survey",
    "category:cs.LG diffusion",
    "graphs NOT survey",
)


async def test_one_query_finds_the_same_papers_by_try_feed_chat_and_file(room: Chatroom) -> None:
    tables = [CHAT]
    for number, query in enumerate(QUERIES):
        tables += [alert(f"a{number}", query, f"telegram:-100{number}"), feed(f"f{number}", query)]
    await room.configure(*tables)
    room.caller = Caller(room.store, room.clock, feed_queries(room.config), Streamed())
    for number, query in enumerate(QUERIES):
        assert (await room.say(f"subscribe {query}", f"{100 + number}"))[0].startswith("Subscribed")
    room.later(seconds=1)
    await room.read(some_papers())
    await room.deliver()
    ways: dict[str, dict[str, set[str]]] = {way: {} for way in ("try", "feed", "chat", "file")}
    arrived = [(one.address, one.text) for one in room.channel.posts if one.taken]
    for number, query in enumerate(QUERIES):
        ways["chat"][query] = {text for address, text in arrived if address == f"{100 + number}"}
        ways["file"][query] = {text for address, text in arrived if address == f"-100{number}"}
        ways["feed"][query] = await room.store.run(in_feed, f"f{number}")
        with look(room.store.database) as archive:
            told = backtest(archive, parse_query(query), room.clock.now(), 30)
        ways["try"][query] = {one.paper.title for one in told.found}
    assert ways["chat"] == ways["file"] == ways["feed"] == ways["try"]
    assert [len(found) for found in ways["chat"].values()] == [6, 2, 8, 3, 2, 4, 4, 7, 3, 3]
    room.store.close()


def some_papers() -> list[Paper]:
    day, found = NOON.date(), []
    for n in range(10):
        words = [("Diffusion", n % 2 == 0 or n == 1), ("Graphs", n % 3 == 0), ("a survey", n in {0, 2, 4})]
        title = " ".join([*(word for word, there in words if there), f"number {n}"])
        text = "By flow matching." if n in {3, 5} else "Of noise."
        authors = ("Yoshua Bengio",) if n in {1, 6} else ("A. Nobody",)
        categories = ("cs.LG",) if n < 4 else ("cs.CV",)
        found.append(
            Paper(f"2601.{n:05}", title, text, authors, votes=10 * (n % 4), announced=day, categories=categories)
        )
    return found


def in_feed(connection: Any, slug: str) -> set[str]:
    wanted = select(paper.c.data).join(feed_paper, feed_paper.c.paper_id == paper.c.id).where(feed_paper.c.slug == slug)
    return {json.loads(data)["title"] for data in connection.execute(wanted).scalars()}


CHANNEL = "-1001000000001"


@pytest.mark.parametrize("names", [{"@renamed": CHANNEL}, {}], ids=["renamed", "made private"])
def test_a_chat_that_is_renamed_or_made_private_goes_on(here: World, names: dict[str, str]) -> None:
    """A chat is its number: what it asked for itself and what the file sends to its name are one, before and after."""
    day = datetime.now(UTC).date()
    here.telegram.names, here.telegram.kinds = {"@papers": CHANNEL}, {CHANNEL: "channel"}
    here.configure(DAILY, alert("mine", "diffusion", "telegram:@papers"), CHAT)
    papers = here.source.days[day.isoformat()] = []
    for number in range(1, 5):
        if number == 4:
            here.configure(DAILY, CHAT)
        papers.append(item(f"2601.0000{number}", f"Diffusion {number}", "Of noise.", day))
        here.round(timedelta(minutes=number), wait=5)
        if number == 1:
            asyncio.run(subscribed(here))
        here.telegram.names = names if number == 2 else here.telegram.names
    shown = [text.splitlines()[0] for text in here.telegram.plain(CHANNEL)]
    assert shown == ["Diffusion 1", "Diffusion 2", "Diffusion 3", "Diffusion 4"]


async def subscribed(here: World) -> None:
    """By a post in the channel."""
    store, clock = Store(here.config.database), Clock()
    post = Said("telegram", CHANNEL, "", "channel", f"telegram:{CHANNEL}", "subscribe diffusion", administers=True)
    await store.run(inbox.append, "telegram", "1", written(post), clock.now())
    desk = Desk(here.config, store, clock, {"telegram": PlainFront()}, lambda: None, asyncio.Event())
    assert await desk.one()
    store.close()

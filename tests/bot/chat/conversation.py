"""Talk with the bot in this process: what is said goes into the inbox, what is answered is read from the outbox."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, insert, select

from bot.chat import errands
from bot.chat.desk import Desk
from bot.chat.front import Act
from bot.chat.reply import Reply
from bot.chat.said import Said, written
from bot.config.load import Config, load
from bot.rules.destinations import Destination
from bot.store import answers, inbox
from bot.store.archive import papers
from bot.store.archive.papers import Sighting
from bot.store.database import Database
from bot.store.engine import Store
from bot.store.outbox import lanes
from bot.store.schema import due, message, subscription
from feeds.paper import Paper
from tests.fakes.channel import JumpingClock
from tests.world import named

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
PLATFORMS = """
[publish]
base_url = "https://papers.example.org/"
[web]
[telegram]
token_env = "TELEGRAM_BOT_TOKEN"
"""
OPEN = '[chat]\naccess = "open"\nper_minute = 100\nadmins = ["telegram:1"]\n'


class PlainFront:
    """Shows an answer as text alone. `administrators`: who they are in any chat; `fails`: nobody can be asked."""

    def __init__(self, scheme: str = "telegram", sign: str = "/") -> None:
        self.scheme, self.sign = scheme, sign
        self.administrators: set[str] = set()
        self.fails: Exception | None = None

    async def listen(self) -> None:
        await asyncio.Event().wait()

    async def administers(self, said: Said) -> bool:
        if self.fails:
            raise self.fails
        return said.person in self.administrators

    async def lacks(self, said: Said) -> str:
        return ""

    async def topic(self, said: Said, name: str) -> str:
        return ""

    def packed(self, reply: Reply, said: Said) -> Act:
        buttons = [[{"text": one.label, "says": one.says} for one in row] for row in reply.buttons]
        text = "\n".join(filter(None, (reply.text, reply.copied)))
        return {"text": text, "buttons": buttons, "edits": reply.edits and said.pressed, "aside": reply.aside}

    async def say(self, address: str, thread: str, act: Act) -> bool:
        raise NotImplementedError

    async def aclose(self) -> None:
        pass


class Conversation:
    """One with a bot whose archive has ten papers about diffusion and one about graphs."""

    def __init__(self, folder: Path, chat: str = OPEN, database: Database | None = None) -> None:
        path = folder / "config.toml"
        path.write_text(named(database) + PLATFORMS + chat)
        environment = {"TELEGRAM_BOT_TOKEN": "123456789:AAE-a-made-up-token", "INVITE": "sesame"}
        self.config: Config = load(path, environment)
        self.store = Store(self.config.database)
        self.clock = JumpingClock(NOON)
        self.front = PlainFront()
        self.desk = Desk(self.config, self.store, self.clock, {"telegram": self.front}, lambda: None, asyncio.Event())
        self.shown: list[Act] = []
        self._updates = count(1)
        for number in range(10):
            self.paper(f"2611.0000{number}", f"Diffusion number {number}", NOON.date() - timedelta(days=number), number)
        self.paper("2611.00010", "A graph of graphs", NOON.date(), 50)

    def paper(
        self,
        name: str,
        title: str,
        day: date,
        votes: int = 0,
        links: dict[str, str] | None = None,
        authors: tuple[str, ...] = (),
    ) -> int:
        links = links or {"abstract": f"https://arxiv.org/abs/{name}"}
        one = Paper(name, title, "We look into it.", authors, votes=votes, links=links, announced=day)
        return self.store.call(_stored, one, day, self.clock.now())

    def say(self, text: str, person: str = "telegram:7", address: str = "7", **more: Any) -> list[str]:
        """The texts that are answered."""
        said = Said("telegram", address, more.pop("thread", ""), more.pop("place", "private"), person, text, **more)
        key = str(next(self._updates))
        self.store.call(inbox.append, "telegram", key, written(said), self.clock.now())
        return self.work()

    def learns(self, what: str) -> None:
        """`2611.00000 has code at https://...`: a source says so, and the errands are run."""
        key, _, url = what.partition(" has code at ")
        day = self.clock.now().date()
        paper = Paper(key, "", "", links={"abstract": f"https://arxiv.org/abs/{key}", "code": url}, announced=day)
        self.store.call(_stored, paper, day, self.clock.now())
        self.clock.at += timedelta(seconds=errands.EVERY)
        asyncio.run(self.desk.errands())
        self.work()

    def post(self, key: str, ref: str, address: str = "7", thread: str = "") -> None:
        """A paper stands in a message of a chat, or of a topic, that asked for it."""
        self.store.call(_posted, key, ref, Destination("telegram", address, thread), self.clock.now())

    def press(self, label: str, person: str = "telegram:7", address: str = "7", **more: Any) -> list[str]:
        """The button of that label below what was last answered."""
        found = [
            one["says"] for act in reversed(self.shown) for row in act["buttons"] for one in row if one["text"] == label
        ]
        return self.say(found[0], person, address, **{"pressed": True, "about": "1", **more})

    def work(self) -> list[str]:
        """Deal with all that was said."""
        while asyncio.run(self.desk.one()):
            pass
        acts = [json.loads(body) for body in self.store.call(_said)]
        self.shown += acts
        return [act["text"] for act in acts]

    def close(self) -> None:
        self.store.close()


Converse: TypeAlias = Callable[..., Conversation]
"""Begins one, where what it is given stands in the configuration."""


def _said(connection: Connection) -> list[str]:
    """What was answered, which is gone then."""
    found = []
    while some := answers.next_ones(connection, 100):
        for one in some:
            answers.said(connection, one.id)
            found.append((one.id, one.body))
    return [body for _, body in sorted(found)]


def _posted(connection: Connection, key: str, ref: str, to: Destination, now: datetime) -> None:
    lane, moment = lanes.of(connection, [to])[to], now.timestamp()
    by = connection.execute(select(subscription.c.id).where(subscription.c.destination_id == lane)).scalar()
    sent = {"destination_id": lane, "delivery": f"{key} {to}", "state": "sent", "payload": "{}", "ref": ref}
    number = connection.execute(insert(message).values(**sent, created=moment, settled=moment)).inserted_primary_key
    its = {"destination_id": lane, "paper_id": papers.find(connection, key), "subscription_id": by, "mode": "each"}
    connection.execute(insert(due).values(**its, due_at=moment, created=moment, message_id=number and number[0]))


def _stored(connection: Connection, one: Paper, day: date, now: datetime) -> int:
    return papers.add(connection, Sighting("daily", "huggingface", one, day), now, lambda day, key: f"tag:{key}").id

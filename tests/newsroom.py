"""From what a source gives to what a channel gets, without a network: intake and delivery on a clock that jumps."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from bot import intake
from bot.calling import Caller, Remembered, learn
from bot.channels.channel import Issue
from bot.config.libraries import libraries_of
from bot.config.load import Config, load
from bot.delivery.deliverer import Deliverer
from bot.intake import Reading, Report
from bot.sources.source import Batch, Source
from bot.store.archive.near import Near
from bot.store.database import Database
from bot.store.engine import Store
from bot.store.outbox import served
from feeds.paper import Digest, Paper
from tests.fakes.channel import FakeChannel, JumpingClock
from tests.world import alert, named

NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)
TO = "telegram:-1001"
_TOP = '[telegram]\ntoken_env = "T"\n[[sources]]\nname = "daily"\nkind = "huggingface"\n'
_TOP += '[[sources]]\nname = "lab"\nkind = "feed"\nurl = "https://lab.example.org/feed"\n'


class _Source:
    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind


class Newsroom:
    """One chat, two sources (`daily` and `lab`), and the alerts of a file."""

    def __init__(self, folder: Path, database: Database | None = None) -> None:
        self.folder = folder
        self.clock = JumpingClock(NOON)
        self.store = Store(database or folder / "paperround.db")
        self.channel = FakeChannel(self.clock)
        self.config: Config
        self.caller: Caller

    async def configure(self, *tables: str) -> None:
        """As a process does that starts with these."""
        (self.folder / "config.toml").write_text(named(self.store.database) + "\n".join([_TOP, *tables]))
        self.config = load(self.folder / "config.toml", {"T": "x"})
        near = Near(self.store.database, libraries_of(self.config), waits=True)
        await learn(near, list(intake.feed_queries(self.config).values()))
        await self.store.run(intake.start, self.config, self.clock.now())
        self.caller = Caller(
            self.store, self.clock, intake.feed_queries(self.config), Remembered(), intake.feed_bests(self.config), near
        )
        await self.caller.release("each")
        await self.store.run(intake.begin, self.config, self.clock.now())
        await self.caller.go_on()

    async def alerts(self, *names: str, **more: Any) -> None:
        """Alerts of everything, all alike."""
        await self.configure(*(alert(name, "*", TO, **({"together": 8} | more)) for name in names))

    async def read(
        self, papers: Sequence[Paper], source: str = "daily", *, began: datetime | None = None, ends: bool = True
    ) -> None:
        """One reading of a source, which began now or before; or a part of it."""
        its = cast("Source", _Source(source, "huggingface" if source == "daily" else "feed"))
        reading = Reading(its, began or self.clock.now())
        batch = Batch("part", Digest(tuple(papers)))
        await intake.take(self.store, self.config, reading, batch, self.clock.now(), Report())
        await self.caller.call(source, reading=not ends)
        if ends:
            await self.end(reading)

    async def end(self, reading: Reading) -> None:
        """The reading is over, and its round."""
        await self.caller.release("each", reading.source.name)
        await intake.finish(self.store, reading.source, [], self.clock.now(), Report())
        await self.caller.release("batch")
        if await self.caller.learn_missed():
            await self.caller.release("batch")
        await self.store.run(served.mark, self.clock.now())

    async def deliver(self, seconds: float = 0.0) -> list[str]:
        """What arrives: one text a message."""
        before = len(self.channel.posts)
        config, clock = self.config, self.clock
        zone, channels = config.settings.timezone, {"telegram": self.channel}
        deliverer = Deliverer(self.store, channels, zone, 8.0, clock, config.site)
        await deliverer.drain(clock.now().timestamp() + seconds, asyncio.Event())
        return [post.text for post in self.channel.posts[before:] if post.taken]

    @property
    def issue(self) -> Issue:
        """The last digest."""
        return self.channel.issues[-1]

    def later(self, **more: float) -> None:
        """The clock goes on."""
        self.clock.at += timedelta(**more)


def papers(count: int, first: int = 1, day: date | None = None, **more: Any) -> list[Paper]:
    """`P1`, `P2` and so on."""
    day = day or NOON.date()
    return [Paper(f"2601.{n:05}", f"P{n}", "x", announced=day, **more) for n in range(first, first + count)]

"""A desk to deliver from: a store with papers due, a channel that does as told, and a clock that jumps."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.delivery.deliverer import Deliverer
from bot.delivery.hands import Tally
from bot.rules.destinations import Destination
from bot.rules.standing import Times, calendar
from bot.store.archive import papers
from bot.store.archive.papers import Sighting
from bot.store.database import Database
from bot.store.engine import Store
from bot.store.kinds import kind_of
from bot.store.outbox import lanes, served
from bot.store.subscriptions import calling, file, news, rows, waiting
from bot.store.subscriptions.calling import Match
from bot.store.subscriptions.offers import Offers, of_marks
from bot.store.subscriptions.rows import AT_ONCE, Subscription
from feeds.paper import Paper
from feeds.query import parse_query
from tests.fakes.channel import FakeChannel, JumpingClock

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def call_all(
    connection: Connection, wanted: list[Destination], some: list[Paper], now: datetime, times: Times = AT_ONCE
) -> None:
    """An alert `all` for these destinations, and papers of today that it calls for."""
    ids = lanes.of(connection, wanted)
    query, day = parse_query("*"), timedelta(days=1)
    there = {row.destination: row.destination_id for row in rows.of_the_file(connection)}
    lane_of = there | {str(one): lane for one, lane in ids.items()}
    alerts = [
        Subscription(one, lane, query, times, together=0, name="all", head_start=day) for one, lane in lane_of.items()
    ]
    waiting.obey(connection, file.synchronise(connection, alerts, ["daily"], now), now)
    seen = [Sighting("daily", "huggingface", one, now.date()) for one in some]
    stored = [papers.add(connection, one, now, lambda day, key: f"tag:{key}") for one in seen]
    news.mark(connection, [replace(one, whole=True) for one in stored], "daily", now)
    marks = news.some(connection, None)
    offers = Offers(of_marks(connection, marks))
    everything = (1 << len(offers.all)) - 1
    mine = [row for row in rows.of_lanes(connection, ids.values()) if row.calls]
    hits = sorted(Match(row.destination_id, row.id, everything) for row in mine)
    calling.enqueue(connection, hits, offers, calendar(now, served.last(connection), reading=False), now)
    news.done(connection, marks)


class Desk:
    """A store with papers due, a channel and a clock."""

    def __init__(self, folder: Path, scheme: str = "telegram", database: Database | None = None) -> None:
        self.scheme = scheme
        self.path = folder / "paperround.db"
        self.store = Store(database or self.path)
        self.clock = JumpingClock(NOON)
        self.channel: Any = FakeChannel(self.clock)
        self.stop = asyncio.Event()

    def enqueue(self, count: int, *addresses: str) -> None:
        wanted = [Destination(self.scheme, one) for one in addresses or ("-1001",)]
        some = [Paper(f"2601.{number:05}", f"Paper {number}", "x") for number in range(1, count + 1)]
        self.store.call(call_all, wanted, some, self.clock.now())

    async def drain(self, seconds: float = float("inf"), settle: float = 8.0) -> Tally:
        """A delivery of its own, as a new process makes it."""
        deliverer = Deliverer(self.store, {self.scheme: self.channel}, ZoneInfo("UTC"), settle, self.clock)
        await deliverer.drain(self.clock.now().timestamp() + seconds, self.stop)
        return deliverer.tally

    def since_noon(self) -> float:
        return (self.clock.now() - NOON).total_seconds()

    def state(self) -> list[str]:
        """Of every message, seen from outside: only what is committed."""
        return [state for (state,) in outside(self.store, "select state from message order by id")]


def outside(store: Store, question: str) -> list[Any]:
    """What another connection sees of a database: what is committed."""
    with kind_of(store.database).looking() as raw:
        return raw.execute(question).fetchall()

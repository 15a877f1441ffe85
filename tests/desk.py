"""A desk to deliver from: a store with papers due, a channel that does as told, and a clock that jumps."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.delivery.deliverer import Deliverer
from bot.delivery.lane import Tally
from bot.rules.destinations import Destination
from bot.store.archive import papers
from bot.store.archive.papers import Sighting
from bot.store.engine import Store
from bot.store.outbox import lanes
from bot.store.subscriptions import alerts
from bot.store.subscriptions.alerts import Calling
from feeds.paper import Paper
from feeds.query import parse_query
from feeds.render import entry_id
from tests.fakes.channel import FakeChannel, JumpingClock

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Desk:
    """A store with papers due, a channel and a clock."""

    def __init__(self, folder: Path, scheme: str = "telegram") -> None:
        self.scheme = scheme
        self.path = folder / "paperround.db"
        self.store = Store(self.path)
        self.clock = JumpingClock(NOON)
        self.channel: Any = FakeChannel(self.clock)
        self.stop = asyncio.Event()

    def enqueue(self, count: int, *addresses: str) -> None:
        self.store.call(self._enqueue, count, [Destination(self.scheme, one) for one in addresses or ("-1001",)])

    def _enqueue(self, connection: Connection, count: int, wanted: list[Destination]) -> None:
        now, query = self.clock.now(), parse_query("*")
        ids = lanes.of(connection, wanted)
        callings = [
            Calling("all", query, str(one), ids[one], timedelta(days=1), "each", "", now.timestamp()) for one in wanted
        ]
        alerts.begin(connection, callings, ["daily"], now)
        for number in range(1, count + 1):
            seen = Sighting("daily", "huggingface", Paper(f"2601.{number:05}", f"Paper {number}", "x"), now.date())
            stored = papers.add(connection, seen, now, lambda day, key: entry_id("https://a.example/", day.year, key))
            alerts.enqueue(connection, callings, {stored.id: stored.paper}, now, now)

    async def drain(self, seconds: float = float("inf"), settle: float = 8.0) -> Tally:
        """A delivery of its own, as a new process makes it."""
        deliverer = Deliverer(self.store, {self.scheme: self.channel}, ZoneInfo("UTC"), settle, self.clock)
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

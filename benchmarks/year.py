"""A year of simulated days, a round each: what the database weighs, what comes twice, whether rounds slow down.

`nice python -m benchmarks.year [days]`, by default 365 (half an hour): 30 papers a day, five of old days shown again
with other votes; 1,000 subscriptions, each its own Telegram chat, one in ten
for each paper, the others weekly; five feeds and their pages as files; `[keep]` with
180 days of papers and 90 of deliveries. The round and the delivery are the program's own, on a clock that is moved;
only the request itself is answered at once, by no server.

`nice python -m benchmarks.year memory [days]`, by default 240 (twelve minutes): `run` with `[web]` in a process, a
simulated day of 15 papers every 3 seconds, some pages asked for on each, papers kept for 90 days and feeds that few are
in, since what a feed holds is kept; by how much its memory grows in the second half, when as many go as come.
"""

import asyncio
import contextlib
import gc
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

import httpx
from pydantic import SecretStr
from sqlalchemy import Connection

from benchmarks.rounds import by_chat, drop
from benchmarks.subscriptions import papers, subscriptions
from bot import pipeline
from bot.app import open_sources
from bot.calling import Caller, Streamed
from bot.channels.channel import Payload, Sent
from bot.channels.telegram.channel import TelegramChannel
from bot.commands.run import run
from bot.config.load import Config, load
from bot.delivery.deliverer import Deliverer
from bot.intake import feed_bests, feed_queries, kept, start
from bot.pipeline import Office
from bot.process.clock import Clock
from bot.process.heap import one_heap
from bot.publishing.press import Press
from bot.rules.standing import Times
from bot.store import retention
from bot.store.engine import Store, driver
from bot.store.outbox import served
from bot.store.subscriptions import imported
from feeds.paper import Paper
from feeds.query import Query, QueryError, parse_query

A_DAY, AGAIN, SUBSCRIBED = 30, 5, 1_000
MONTH = 30
KEPT, KEPT_HERE = 180, 90
"""Days that papers are kept for; the least is what a source's rhythm is learnt from."""
CONFIG = """
[[sources]]
name = "inbox"
kind = "files"
path = "inbox/*"
{every}

[telegram]
token_env = "TELEGRAM_BOT_TOKEN"

[keep]
papers = "{kept}d"
deliveries = "90d"
{more}
"""
FEED = '[[feeds]]\nslug = "{0}"\nquery = "{0}"\n'
FEEDS, FEW = ("diffusion", "robot", "benchmark", "speech", "retrieval"), ("sonar", "mathematicians")
LIMIT_MB, LIMIT_RATIO, LIMIT_GROWTH = 200, 1.2, 1.0


class MovedClock(Clock):
    """Real time, moved by whole days."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        """The moment, so many days on."""
        return super().now() + self.ahead


class Answering(TelegramChannel):
    """Takes every message at once."""

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """It arrived."""
        return Sent("1", address)


@dataclass
class Year:
    """What was seen of it."""

    rounds: list[float] = field(default_factory=list)
    """Seconds of CPU of each: read, store, match, publish, prune."""
    deliveries: list[float] = field(default_factory=list)
    """And of what was sent after it."""
    messages: int = 0
    went: set[tuple[int, str]] = field(default_factory=set)
    twice: int = 0
    size: int = 0
    """Bytes of the database."""


def main() -> None:
    """The script."""
    words = sys.argv[1:]
    numbers = [int(word) for word in words if word.isdigit()]
    with tempfile.TemporaryDirectory(prefix="paperround-") as folder:
        held = _memory(Path(folder), *numbers) if "memory" in words else _year(Path(folder), *numbers)
    raise SystemExit(0 if held else 1)


def _year(folder: Path, days: int = 365) -> bool:
    corpus = papers()
    config, clock = _configured(folder, FEEDS, KEPT), MovedClock()
    store = Store(config.database)
    _subscribe(store, corpus, clock.now())
    year = asyncio.run(_days(config, store, clock, corpus, days))
    store.close()
    rows = _rows(config.database)
    month = min(MONTH, days // 2)
    first, last = median(year.rounds[:month]), median(year.rounds[-month:])
    sent = [sum(year.deliveries[:month]) / month, sum(year.deliveries[-month:]) / month]
    size = year.size / 2**20
    print(f"{days} days, {year.messages:,} messages, {len(year.went):,} papers sent; rows: {rows}")
    print(f"database {size:.0f} MB (limit {LIMIT_MB}); papers twice {year.twice} (limit 0)")
    told = f"first {month} days {first:.3f} s, last {month} {last:.3f} s"
    print(f"median round CPU: {told}: {last / first:.2f} times (limit {LIMIT_RATIO})")
    print(f"delivery, mean CPU a day: first {month} days {sent[0]:.3f} s, last {month} {sent[1]:.3f} s")
    return size <= LIMIT_MB and not year.twice and last <= LIMIT_RATIO * first


def _configured(folder: Path, names: Sequence[str], kept: int, every: str = "", more: str = "") -> Config:
    (folder / "inbox").mkdir()
    feeds = "".join(FEED.format(name) for name in names)
    (folder / "config.toml").write_text(CONFIG.format(every=every, kept=kept, more=more + feeds))
    return load(folder / "config.toml", {"TELEGRAM_BOT_TOKEN": "1:x"})


def _subscribe(store: Store, corpus: list[Paper], now: datetime) -> None:
    pairs = zip(*(subscriptions(SUBSCRIBED, corpus, seed) for seed in (1, 2)), strict=True)
    wanted = [by_chat(f"-100{count:010}", _both(one, other), _times(count)) for count, (one, other) in enumerate(pairs)]
    store.call(imported.take, wanted, "import", now)


def _both(one: Query, other: Query) -> Query:
    """What both match; one of them where they exclude each other."""
    try:
        return parse_query(f"({one}) ({other})")
    except QueryError:
        return parse_query(str(one))


def _times(count: int) -> Times:
    return Times("each" if count % 10 == 0 else "weekly mon 09:00")


async def _days(config: Config, store: Store, clock: MovedClock, corpus: list[Paper], days: int) -> Year:
    year, dice = Year(), random.Random(1)
    channel = Answering(
        token=SecretStr("1:x"), api_url="http://127.0.0.1:9", timeout=20, per_second=1e6, chat_per_minute=6e7
    )
    await store.run(start, config, clock.now())
    caller = Caller(store, clock, feed_queries(config), Streamed(), feed_bests(config))
    for day in range(days):
        clock.ahead = timedelta(days=day)
        today = corpus[day * A_DAY : (day + 1) * A_DAY]
        before = corpus[: day * A_DAY]
        drop(config.folder, [*today, *dice.sample(before, min(AGAIN, len(before)))], day, clock.now())
        await _round(config, store, clock, channel, caller, year)
        await store.run(partial(_look, year=year, since=clock.now().timestamp() - 43_200))
        year.size = max(year.size, config.database.stat().st_size)
        if day % MONTH == MONTH - 1:
            recent = median(year.rounds[-MONTH:])
            print(f"day {day + 1}: {year.size / 2**20:.0f} MB, round {recent:.3f} s CPU", flush=True)
    await channel.aclose()
    return year


async def _round(
    config: Config, store: Store, clock: Clock, channel: TelegramChannel, caller: Caller, year: Year
) -> None:
    """As `once` does it."""
    channels, zone, cpu = {"telegram": channel}, config.settings.timezone, time.process_time()

    async def count(_lane: object, _message: int) -> None:
        year.messages += 1

    async with open_sources(config) as sources:
        press = Press(config, store, clock)
        tidy = partial(retention.tidy, store, kept(config), zone, clock.now, clock.steady)
        office = Office(config, store, clock, channels, press, _nobody, caller, lambda: None, tidy=tidy)
        deliverer = Deliverer(store, channels, zone, 8.0, clock, config.site)
        deliverer.sent = count
        report = await pipeline.round(office, sources)
        assert not report.failed, report.failed
        year.rounds.append(time.process_time() - cpu)
        await deliverer.drain(clock.now().timestamp() + 60, asyncio.Event())
    await store.run(served.mark, clock.now())
    year.deliveries.append(time.process_time() - cpu - year.rounds[-1])


async def _nobody() -> None:
    """Nobody is told."""


def _look(connection: Connection, year: Year, since: float) -> None:
    """Which papers went out since."""
    rows = driver(connection).execute(
        """select due.destination_id, paper.key from message join due on message_id = message.id
           join paper on paper.id = paper_id where state = 'sent' and settled >= ?""",
        (since,),
    )
    new = set(rows)
    year.twice += len(new & year.went)
    year.went |= new


def _rows(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as there:
        names = ("paper", "pruned", "message", "due", "went", "feed_paper")
        return {name: there.execute(f"select count(*) from {name}").fetchone()[0] for name in names}


def _memory(folder: Path, days: int = 240) -> bool:
    one_heap()
    config = _configured(folder, FEW, KEPT_HERE, 'every = "1s"', '[web]\nlisten = "127.0.0.1:8765"\n')
    return asyncio.run(_running(config, days))


async def _running(config: Config, days: int) -> bool:
    corpus, clock, store = papers(), MovedClock(), Store(config.database)
    # The round before the first day pays for what is loaded once.
    going = asyncio.create_task(run(config, store, clock))
    used: list[float] = []
    async with httpx.AsyncClient(base_url="http://127.0.0.1:8765", trust_env=False) as client:
        for day in range(days):
            clock.ahead = timedelta(days=day)
            drop(config.folder, corpus[day * 15 : (day + 1) * 15], 1, clock.now())
            await asyncio.sleep(3)
            for path in ("/", "/feeds/sonar.rss", "/search?q=video", "/search.rss?q=graph"):
                with contextlib.suppress(httpx.HTTPError):
                    (await client.get(path)).raise_for_status()
            used.append(_resident())
            if day % 5 == 4:
                print(f"day {day + 1}: {used[-1]:.1f} MB", flush=True)
    going.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await going
    store.close()
    growth = used[-1] - used[len(used) // 2]
    print(f"{days} days; in the second half memory grew by {growth:.1f} MB (limit {LIMIT_GROWTH})")
    return growth <= LIMIT_GROWTH


def _resident() -> float:
    """Megabytes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()

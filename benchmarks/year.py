"""A year of simulated days, a round each: what the database weighs, what comes twice, whether rounds slow down.

`nice python -m benchmarks.year [days]`, by default 365 (a quarter of an hour): 30 papers a day, five of old days shown
again with other votes; 1,000 subscriptions, each its own Telegram chat, one in ten for each paper, the others weekly;
five feeds and their pages as files; `[keep]` with 180 days of papers and 90 of deliveries. Each day `once` is started
on a clock that is moved on (benchmarks.a_day) and sends to a server that answers at once; its processor time is all
that it takes, from its start to its end. A machine is quick at one time and slow at another, so whether rounds slow
down is seen at the end, side by side: two weeks after the first month, kept as it was, and two after the year, in turn.

`nice python -m benchmarks.year memory [days]`, by default 365 (eighteen minutes): `run` with `[web]` in a process, a
simulated day of 15 papers every 3 seconds, some pages asked for on each, papers kept for 90 days and feeds that few are
in, since what a feed holds is kept; by how much its memory grows in the second half, when as many go as come. A day is
seen in the midst of its work: of nine days at both ends it is the median that counts.
"""

import asyncio
import contextlib
import gc
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import httpx

from benchmarks.a_day import MovedClock
from benchmarks.rounds import by_chat, drop
from benchmarks.sending import answering
from benchmarks.subscriptions import papers, subscriptions
from bot.commands.run import run
from bot.config.load import Config, load
from bot.process.clock import Clock
from bot.process.heap import one_heap
from bot.rules.standing import Times
from bot.store.engine import Store
from bot.store.subscriptions import imported
from feeds.paper import Paper
from feeds.query import Query, QueryError, parse_query

A_DAY, AGAIN, SUBSCRIBED = 30, 5, 1_000
MONTH, BESIDE = 30, 15
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
{telegram}

[keep]
papers = "{kept}d"
deliveries = "90d"
{more}
"""
TAKES_ALL = 'api_url = "{url}"\nper_second = 1000000\nchat_per_minute = 60000000'
FEED = '[[feeds]]\nslug = "{0}"\nquery = "{0}"\n'
FEEDS, FEW = ("diffusion", "robot", "benchmark", "speech", "retrieval"), ("sonar", "mathematicians")
LIMIT_MB, LIMIT_RATIO, LIMIT_GROWTH = 200, 1.2, 1.0


@dataclass
class Year:
    """What was seen of it."""

    rounds: list[float] = field(default_factory=list)
    """Seconds of CPU of each."""
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
    late, early = folder / "late", folder / "early"
    with answering() as url:
        config = _configured(late, FEEDS, KEPT, telegram=TAKES_ALL.format(url=url))
        store = Store(config.database)
        _subscribe(store, corpus, Clock().now())
        store.close()
        year, month = Year(), min(MONTH, days // 2)
        _days(config, corpus, range(month), year)
        shutil.copytree(late, early, copy_function=shutil.copy2)
        _days(config, corpus, range(month, days), year)
        rows = _rows(config.database)
        first, last = _side_by_side([(_loaded(early), month), (config, days)], corpus)
    size = year.size / 2**20
    print(f"{days} days, {len(year.went):,} papers sent; rows: {rows}")
    print(f"database {size:.0f} MB (limit {LIMIT_MB}); papers twice {year.twice} (limit 0)")
    told = f"after {month} days {first:.3f} s, after {days} {last:.3f} s"
    print(f"CPU of `once`, median: {told}: {last / first:.2f} times (limit {LIMIT_RATIO})")
    return size <= LIMIT_MB and not year.twice and last <= LIMIT_RATIO * first


def _side_by_side(states: Sequence[tuple[Config, int]], corpus: list[Paper]) -> list[float]:
    """Seconds of CPU that `once` takes on days from a number on, the median of each state."""
    dice = [random.Random(2) for _ in states]
    weeks = [
        [_day(config, corpus, day + more, chance) for (config, day), chance in zip(states, dice, strict=True)]
        for more in range(BESIDE)
    ]
    return [median(some) for some in zip(*weeks[1:], strict=True)]  # the first reads a copy for the first time


def _configured(
    folder: Path, names: Sequence[str], kept: int, every: str = "", telegram: str = "", more: str = ""
) -> Config:
    (folder / "inbox").mkdir(parents=True)
    feeds = "".join(FEED.format(name) for name in names)
    text = CONFIG.format(every=every, kept=kept, telegram=telegram, more=more + feeds)
    (folder / "config.toml").write_text(text)
    return _loaded(folder)


def _loaded(folder: Path) -> Config:
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


def _days(config: Config, corpus: list[Paper], days: range, year: Year) -> None:
    dice = random.Random(1)
    for day in days:
        year.rounds.append(_day(config, corpus, day, dice))
        _look(config.database, year, since=MovedClock(day).now().timestamp() - 43_200)
        year.size = max(year.size, config.database.stat().st_size)
        if day % MONTH == MONTH - 1:
            recent = median(year.rounds[-MONTH:])
            print(f"day {day + 1}: {year.size / 2**20:.0f} MB, {recent:.3f} s CPU a day", flush=True)


def _day(config: Config, corpus: list[Paper], day: int, dice: random.Random) -> float:
    """Its papers come; the seconds of CPU of its round."""
    today, before = corpus[day * A_DAY : (day + 1) * A_DAY], corpus[: day * A_DAY]
    shown = [*today, *dice.sample(before, min(AGAIN, len(before)))]
    drop(config.folder, shown, day, MovedClock(day).now())
    return _round(config, day)


def _round(config: Config, day: int) -> float:
    """`once` on this day; the seconds of CPU that it took."""
    asked = [sys.executable, "-m", "benchmarks.a_day", str(day), str(config.folder / "config.toml")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(asked, env={**os.environ, "TELEGRAM_BOT_TOKEN": "1:x"}, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, (done.stdout[-2000:], done.stderr[-2000:])
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _look(database: Path, year: Year, since: float) -> None:
    """Which papers went out since."""
    with closing(sqlite3.connect(database)) as there:
        new = set(there.execute(_WENT, (since,)))
    year.twice += len(new & year.went)
    year.went |= new


_WENT = """
select due.destination_id, paper.key from message join due on message_id = message.id join paper on paper.id = paper_id
where state = 'sent' and settled >= ?
"""


def _rows(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as there:
        names = ("paper", "pruned", "message", "due", "went", "feed_paper")
        return {name: there.execute(f"select count(*) from {name}").fetchone()[0] for name in names}


def _memory(folder: Path, days: int = 365) -> bool:
    one_heap()
    served = '[web]\nlisten = "127.0.0.1:8765"\n'
    config = _configured(folder, FEW, KEPT_HERE, 'every = "1s"', more=served)
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
    half = len(used) // 2
    growth = median(used[-9:]) - median(used[half - 4 : half + 5])
    print(f"{days} days; in the second half memory grew by {growth:.1f} MB (limit {LIMIT_GROWTH})")
    return growth <= LIMIT_GROWTH


def _resident() -> float:
    """Megabytes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()

"""What a round costs, by subscriptions: nothing new, 100 new papers, votes alone; beside the bare insert of its rows.

`python -m benchmarks.rounds [postgres] [number ...]`, by default 0, 1,000, 10,000 and 100,000. Each subscription is a
chat of its own, due hours later, so that nothing is sent; one in a thousand asks for votes. Real abstracts, the mix of
benchmarks.subscriptions. Each round is `paperround once`, a process: its CPU seconds, its time and its peak memory.

`postgres`: the same on a server as well, one from pip that makes every commit durable; a round of 100 new papers takes
at most twice the time it takes on SQLite.
"""

import json
import math
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

from benchmarks.subscriptions import papers, subscriptions
from bot.rules.destinations import Destination
from bot.rules.standing import Times
from bot.store.database import Database, Server
from bot.store.engine import Store
from bot.store.subscriptions import imported
from bot.store.subscriptions.imported import Wanted
from bot.store.subscriptions.rows import Subscription
from feeds.paper import Paper
from feeds.query import Query, parse_query
from tests import postgres

PAPERS = 100
VOTING = 1_000
"""One subscription in so many asks for votes."""
LIMIT = 2.0
"""A round on PostgreSQL takes at most so many times what it takes on SQLite."""
CONFIG = """
[[sources]]
name = "inbox"
kind = "files"
path = "inbox/*"

[telegram]
token_env = "TELEGRAM_BOT_TOKEN"
api_url = "http://127.0.0.1:9"
{alerts}
"""
STARTED = """
import resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
assert done.returncode in (0, 1), done.returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss)
"""
BARE = """
    insert into due (destination_id, paper_id, due_at, mode, quiet, subscription_id, created, place, source)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a process."""

    cpu: float
    """Seconds."""
    wall: float
    peak: float
    """Megabytes."""

    def __str__(self) -> str:
        return f"{self.cpu:7.2f} s CPU {self.wall:7.1f} s {self.peak:6.0f} MB"


def main() -> None:
    """The script."""
    words = sys.argv[1:]
    both_kinds = "postgres" in words
    numbers = [int(one.replace(",", "")) for one in words if one != "postgres"] or [0, 1_000, 10_000, 100_000]
    corpus = papers()
    costs: dict[int, Cost] = {}
    held = True
    for number in numbers:
        costs[number] = _in_a_file(number, corpus)
        if both_kinds:
            ratio = _on_a_server(number, corpus).wall / costs[number].wall
            held &= ratio <= LIMIT
            print(f"  {PAPERS} new papers on PostgreSQL: {ratio:.2f} times SQLite's time, limit {LIMIT}")
    least = costs[0].cpu if 0 in costs else 0.0
    known = [(number, cost.cpu - least) for number, cost in costs.items() if number]
    for (few, less), (many, more) in pairwise(known):
        print(f"exponent from {few:,} to {many:,}: {math.log(more / less) / math.log(many / few):.2f}")
    raise SystemExit(0 if held else 1)


def _in_a_file(number: int, corpus: list[Paper]) -> Cost:
    with tempfile.TemporaryDirectory(prefix="paperround-") as folder:
        there = Path(folder) / "var" / "paperround.db"
        cost = _rounds(Path(folder), there, number, corpus)
        rows, bare = _bare(there)
        print(f"  {rows:,} deliveries; bare inserts of them {bare:.2f} s CPU", flush=True)
        return cost


def _on_a_server(number: int, corpus: list[Paper]) -> Cost:
    with tempfile.TemporaryDirectory(prefix="paperround-") as folder, postgres.database(empty=True) as there:
        return _rounds(Path(folder), there, number, corpus)


def _rounds(folder: Path, database: Database, number: int, corpus: list[Paper]) -> Cost:
    """What 100 new papers cost."""
    where = f'database = "{database}"\n' if isinstance(database, Server) else ""
    (folder / "config.toml").write_text(where + CONFIG.format(alerts=""))
    (folder / "inbox").mkdir()
    once(folder)
    start = time.process_time()
    with closing(Store(database)) as store:
        subscribe(store, wanted(number, corpus))
    kind = "PostgreSQL" if where else "SQLite"
    print(f"{kind}: {number:,} subscriptions, stored in {time.process_time() - start:.1f} s CPU")
    print(f"  nothing new         {once(folder)}")
    drop(folder, corpus[-PAPERS:], votes=1)
    cost = once(folder)
    print(f"  {PAPERS} new papers      {cost}")
    print(f"  nothing new         {once(folder)}")
    drop(folder, corpus[-PAPERS:], votes=60)
    print(f"  votes of {PAPERS} papers {once(folder)}", flush=True)
    return cost


def once(folder: Path, *words: str) -> Cost:
    """One round, started by a small process: a child's peak is not below that of who started it."""
    program = [sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "once", *words]
    environment = {**os.environ, "TELEGRAM_BOT_TOKEN": "1:x"}
    done = subprocess.run([sys.executable, "-c", STARTED, *program], env=environment, capture_output=True, check=True)
    cpu, wall, peak = map(float, done.stdout.split()[-3:])
    return Cost(cpu, wall, peak / 1024)


def wanted(number: int, corpus: list[Paper]) -> Iterator[Wanted]:
    """That many, each its own chat's, due at some hour that is still to come.

    Three of four are of the mix with a second query of it: so the papers call for about two deliveries each.
    """
    chance, hour = random.Random(1), datetime.now(UTC)
    others = subscriptions(number, corpus, seed=2)
    for count, query in enumerate(subscriptions(number, corpus)):
        asked = both(query, next(others)) if count % 4 else query
        if count % VOTING == 0:
            asked = parse_query(f"({query}) votes>=50")
        at = hour + timedelta(hours=chance.randrange(3, 20))
        yield by_chat(f"-100{count:010}", asked, Times(f"daily {at:%H}:00"))


def both(a: Query, b: Query) -> Query:
    """What both match, without the parsing, which is timed apart."""
    code = "\n".join([f"{a.needs or b.needs}\t{a.algebra}{b.algebra}&", *a.leaves, *b.leaves])
    return Query.stored(f"({a}) ({b})", code)


def subscribe(store: Store, some: Iterator[Wanted]) -> None:
    """As `subscriptions import` does."""
    while few := list(islice(some, 1_000)):
        store.call(imported.take, few, "import", datetime.now(UTC))


def by_chat(address: str, query: Query, times: Times) -> Wanted:
    to = Destination("telegram", address)
    return Wanted(to, query.text, lambda lane, _: Subscription(str(to), lane, query, times))


def drop(folder: Path, some: list[Paper], votes: int, today: datetime | None = None) -> None:
    """A digest of today's in the inbox, as the Daily Papers API answers; whole from the first."""
    now = f"{today or datetime.now(UTC):%Y-%m-%dT00:00:00.000Z}"
    listed = [
        {
            "paper": {
                "id": one.id,
                "title": one.title,
                "summary": one.abstract,
                "authors": [{"name": name} for name in one.authors],
                "upvotes": votes,
                "submittedOnDailyAt": now,
                "publishedAt": now,
            },
            "title": one.title,
            "publishedAt": now,
            "numComments": 0,
        }
        for one in some
    ]
    beside = folder / "today.new"
    beside.write_text(json.dumps(listed))
    beside.rename(folder / "inbox" / "today.json")


def _bare(database: Path) -> tuple[int, float]:
    """How many deliveries there are, and what it costs SQLite to insert such rows into a table like theirs."""
    with closing(sqlite3.connect(database)) as there:
        rows = there.execute(
            "select destination_id, paper_id, due_at, mode, quiet, subscription_id, created, place, source from due"
        ).fetchall()
        made = [
            sql
            for (sql,) in there.execute(
                "select sql from sqlite_master where tbl_name = 'due' and type <> 'trigger' and sql > ''"
            )
        ]
    with closing(sqlite3.connect(database.with_name("bare.db"))) as bare:
        for statement in made:
            bare.execute(statement)
        bare.commit()
        start = time.process_time()
        bare.executemany(BARE, rows)
        bare.commit()
        return len(rows), time.process_time() - start


if __name__ == "__main__":
    main()

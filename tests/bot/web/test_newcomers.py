"""A program that asks what is new, at any moments: every paper once, none missing."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.process.clock import Clock
from bot.rules.cursors import CursorError, read_cursor
from bot.store.archive import paper_rows, papers, past, pruning, shown
from bot.store.archive.codec import from_row
from bot.store.archive.papers import Sighting
from bot.store.database import Database
from bot.store.engine import Store
from bot.web.live import LiveArchive
from bot.web.newcomers import Newcomers
from feeds.match import match
from feeds.paper import Paper
from feeds.query import parse_query
from tests.bot.web.site import Web
from tests.fakes.channel import JumpingClock
from tests.fakes.source import item
from tests.world import DAILY, World

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
QUERIES = ("red", "red votes>=3", "votes<3", "*")
SOURCES = ("arxiv", "publisher", "bridge")


def _add(connection: Connection, seen: Sighting, now: datetime) -> None:
    papers.add(connection, seen, now, lambda day, key: f"tag:{day}:{key}")
    shown.count_change(connection)


@dataclass
class Chain:
    """One who asks the same query again and again, and what a plain reading of the contract has for it."""

    query: str
    cursor: str = ""
    matched: set[str] = field(default_factory=set)
    """Keys of the papers that matched when the cursor was made."""
    told: set[str] = field(default_factory=set)


class Library:
    """An archive whose papers come, change, rise and become one."""

    def __init__(self, database: Database) -> None:
        self.store = Store(database)
        self.clock = JumpingClock(NOW)
        self.live = LiveArchive(self.store, self.clock)
        self.newcomers = Newcomers(self.store, self.live, self.clock)
        self.known: dict[tuple[str, int], Paper] = {}

    def close(self) -> None:
        self.live.close()
        self.store.close()

    async def say(self, source: str, number: int, words: str, votes: int) -> None:
        """A source says something of a paper: each knows it by another id, but for one that knows both."""
        ids = {
            "arxiv": (f"2611.{number:05}", ""),
            "publisher": (f"doi:10.1000/{number}", f"10.1000/{number}"),
            "bridge": (f"2611.{number:05}", f"10.1000/{number}"),
        }
        name, doi = ids[source]
        title = f"{words} paper of number {number} by {source}"
        one = Paper(name, title, f"All of number {number}, {words}.", votes=votes, doi=doi)
        self.clock.at += timedelta(minutes=1)
        await self.store.run(_add, Sighting(source, "feed", one, date(2026, 11, 28)), self.clock.at)

    async def now(self) -> list[tuple[Paper, set[str]]]:
        """Every paper, with the keys that it ever had."""
        return await self.store.run(_every)

    async def ask(self, chain: Chain) -> list[Paper]:
        """Ask, and hold the answer against the plain reading."""
        found, cursor = await self.newcomers.since(parse_query(chain.query), chain.cursor)
        every = await self.now()
        hits = match({"": chain.query}, [one for one, _ in every])[""]
        matching = [(one, keys) for one, keys in every if one in hits]
        if chain.cursor:
            wanted = [(one, keys) for one, keys in matching if not keys & chain.matched and not keys & chain.told]
            assert sorted(one.key for one in found) == sorted(one.key for one, _ in wanted), chain
            chain.told |= {key for _, keys in wanted for key in keys}
        else:
            assert found == []
        chain.matched = {key for _, keys in matching for key in keys}
        chain.cursor = str(cursor)
        return found


def _every(connection: Connection) -> list[tuple[Paper, set[str]]]:
    rows = list(paper_rows.every(connection))
    names = past.names(connection, [row.id for row in rows])
    return [(from_row(row), {row.key, *names.get(row.id, ())}) for row in rows]


@contextmanager
def library(database: Database) -> Iterator[Library]:
    made = Library(database)
    try:
        yield made
    finally:
        made.close()


SAYS = st.tuples(
    st.just("say"),
    st.sampled_from(SOURCES),
    st.integers(1, 3),
    st.sampled_from(["red", "blue"]),
    st.integers(0, 6),
)
ASKS = st.tuples(st.sampled_from(["ask", "ask", "ask", "begin"]), st.integers(0, len(QUERIES) - 1))
STEPS = st.lists(SAYS | ASKS, min_size=5, max_size=50)


async def _played(here: Library, steps: list[Any]) -> None:
    chains = [Chain(query) for query in QUERIES]
    for chain in chains:
        await here.ask(chain)
    for what, *more in steps:
        if what == "say":
            await here.say(*more)
        elif what == "begin":
            chains[more[0]] = Chain(chains[more[0]].query)
            await here.ask(chains[more[0]])
        else:
            await here.ask(chains[more[0]])
    for chain in chains:
        await here.ask(chain)
        assert await here.ask(chain) == []


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_paper_once_and_none_missing(tmp_path: Path, steps: list[Any]) -> None:
    path = tmp_path / f"{random.random()}.db"
    with library(path) as here:
        asyncio.run(_played(here, steps))


def test_the_same_on_both_databases(database: Database) -> None:
    dice = random.Random(7)
    says = [
        ("say", dice.choice(SOURCES), dice.randint(1, 6), dice.choice(["red", "blue"]), dice.randint(0, 6))
        for _ in range(60)
    ]
    asks = [(dice.choice(["ask"] * 9 + ["begin"]), dice.randrange(len(QUERIES))) for _ in range(150)]
    steps = says + asks
    dice.shuffle(steps)
    with library(database) as here:
        asyncio.run(_played(here, steps))


def tried(database: Database, work: Callable[[Library], Awaitable[None]]) -> None:
    with library(database) as here:
        asyncio.run(work(here))  # type: ignore[arg-type]  # a coroutine, as every async function gives


def test_they_stand_in_the_order_in_which_they_came_to_match(any_database: Database) -> None:
    async def work(here: Library) -> None:
        chain = Chain("red votes>=3")
        for number in (1, 2, 3):
            await here.say("arxiv", number, "red", 0)
        await here.ask(chain)
        for number, votes in ((2, 3), (3, 1), (1, 4), (3, 5), (2, 2), (2, 9)):
            await here.say("arxiv", number, "red", votes)
        assert [one.key for one in await here.ask(chain)] == ["2611.00001", "2611.00003", "2611.00002"]

    tried(any_database, work)


@pytest.mark.parametrize("first", ["arxiv", "publisher"])
@pytest.mark.parametrize("told", ["arxiv", "publisher"])
def test_what_was_told_before_it_became_one_with_another_is_not_told_again(
    any_database: Database, first: str, told: str
) -> None:
    async def work(here: Library) -> None:
        chain = Chain("red")
        await here.ask(chain)
        for source in sorted(("arxiv", "publisher"), key=lambda one: one != first):
            await here.say(source, 1, "red" if source == told else "blue", 0)
        assert len(await here.ask(chain)) == 1
        await here.say(told, 1, "blue", 0)
        assert await here.ask(chain) == []
        await here.say("bridge", 1, "blue", 0)  # they are one, and it no longer matches
        await here.ask(chain)
        for source in SOURCES:
            await here.say(source, 1, "red", 0)
        assert await here.ask(chain) == []

    tried(any_database, work)


def test_what_was_there_when_the_chain_began_is_told_once_when_it_comes_back(any_database: Database) -> None:
    async def work(here: Library) -> None:
        chain = Chain("red")
        await here.say("arxiv", 1, "red", 0)
        await here.ask(chain)
        told = []
        for words in ("blue", "red", "blue", "red"):
            await here.say("arxiv", 1, words, 0)
            told.append(len(await here.ask(chain)))
        assert told == [0, 1, 0, 0]

    tried(any_database, work)


def test_a_cursor_is_good_for_90_days(any_database: Database) -> None:
    async def work(here: Library) -> None:
        query = parse_query("red")
        _, cursor = await here.newcomers.since(query, "")
        await here.say("arxiv", 1, "red", 0)
        here.clock.at = NOW + timedelta(days=90)
        await here.store.run(_pruned, here.clock.at)
        found, _ = await here.newcomers.since(query, str(cursor))
        assert [one.key for one in found] == ["2611.00001"]
        here.clock.at += timedelta(days=1)
        with pytest.raises(CursorError) as told:
            await here.newcomers.since(query, str(cursor))
        assert told.value.gone

    tried(any_database, work)


def _pruned(connection: Connection, now: datetime) -> None:
    assert past.prune(connection, 0, now - past.KEPT) is None


def test_what_is_older_goes_and_the_newest_number_stays(any_database: Database) -> None:
    async def work(here: Library) -> None:
        for number in range(1, 5):
            await here.say("arxiv", number, "red", 0)
        before = await here.store.run(past.newest)
        assert await here.store.run(past.prune, 0, here.clock.at + timedelta(days=100)) is None
        assert await here.store.run(past.newest) == await here.store.run(past.oldest) == before
        await here.say("arxiv", 5, "red", 0)
        assert await here.store.run(past.newest) == before + 1

    tried(any_database, work)


def test_a_number_whose_change_was_undone_is_no_past_that_is_lost(database: Database) -> None:
    """A server does not give it a second time."""

    def undone(connection: Connection) -> None:
        past.added(connection, 1, NOW)
        raise KeyboardInterrupt

    async def work(here: Library) -> None:
        chain = Chain("red")
        await here.ask(chain)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                here.store.call(undone)
        await here.say("arxiv", 1, "red", 0)
        assert [one.key for one in await here.ask(chain)] == ["2611.00001"]

    tried(database, work)


def test_a_paper_that_is_no_longer_kept_leaves_no_past(any_database: Database) -> None:
    async def work(here: Library) -> None:
        chain = Chain("red")
        await here.say("arxiv", 1, "red", 0)
        await here.say("arxiv", 2, "red", 0)
        await here.ask(chain)
        await here.store.run(pruning.papers, 0, here.clock.at, here.clock.at)
        await here.say("arxiv", 3, "red", 0)
        assert [one.key for one in await here.ask(chain)] == ["2611.00003"]
        assert {one.paper_id for one in await here.store.run(past.between, 0, 1000)} == {2, 3}

    tried(any_database, work)


def test_a_cursor_of_before_a_database_was_put_back_skips_nothing(any_database: Database) -> None:
    """Its number is given out anew, to another change (a backup is put back, and rounds go on)."""

    def put_back(connection: Connection) -> None:
        connection.exec_driver_sql("update past set at = at + 60 where id = 2")

    async def work(here: Library) -> None:
        chain = Chain("red")
        await here.say("arxiv", 1, "red", 0)
        await here.say("arxiv", 2, "red", 0)
        await here.ask(chain)
        unmarked = chain.cursor[:-9]
        await here.store.run(put_back)
        with pytest.raises(CursorError, match="put back to an earlier state") as told:
            await here.newcomers.since(parse_query("red"), chain.cursor)
        assert told.value.gone
        await here.newcomers.since(parse_query("red"), unmarked)  # as cursors were before they had a mark

    tried(any_database, work)


@pytest.mark.parametrize(
    "text", ["x", "1", "-", "1-0-00000000-0", "2-0-00000000-0-0", "1-0-00000000-0-0-zz", "1-0-00000000-0-0\n", "é"]
)
def test_what_is_no_cursor_is_told(text: str) -> None:
    with pytest.raises(CursorError) as told:
        read_cursor(text, 0, 0, NOW, past.GOOD_FOR)
    assert not told.value.gone


def test_kills_in_the_middle_of_rounds_lose_and_double_nothing(here: World) -> None:
    today = datetime.now(UTC).date()
    day = here.source.days[today.isoformat()] = []
    here.configure(DAILY)
    here.round()
    chance, told = random.Random(20261128), {"*": Counter[str](), "votes>=3": Counter[str]()}
    store = Store(here.config.database, only_looks=True)
    live = LiveArchive(store, Clock())
    newcomers = Newcomers(store, live, Clock())

    async def ask(cursors: dict[str, str]) -> None:
        for query, cursor in cursors.items():
            found, after = await newcomers.since(parse_query(query), cursor)
            told[query].update(one.key for one in found)
            cursors[query] = str(after)

    async def work() -> None:
        cursors = dict.fromkeys(told, "")
        await ask(cursors)
        for number in range(3):
            for one in day:
                one["paper"]["upvotes"] += 2
            day.extend(item(f"2611.{number}{n:04}", f"Paper {number} {n}", "Text.", today, votes=0) for n in range(25))
            process = here.start("once")
            deadline = time.monotonic() + chance.uniform(0.3, 1.2)
            while time.monotonic() < deadline:
                await ask(cursors)
                await asyncio.sleep(chance.uniform(0, 0.02))
            process.kill()
            process.wait()
            await ask(cursors)
        assert await asyncio.to_thread(here.start("once").wait) == 0
        await ask(cursors)

    try:
        asyncio.run(work())
    finally:
        live.close()
        store.close()
    assert told["*"] == Counter(one["paper"]["id"] for one in day)
    assert told["votes>=3"] == Counter(one["paper"]["id"] for one in day if one["paper"]["upvotes"] >= 3)


async def test_by_address(web: Web) -> None:
    first = (await web.get("/new?q=streaming")).json()
    assert first["papers"] == []
    web.put(
        item("2511.00001", "Streaming again", "Text.", date(2025, 11, 1), votes=1),
        item("2511.00002", "Nothing like it", "Text.", date(2025, 11, 1)),
    )
    answer = await web.get(f"/new?q=streaming&after={first['cursor']}")
    (one,) = answer.json()["papers"]
    assert (one["key"], one["title"], one["votes"]) == ("2511.00001", "Streaming again", 1)
    assert answer.headers["cache-control"] == "no-store"
    again = (await web.get(f"/new?q=streaming&after={answer.json()['cursor']}")).json()
    assert again["papers"] == []


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("q=(", 400, "^"),
        ("q=age<2d", 400, "leave age out"),
        ("q=a&after=nonsense", 400, "no cursor"),
        ("q=a&after=1-0-00000000-0-0", 410, "older than 90 days"),
        ("q=a&after=1-fffffffff-00000000-0-fffff", 410, "another archive"),
    ],
)
async def test_what_cannot_be_answered_is_told(web: Web, asked: str, status: int, words: str) -> None:
    answer = await web.get(f"/new?{asked}")
    assert answer.status_code == status
    assert words in answer.json()["error"]

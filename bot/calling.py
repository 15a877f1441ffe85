"""What papers call for: every marked paper against all subscriptions and feeds at once, enqueued in short commits.

Whoever starts goes on from the marks. A lane waits for no commit longer than one chunk takes.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from bot.process.clock import Clock
from bot.rules.best import Best
from bot.rules.standing import calendar
from bot.store import happened
from bot.store.archive import codec, feeds
from bot.store.archive.near import Near
from bot.store.engine import Store, StoreError
from bot.store.outbox import served
from bot.store.subscriptions import calling, news, offers, roll
from bot.store.subscriptions.calling import Match, When
from bot.store.subscriptions.news import Mark
from bot.store.subscriptions.offers import Offer, Offers
from bot.store.subscriptions.roll import Roll
from feeds.match import Batch
from feeds.paper import Paper
from feeds.query import VERSION, Query

log = logging.getLogger(__name__)
trail = logging.getLogger(f"{__name__}.trail")

CHUNK = 750
"""Deliveries enqueued in one transaction: some 15 ms, in PostgreSQL 50 (measured). A claim waits for no longer."""

FEEDS = 50
"""Papers put into feeds in one transaction."""


async def learn(near: Near | None, queries: Sequence[Query]) -> None:
    """Work out what these compare with, before anybody who holds the database asks for it."""
    if near and any(query.near for query in queries):
        await asyncio.to_thread(near.learn, queries)


class Asked(Protocol):
    """All subscriptions, to be asked what they match."""

    async def matches(self, store: Store, batch: Batch, *, numbers: bool) -> list[Match]:
        """Those that match something in a batch; or only those that ask for numbers."""


class Streamed:
    """Read from the store each time, and forgotten: for one round."""

    async def matches(self, store: Store, batch: Batch, *, numbers: bool) -> list[Match]:
        """Those that match something in a batch; or only those that ask for numbers."""
        found, last = list[Match](), 0
        while some := await store.run(roll.coded, last, numbers=numbers):
            last = some[-1].id
            found += await asyncio.to_thread(roll.matches_in, batch, some)
        return found


class Remembered:
    """Kept in memory from the first time on, and followed: for many rounds."""

    def __init__(self) -> None:
        self._roll = Roll()

    async def matches(self, store: Store, batch: Batch, *, numbers: bool) -> list[Match]:
        """Those that match something in a batch; or only those that ask for numbers."""
        await self._follow(store)
        return await asyncio.to_thread(self._roll.matches, batch, numbers=numbers)

    async def _follow(self, store: Store) -> None:
        newest = await store.run(roll.newest)
        if self._roll.change < 0:
            last = 0
            while some := await store.run(roll.coded, last):
                last = some[-1].id
                await asyncio.to_thread(self._roll.add, some)
        elif newest > self._roll.change:
            self._roll.add(await store.run(roll.changed, self._roll.change))
        self._roll.change = newest


@dataclass(frozen=True)
class Caller:
    """Calls for papers. One for a process."""

    store: Store
    clock: Clock
    feeds: Mapping[str, Query]
    asked: Asked
    bests: Mapping[str, Best] = field(default_factory=dict)
    """What feeds are cut down to, of those that are."""
    near: Near | None = None
    """What answers `similar:` and `library:`."""
    _missed: set[str] = field(default_factory=set)
    """What they were asked for that is to be worked out."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _gone_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def go_on(self) -> int:
        """What new subscriptions may have of what is stored, and what the last process left; how many deliveries."""
        count = await self.catch_up()
        if not self._gone_on.is_set():
            self._gone_on.set()
            count += await self.call()
        return count

    async def catch_up(self, tried: frozenset[str] = frozenset()) -> int:
        """All that new subscriptions may have of what is stored, in one match for all of them; how many deliveries.

        Those stay behind that compare with what is not worked out yet, unless that was `tried`: it is not there.
        """
        async with self._turn:
            await self._compile()
            day = await self.store.run(roll.since)
            if day is None:
                return 0
            now = self.clock.now()
            some, behind = await self.store.run(_to_catch_up, day, now)
            found = await asyncio.to_thread(roll.matches_in, self._batch(some, now), behind)
            asking = roll.asking(behind, await self._missing() - tried)
            when, count = await self._when(now, reading=False), 0
            for piece in roll.pieces(found, CHUNK):
                count += await self.store.run(_caught_up, piece, some, when, now, asking)
            done = [one.id for one in behind if one.id not in asking]
            for start in range(0, len(done), CHUNK):
                await self.store.run(roll.caught_up, done[start : start + CHUNK])
            return count

    async def learn_missed(self) -> int:
        """Work out what matches went without, for papers that came meanwhile too; how many deliveries."""
        tried = frozenset(self._missed)
        if not tried or self.near is None:
            return 0
        self._missed.clear()
        await asyncio.to_thread(self.near.learn_missed, tried)
        return await self.catch_up(tried)

    async def _missing(self) -> frozenset[str]:
        """What the last match went without, to be learnt when there is time."""
        missed = await asyncio.to_thread(self.near.missed) if self.near else frozenset[str]()
        self._missed.update(missed)
        return missed

    async def call(self, source: str | None = None, *, reading: bool = False) -> int:
        """All that papers with marks call for, those of one source or all; how many deliveries.

        `reading`: more may come with them. One that cannot be asked for is named, and keeps none of the others waiting.
        """
        count = 0
        async with self._turn:
            while marks := await self.store.run(news.some, source):
                try:
                    count += await self._call(marks, reading=reading)
                except StoreError:
                    raise
                except Exception:
                    log.exception("what %s papers call for cannot be found: each is tried alone", len(marks))
                    called, broken = await self._call_one_by_one(marks, reading=reading)
                    count += called
                    if len(broken) == len(marks):
                        log.warning("no paper can be asked for: that is not the papers' fault, and they are kept")
                        break
                    await self.store.run(news.done, broken)
        return count

    async def _call_one_by_one(self, marks: Sequence[Mark], *, reading: bool) -> tuple[int, list[Mark]]:
        """How many deliveries, and the papers that cannot be asked for."""
        count, broken = 0, list[Mark]()
        for mark in marks:
            try:
                count += await self._call([mark], reading=reading)
            except StoreError:
                raise
            except Exception:
                log.exception("what paper %s calls for cannot be found", mark.paper_id)
                broken.append(mark)
        return count, broken

    async def _call(self, marks: Sequence[Mark], *, reading: bool) -> int:
        now = self.clock.now()
        some = Offers(await self.store.run(offers.of_marks, marks))
        batch = self._batch(some, now)
        await self._feed(some.all, batch, now)
        if not some.free:
            await self.store.run(news.done, marks)
            return 0
        await self._compile()
        found = await self.asked.matches(self.store, batch, numbers=not some.whole)
        some = Offers(some.all, await self._matched_before(some))
        if missed := await self._missing():
            await self.store.run(roll.fall_behind, missed, some.first_day)
        when, count = await self._when(now, reading=reading), 0
        for piece in roll.pieces(found, CHUNK):
            count += await self.store.run(_called, piece, some, when, now, marks)
        await self.store.run(news.done, marks)
        if count and trail.isEnabledFor(logging.INFO):
            keys = [one.paper.key for one in some.all]
            trail.info("found %s for destinations among %s", count, ", ".join(keys), extra={"papers": keys})
        return count

    async def release(self, mode: str, source: str | None = None) -> None:
        """What waited for the end of a reading, or of a round, waits no more."""
        now = self.clock.now()
        while await self.store.run(calling.release, mode, now, CHUNK, source):
            pass

    def _batch(self, some: Offers, now: datetime) -> Batch:
        return Batch([one.paper for one in some.all], now, self.near)

    async def _feed(self, some: Sequence[Offer], batch: Batch, now: datetime) -> None:
        """Put them into the feeds that they match."""
        await learn(self.near, list(self.feeds.values()))  # a feed waits for none of it
        found = await asyncio.to_thread(feeds.members, self.feeds, batch, {one.paper.key: one.id for one in some})
        for start in range(0, len(some), FEEDS):
            changed = {one.id: one.paper for one in some[start : start + FEEDS]}
            mine = [one for one in found if one[1] in changed]
            await self.store.run(feeds.follow, mine, changed, self.bests)

    async def _matched_before(self, some: Offers) -> dict[int, int]:
        """By subscription that asks for numbers: which papers it matched as they were."""
        was = [_before(one) for one in some.all]
        batch, places = roll.before(was, self.near)
        if not places:
            return {}
        found = await self.asked.matches(self.store, batch, numbers=True)
        return {one.id: sum(1 << place for at, place in enumerate(places) if one.bits >> at & 1) for one in found}

    async def _when(self, now: datetime, *, reading: bool) -> When:
        return calendar(now, await self.store.run(served.last), reading=reading)

    async def _compile(self) -> None:
        """Compile anew what another version of the language compiled."""
        if await self.store.run(roll.language) == VERSION:
            return
        after: int | None = 0
        while after is not None:
            after = await self.store.run(roll.compile_again, after)
        await self.store.run(roll.all_compiled)


def _to_catch_up(connection: Connection, day: str, now: datetime) -> tuple[Offers, list[roll.Coded]]:
    return Offers(offers.stored_since(connection, day, now), stored=True), roll.behind(connection)


def _enqueued(connection: Connection, piece: Sequence[Match], some: Offers, when: When, now: datetime) -> int:
    count = calling.enqueue(connection, piece, some, when, now)
    if count:
        happened.count(connection, happened.MATCH, "", "", now, times=count)
    return count


def _caught_up(
    connection: Connection, piece: Sequence[Match], some: Offers, when: When, now: datetime, asking: frozenset[int]
) -> int:
    count = _enqueued(connection, piece, some, when, now)
    roll.caught_up(connection, [one.id for one in piece if one.id not in asking])
    return count


def _called(
    connection: Connection, piece: Sequence[Match], some: Offers, when: When, now: datetime, marks: Sequence[Mark]
) -> int:
    count = _enqueued(connection, piece, some, when, now)
    news.move(connection, marks, piece[-1].lane)
    return count


def _before(one: Offer) -> Paper | None:
    if one.mark is None or one.mark.before is None:
        return None
    return codec.as_it_was(one.mark.before, one.paper)

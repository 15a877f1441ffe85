"""What the archive has for a command: asked before it is answered, beside those who write."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import islice

from bot.chat.asked import NOTHING, Sought
from bot.chat.commands import Change, Command, Latest, Preview, Search, Subscribe, Top
from bot.process.unswept import unswept
from bot.rules.backtest import backtest
from bot.store.archive.look import Look, look
from bot.store.archive.near import Near
from bot.store.database import Database
from feeds import trending
from feeds.match import match
from feeds.paper import Paper
from feeds.query import Query, QueryError, parse_query

DAYS = 30
"""Of the past that a preview looks at."""
NEWEST, BEST = 5, 10
"""Papers of one answer."""
_BACK = (30, 365, None)
"""Days that a search looks back, one after another until it has enough; None: all."""
_OF_LATE = _BACK[:2]
"""The same for those who are still typing."""


async def sought(
    command: Command, queries: Sequence[str], database: Database, now: datetime, near: Near | None = None
) -> Sought:
    """What it needs; nothing for most. `queries`: those of the chat."""
    if isinstance(command, Subscribe | Preview | Change | Latest | Search | Top):
        return await asyncio.to_thread(_sought, command, queries, database, now, near or Near(database))
    return NOTHING


async def newest(query: Query | None, database: Database, now: datetime, most: int, near: Near) -> tuple[Paper, ...]:
    """The newest of a year that a query finds, newest first; of all where none is asked."""
    return await asyncio.to_thread(_newest_of, query, database, now, most, near)


def _newest_of(query: Query | None, database: Database, now: datetime, most: int, near: Near) -> tuple[Paper, ...]:
    with unswept, look(database) as archive:
        return _newest(archive, [query] if query else None, now, near, most, _OF_LATE)


def _sought(command: Command, queries: Sequence[str], database: Database, now: datetime, near: Near) -> Sought:
    with unswept, look(database) as archive:
        if isinstance(command, Subscribe | Preview | Change):
            return Sought(backtest(archive, command.query, now, DAYS, near, near.lacks(command.query)))
        if isinstance(command, Search):
            return Sought(papers=_newest(archive, [command.query], now, near))
        if isinstance(command, Latest):
            wanted = [command.query] if command.query else list(_read(queries))
            return Sought(papers=_newest(archive, wanted, now, near) if wanted else (), asked=len(wanted))
        assert isinstance(command, Top)
        within = trending.newest(filter(None, [archive.newest(now.date())]), command.period, now.date())
        some = archive.announced_within(within.first, within.last)
        found = _matching(some, [command.query] if command.query else None, now, near)
        return Sought(papers=tuple(trending.by_votes(found)[:BEST]), within=within)


def _newest(
    archive: Look,
    queries: Sequence[Query] | None,
    now: datetime,
    near: Near,
    most: int = NEWEST,
    back: Sequence[int | None] = _BACK,
) -> tuple[Paper, ...]:
    found: tuple[Paper, ...] = ()
    for days in back:
        since = now.date() - timedelta(days=days) if days else date.min
        found = tuple(islice(reversed(_matching(archive.announced_since(since), queries, now, near)), most))
        if len(found) == most:
            break
    return found


def _matching(papers: Sequence[Paper], queries: Sequence[Query] | None, now: datetime, near: Near) -> list[Paper]:
    """Those that any of the queries finds, in their order; all where none is asked."""
    if queries is None:
        return list(papers)
    matches = match({one.text: one for one in queries}, list(papers), now, near)
    keys = {paper.key for one in queries for paper in matches[one.text]}
    return [paper for paper in papers if paper.key in keys]


def _read(queries: Iterable[str]) -> Iterable[Query]:
    for one in queries:
        try:
            yield parse_query(one)
        except QueryError:
            continue  # of an earlier version of the language

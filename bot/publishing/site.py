"""The site as files: the newest day, pages of days, weeks and months, of each feed and each paper, the lists of feeds.

A page is made anew when what it shows changed, or it is gone; the votes on it are those of then. Pages of the newest
days are made anew daily (bot.publishing.time_desk).
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection

from bot.config.load import Config
from bot.publishing.feed_sheets import DueSheet
from bot.publishing.files import Change
from bot.publishing.made import Made
from bot.publishing.page_desk import PageDesk
from bot.store.archive import feeds, paper_rows, published, shown
from bot.store.archive.paper_rows import PaperRow, PaperState
from bot.store.archive.published import File
from bot.store.engine import Store
from feeds.site import ASSETS, Period

TOGETHER, AT_ONCE = 32, 500
"""Sheets of feeds, and pages of papers, that are made, written and noted at once."""
T = TypeVar("T")


async def changes(config: Config, store: Store, now: datetime) -> AsyncIterator[Change]:
    """What differs, some pages at a time."""
    desk = PageDesk(config, *await store.run(_standing), now)
    yield Change(ASSETS, gone=desk.gone())
    yield _change(await asyncio.to_thread(desk.opml))
    stamps = desk.stamps(await store.run(feeds.versions))
    async for change in _feed_pages(desk, store, stamps):
        yield change
    for ids in _chunks(desk.due_papers(), AT_ONCE):
        yield _change(*await asyncio.to_thread(desk.paper_pages, *await store.run(_papers, ids)))
    for period in desk.times.due():
        yield _change(*await asyncio.to_thread(desk.times.pages, period, await store.run(_announced, period)))
    if (stale := desk.stale_items(stamps)) is not None:
        days, newest = await store.run(shown.days_of_feeds, stale), await store.run(_announced, desk.times.newest)
        yield _change(await asyncio.to_thread(desk.fronts, stamps, days, newest))


async def _feed_pages(desk: PageDesk, store: Store, stamps: Mapping[str, str]) -> AsyncIterator[Change]:
    due: list[DueSheet] = []
    for slug in desk.due(stamps):
        held = await store.run(feeds.held, slug)
        due += desk.due_sheets(slug, held, stamps[slug])
        if beyond := desk.beyond(slug, held):
            yield Change(gone=beyond)
        while len(due) >= TOGETHER:
            yield await _sheets(desk, store, due[:TOGETHER])
            del due[:TOGETHER]
    if due:
        yield await _sheets(desk, store, due)


async def _sheets(desk: PageDesk, store: Store, due: Sequence[DueSheet]) -> Change:
    rows = await store.run(paper_rows.some, {row for one in due for row in one.rows})
    return _change(await asyncio.to_thread(desk.feed_pages, due, rows))


def _change(made: Mapping[str, Made], right: Sequence[File] = ()) -> Change:
    htmls = {path: one.html for path, one in made.items()}
    return Change(htmls, {path: one.mark for path, one in made.items() if one.mark}, right)


def _chunks(some: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (some[start : start + size] for start in range(0, len(some), size))


def _standing(
    connection: Connection,
) -> tuple[Mapping[str, File], Sequence[PaperState], tuple[date, date] | None]:
    return published.pages(connection), paper_rows.states(connection), paper_rows.ends(connection)


def _announced(connection: Connection, period: Period | None) -> list[PaperRow]:
    return paper_rows.announced_within(connection, period.first, period.last) if period else []


def _papers(connection: Connection, ids: Iterable[int]) -> tuple[Iterable[PaperRow], Mapping[int, Sequence[str]]]:
    """Papers, and the feeds that each stands in."""
    found = paper_rows.some(connection, ids)
    return found.values(), shown.feeds_of(connection, found)

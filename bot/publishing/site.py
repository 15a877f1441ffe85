"""The site as files: the newest day, pages of days, weeks and months, of each feed and each paper, the lists of feeds.

A page is made anew when what it shows changed, or it is gone; the votes on it are those of then. Pages of the newest
days are made anew daily (bot.publishing.time_desk).
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from bot.publishing.edition import Outlines
from bot.publishing.feed_sheets import DueSheet
from bot.publishing.files import Change, folder_changed
from bot.publishing.made import Made
from bot.publishing.page_desk import PageDesk
from bot.publishing.paper_desk import PaperDesk, asked, every, settle
from bot.publishing.plan import Plan
from bot.store.archive import feeds, paper_rows, published, shown
from bot.store.archive.feeds import Outline
from bot.store.archive.paper_rows import DayState, PaperRow
from bot.store.archive.published import File
from bot.store.engine import Store
from bot.store.noted import note, noted
from feeds.site import ASSETS, Period

TOGETHER, AT_ONCE = 16, 500
"""Sheets of feeds, and pages of papers, that are made, written and noted at once."""
PAPERS, _SEEN = "papers", "folder of papers"
"""Where papers' pages stand, and under which name is noted when we last saw one come or go there."""
T = TypeVar("T")


async def changes(plan: Plan, store: Store, now: datetime, outlines: Outlines | None = None) -> AsyncIterator[Change]:
    """What differs, some pages at a time. `outlines` are what was asked of feeds a moment ago."""
    desk = PageDesk(plan, *await store.run(_standing), now)
    yield Change(ASSETS, gone=desk.gone())
    yield _change(await asyncio.to_thread(desk.opml))
    versions = await store.run(feeds.versions)
    stamps, days = desk.stamps(versions), dict[str, Sequence[date]]()
    known = {slug: one for slug, (version, one) in (outlines or {}).items() if version == versions.get(slug)}
    async for change in _feed_pages(desk, store, stamps, known, days):
        yield change
    async for change in _paper_pages(plan, store, now):
        yield change
    yield Change(right=list(desk.times.adopted()))
    for period in desk.times.due():
        yield _change(*await asyncio.to_thread(desk.times.pages, period, await store.run(_announced, period)))
    if (stale := desk.stale_items(stamps)) is not None:
        if others := [slug for slug in stale if slug not in days]:
            days |= await store.run(shown.days_of_feeds, others)
        newest = await store.run(_announced, desk.times.newest)
        yield _change(await asyncio.to_thread(desk.fronts, stamps, days, newest))


async def _paper_pages(plan: Plan, store: Store, now: datetime) -> AsyncIterator[Change]:
    """Those that are out of date."""
    folder = plan.config.public / PAPERS
    pages = await store.run(asked, plan.configured, now, untouched=await store.run(untouched, folder))
    desk = PaperDesk(plan, pages, now)
    if not pages.whole and await asyncio.to_thread(desk.touched):
        pages = await store.run(every)
        desk = PaperDesk(plan, pages, now)
    yield Change(gone=desk.gone())
    due = await asyncio.to_thread(desk.due)
    for some in _chunks(due, AT_ONCE):
        yield _change(*await asyncio.to_thread(desk.pages, *await store.run(_papers, [one.id for one in some])))
    await store.run(settle, plan.configured, due, pages.number)
    if not await store.run(untouched, folder):
        await store.run(note, _SEEN, folder_changed(folder))


def untouched(connection: Connection, folder: Path) -> bool:
    """Whether no file came into the folder of papers, or left it, since we wrote there."""
    return noted(connection, _SEEN) == folder_changed(folder) != ""


async def _feed_pages(
    desk: PageDesk,
    store: Store,
    stamps: Mapping[str, str],
    known: Mapping[str, Outline],
    days: dict[str, Sequence[date]],
) -> AsyncIterator[Change]:
    """Those that are out of date. `days` hears when the papers of their feeds were announced."""
    due: list[DueSheet] = []
    for slug in desk.due(stamps):
        held = known[slug].held if slug in known else await store.run(feeds.held, slug)
        days[slug] = [one.day for one in held]
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


def _standing(connection: Connection) -> tuple[Mapping[str, File], Mapping[date, DayState]]:
    return published.pages(connection), paper_rows.days(connection)


def _announced(connection: Connection, period: Period | None) -> list[PaperRow]:
    return paper_rows.announced_within(connection, period.first, period.last) if period else []


def _papers(connection: Connection, ids: Iterable[int]) -> tuple[Iterable[PaperRow], Mapping[int, Sequence[str]]]:
    """Papers, and the feeds that each stands in."""
    found = paper_rows.some(connection, ids)
    return found.values(), shown.feeds_of(connection, found)

"""The site as files: the start page, a page for each feed and each paper that a feed shows, the list of feeds.

A page is made anew when what its feed shows changed, or the page is gone; the votes on it are those of then.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection

from bot.config.load import Config
from bot.publishing.files import Change
from bot.publishing.page_desk import Content, Made, PageDesk
from bot.store.archive import feeds, paper_rows, published, shown
from bot.store.archive.paper_rows import PaperRow
from bot.store.archive.published import File
from bot.store.engine import Store
from feeds.site import ASSETS
from feeds.site.address import HOME

TOGETHER, AT_ONCE = 64, 500
"""Pages of feeds, and of papers, that are made, written and noted at once."""
T = TypeVar("T")


async def changes(config: Config, store: Store, now: datetime) -> AsyncIterator[Change]:
    """What differs, some pages at a time."""
    desk = PageDesk(config, *await store.run(_standing), now)
    yield Change(ASSETS, gone=desk.gone())
    yield _change(await asyncio.to_thread(desk.opml))
    stamps = desk.stamps(await store.run(feeds.versions))
    shown_rows: set[int] = set()
    for some in _chunks(desk.due(stamps), TOGETHER):
        contents = await store.run(_contents, some, config.settings.publish.entries, now)
        shown_rows.update(row.id for content in contents.values() for row in content.rows)
        yield _change(await asyncio.to_thread(desk.feed_pages, contents, stamps))
    for ids in _chunks(desk.due_papers(shown_rows), AT_ONCE):
        made, right = await asyncio.to_thread(desk.paper_pages, *await store.run(_papers, ids))
        yield _change(made, right)
    if (stale := desk.stale_items(stamps)) is not None:
        days = await store.run(shown.days_of_feeds, stale)
        yield _change({HOME: await asyncio.to_thread(desk.home_page, stamps, days)})


def _change(made: Mapping[str, Made], right: Sequence[File] = ()) -> Change:
    htmls = {path: one.html for path, one in made.items()}
    return Change(htmls, {path: one.mark for path, one in made.items()}, right)


def _chunks(some: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (some[start : start + size] for start in range(0, len(some), size))


def _standing(
    connection: Connection,
) -> tuple[Mapping[str, File], list[tuple[int, str, int]], tuple[date, date] | None]:
    return published.pages(connection), paper_rows.pages(connection), paper_rows.ends(connection)


def _contents(connection: Connection, slugs: Sequence[str], entries: int, now: datetime) -> dict[str, Content]:
    return {slug: _content(connection, feeds.outline(connection, slug, entries, now)) for slug in slugs}


def _content(connection: Connection, outline: feeds.Outline) -> Content:
    rows = paper_rows.some(connection, [row for row, _ in outline.shown])
    days = list(map(date.fromisoformat, outline.days))
    return Content([rows[row] for row, _ in outline.shown], days, outline.until)


def _papers(connection: Connection, ids: Iterable[int]) -> tuple[Iterable[PaperRow], Mapping[int, Sequence[str]]]:
    """Papers, and the feeds that each stands in."""
    found = paper_rows.some(connection, ids)
    return found.values(), shown.feeds_of(connection, found)

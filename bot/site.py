"""The site as files: the start page, a page for each feed and each paper that a feed shows, the list of feeds.

A page is made anew when what its feed shows changed, or the page is gone; the votes on it are those of then.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from bot import publish
from bot.config import Config
from bot.page_desk import Content, Made, PageDesk
from bot.store import Store, driver, feeds, paper_rows, published, shown
from bot.store.paper_rows import PaperRow
from bot.store.published import File
from feeds.site import ASSETS
from feeds.site.address import HOME

TOGETHER = 32
"""Pages of feeds made, written and noted at once."""


@dataclass(frozen=True, slots=True)
class Change:
    """What may differ on disk: files made anew, by path; those of them to be noted; files of ours to remove."""

    made: Mapping[str, bytes] = field(default_factory=dict)
    pages: Mapping[str, Made] = field(default_factory=dict)
    gone: Sequence[File] = ()


async def renew(config: Config, store: Store, now: datetime) -> list[str]:
    """Write the pages that differ; their names. Raises PublishError."""
    written: list[str] = []
    async for change in changes(config, store, now):
        written += await asyncio.to_thread(publish.write, config.public, change.made)
        await asyncio.to_thread(publish.remove, config.public, change.gone)
        await store.run(published.replace, _notes(config.public, change.pages), change.gone)
    return written


async def changes(config: Config, store: Store, now: datetime) -> AsyncIterator[Change]:
    """What `renew` does, some feeds at a time."""
    known, newest = await store.run(published.pages), await store.run(shown.newest_day)
    desk = PageDesk(config, known, newest)
    slugs = {table.slug for table in config.settings.feeds}
    gone = [file for file in known.values() if file.feed and file.feed not in slugs]
    left = await asyncio.to_thread(desk.shown_by, gone)
    made = await asyncio.to_thread(desk.paper_pages, *await store.run(_papers, left))
    yield Change({**ASSETS, "feeds.opml": await asyncio.to_thread(desk.opml)})
    yield _change(made, gone)
    stamps = desk.stamps(await store.run(feeds.versions))
    due = desk.due(stamps)
    for start in range(0, len(due), TOGETHER):
        some = due[start : start + TOGETHER]
        contents = await store.run(_contents, some, config.settings.publish.entries, now)
        made, moved = await asyncio.to_thread(desk.feed_pages, contents, stamps)
        made |= await asyncio.to_thread(desk.paper_pages, *await store.run(_papers, moved))
        yield _change(made)
    if (stale := desk.stale_items(stamps)) is not None:
        days = await store.run(shown.days_of_feeds, stale)
        yield _change({HOME: await asyncio.to_thread(desk.home_page, stamps, days)})


def _change(made: Mapping[str, Made], gone: Sequence[File] = ()) -> Change:
    return Change({path: one.html for path, one in made.items()}, made, gone)


def _contents(connection: Connection, slugs: Sequence[str], entries: int, now: datetime) -> dict[str, Content]:
    return {slug: _content(connection, feeds.outline(connection, slug, entries, now)) for slug in slugs}


def _content(connection: Connection, outline: feeds.Outline) -> Content:
    rows = paper_rows.some(driver(connection), [row for row, _ in outline.shown])
    shown_rows = [rows[row] for row, _ in outline.shown]
    return Content({row for row, _ in outline.members}, shown_rows, list(map(date.fromisoformat, outline.days)))


def _papers(connection: Connection, ids: Iterable[int]) -> tuple[Iterable[PaperRow], Mapping[int, Sequence[str]]]:
    """Papers, and the feeds that each stands in."""
    found = paper_rows.some(driver(connection), ids)
    return found.values(), shown.feeds_of(connection, found)


def _notes(public: Path, pages: Mapping[str, Made]) -> list[File]:
    looks = ((path, one, publish.look(public / path)) for path, one in pages.items())
    return [File(path, one.slug, one.stamp, *seen) for path, one, seen in looks if seen]

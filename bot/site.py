"""The site as files: the start page, a page for each feed, and one for each paper that a feed shows.

A page is made anew when what its feed shows changed, or the page is gone; the votes on it are those of then.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection

from bot import publish
from bot.config import Config
from bot.store import Store, feeds, shown
from feeds.paper import Paper
from feeds.query import Query
from feeds.render import Feed, in_order
from feeds.site import ASSETS, LOOK, FeedSummary, Site, feed_page, home_page, paper_page
from feeds.site.address import HOME, feed_page_path, paper_page_path


@dataclass(frozen=True, slots=True)
class Change:
    """Pages made anew, and what to remember of the one that they were made for."""

    made: Mapping[str, bytes]
    path: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class _Content:
    """What the pages of one feed are made from."""

    papers: Sequence[Paper]
    days: Mapping[date, int]
    newest: date | None
    feeds_of: Mapping[str, Sequence[str]]
    """Slugs by the key of a paper."""


async def renew(config: Config, store: Store, now: datetime) -> list[str]:
    """Write the pages that differ; their names. Raises PublishError."""
    written: list[str] = []
    async for change in changes(config, store, now):
        written += await asyncio.to_thread(publish.write, config.public, change.made)
        if change.path:
            await store.run(shown.note_page, change.path, change.stamp)
    await _forget(config, store)
    return written


async def changes(config: Config, store: Store, now: datetime) -> AsyncIterator[Change]:
    """What `renew` does, feed by feed."""
    settings = config.settings
    site = Site(settings.publish.base_url, settings.publish.formats, telegram_bot=settings.web.telegram_bot)
    every = {table.slug: (publish.feed_of(table, settings.publish), table.query) for table in settings.feeds}
    versions, known = await store.run(feeds.versions), await store.run(shown.pages)
    stamps = {slug: publish.stamp_of(site, feed, versions.get(slug), LOOK) for slug, (feed, _) in every.items()}
    yield Change(ASSETS)
    for slug, (feed, query) in every.items():
        path = feed_page_path(feed)
        if not _stands(config, known, path, stamps[slug]):
            content = await store.run(_content, slug, settings.publish.entries, now)
            by_slug = {name: one for name, (one, _) in every.items()}
            yield Change(await asyncio.to_thread(_feed, site, feed, query, content, by_slug), path, stamps[slug])
    if not _stands(config, known, HOME, whole := publish.stamp_of(site, sorted(stamps.items()))):
        newest, days = await store.run(_counts)
        summaries = [FeedSummary.of(feed, days.get(slug, {}), newest) for slug, (feed, _) in every.items()]
        yield Change({HOME: home_page(site, summaries)}, HOME, whole)


def _stands(config: Config, known: Mapping[str, str], path: str, stamp: str) -> bool:
    return known.get(path) == stamp and publish.look(config.public / path) is not None


async def _forget(config: Config, store: Store) -> None:
    """Remove the pages of feeds that are no longer configured."""
    wanted = {HOME} | {f"feeds/{table.slug}.html" for table in config.settings.feeds}
    for path in (await store.run(shown.pages)).keys() - wanted:
        (config.public / path).unlink(missing_ok=True)
        await store.run(shown.forget_page, path)


def _content(connection: Connection, slug: str, entries: int, now: datetime) -> _Content:
    papers = in_order(feeds.entries(connection, slug, entries, now))
    newest, days = _counts(connection, slug)
    return _Content(papers, days.get(slug, {}), newest, shown.feeds_of(connection, [paper.key for paper in papers]))


def _counts(connection: Connection, slug: str = "") -> tuple[date | None, Mapping[str, Mapping[date, int]]]:
    return shown.newest_day(connection), shown.days_of_feeds(connection, slug)


def _feed(site: Site, feed: Feed, query: Query, content: _Content, by_slug: Mapping[str, Feed]) -> dict[str, bytes]:
    """The page of a feed, and those of its papers."""
    weeks = FeedSummary.of(feed, content.days, content.newest).weeks
    made = {feed_page_path(feed): feed_page(site, feed, query, content.papers, weeks)}
    for paper in content.papers:
        slugs = content.feeds_of.get(paper.key, ())
        made[paper_page_path(paper.key)] = _paper(site, paper, tuple(by_slug[one] for one in slugs if one in by_slug))
    return made


@lru_cache(maxsize=4096)
def _paper(site: Site, paper: Paper, feeds: tuple[Feed, ...]) -> bytes:
    """The same from each feed that shows it."""
    return paper_page(site, paper, feeds)

"""The start page, a page for each feed, a page for each paper: made when asked for, kept until the archive changes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store.archive import feeds, papers, shown
from bot.web.archive import Archive
from bot.web.body import Body, body_of
from bot.web.context import Context
from bot.web.reply import HTML, OF_PAGES, reply, root_of
from feeds.paper import Paper
from feeds.query import Query
from feeds.render import Feed
from feeds.site import (
    AT_MOST,
    FeedSummary,
    feed_item,
    feed_page,
    home_page,
    listed,
    paper_page,
    paper_page_path,
)
from feeds.weeks import plotted


class Pages:
    """The endpoints."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def home(self, request: Request) -> Response:
        """`/`."""
        return await self._page(request, ("home",), self._home)

    async def feed(self, request: Request) -> Response:
        """`/feeds/SLUG.html`."""
        slug = request.path_params["slug"]
        known = self._context.feeds.get(slug)
        if known is None:
            raise HTTPException(404)

        base = self._context.base(request)

        async def make(archive: Archive) -> bytes:
            if base != known[0].base_url:
                self._context.admit(request)  # an address is soon made up, and each has a page of its own
            return await self._feed(archive, known[0].at(base), known[1])

        return await self._page(request, ("feed", slug, base), make)

    async def paper(self, request: Request) -> Response:
        """`/papers/KEY` and `/papers/PAGE.html`. Another name of a paper leads to its page."""
        name, root = request.path_params["key"], root_of(request)
        archive = await self._context.live.now()
        found = archive.find(name) or archive.find(name.removesuffix(".html"))
        if found is None:
            return await self._by_another_name(name, root)

        async def make(_: Archive) -> bytes:
            return await self._paper(archive.named[found.key], found, root)

        return await self._page(request, ("paper", found.key, root), make)

    async def _page(
        self, request: Request, name: tuple[str, ...], make: Callable[[Archive], Awaitable[bytes]]
    ) -> Response:
        context = self._context
        archive = await context.live.now()
        body = context.kept.get(name, archive.serial)
        if body is None:
            body = context.keep(name, archive.serial, await self._body(archive, make))
        return reply(request, body, context.max_age(), OF_PAGES)

    async def _body(self, archive: Archive, make: Callable[[Archive], Awaitable[bytes]]) -> Body:
        return body_of(await make(archive), HTML, self._context.clock.now().timestamp())

    async def _home(self, archive: Archive) -> bytes:
        site, every = self._context.site, [feed for feed, _ in self._context.feeds.values()]
        days = await self._context.store.run(shown.days_of_feeds, [one.slug for one in every])

        def made() -> bytes:
            items = [feed_item(site, FeedSummary.of(one, days[one.slug], archive.covered)) for one in every]
            return home_page(site, every, items)

        return await asyncio.to_thread(made)

    async def _feed(self, archive: Archive, feed: Feed, query: Query) -> bytes:
        context = self._context
        at_least = context.config.settings.publish.entries
        some, days = await context.store.run(_of_feed, feed.slug, at_least, context.clock.now())

        def made() -> bytes:
            papers = [listed(paper, query, "../") for paper in some[:AT_MOST]]
            elsewhere = context.elsewhere.get(feed.query, ())
            weeks = plotted(days, archive.covered) if days else ()
            return feed_page(context.site, feed, papers, weeks, len(some) - len(papers), elsewhere)

        return await asyncio.to_thread(made)

    async def _paper(self, row: int, paper: Paper, root: str) -> bytes:
        context = self._context
        slugs = (await context.store.run(shown.feeds_of, [row]))[row]
        known = context.feeds
        return paper_page(context.site, paper, [known[slug][0] for slug in slugs if slug in known], root)

    async def _by_another_name(self, name: str, root: str) -> Response:
        found = await self._context.store.run(_find, name)
        if found is None:
            raise HTTPException(404)
        return RedirectResponse(f"{root}{paper_page_path(found.key)}", 301)


def _of_feed(connection: Connection, slug: str, entries: int, now: datetime) -> tuple[Sequence[Paper], Sequence[date]]:
    """The papers that a feed shows, and the days of all that it holds."""
    outline = feeds.outline(connection, slug, entries, now)
    found = papers.by_ids(connection, [row for row, _ in outline.shown])
    return [found[row] for row, _ in outline.shown], list(map(date.fromisoformat, outline.days))


def _find(connection: Connection, name: str) -> Paper | None:
    row = papers.find(connection, name)
    return papers.by_ids(connection, [row]).get(row) if row is not None else None

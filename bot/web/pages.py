"""A page for each feed and its older sheets, and a page for each paper."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.store.archive import feeds, papers, shown
from bot.web.archive import Archive
from bot.web.citations import cited_body
from bot.web.context import Context
from bot.web.lists import Wish, wish_of
from bot.web.making import kept_page
from bot.web.neighbours import Neighbour
from bot.web.reply import OF_FEEDS, reply, root_of
from feeds.citation import Form
from feeds.paper import Paper
from feeds.query import Query
from feeds.render import Feed
from feeds.site import Stretch, citation_path, feed_page, listed, paper_page, paper_page_path
from feeds.weeks import plotted


class Pages:
    """The endpoints."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def feed(self, request: Request, name: str = "") -> Response:
        """`/feeds/SLUG.html`, and its older papers at `/feeds/SLUG/3.html`; both also without `.html`."""
        slug = name or request.path_params["slug"]
        known = self._context.feeds.get(slug)
        if known is None:
            raise HTTPException(404)
        number = request.path_params.get("number")
        if number == 0:
            raise HTTPException(404)
        base, root = self._context.base(request), root_of(request)
        wish = wish_of(self._context, request, "new", number or 0)

        async def make(archive: Archive) -> bytes:
            self._context.admit(request)  # an address is soon made up, and a long list has many sheets
            held = await self._context.store.run(feeds.held, slug)
            ordered = await self._context.orders.of(archive, wish.order)
            some = ordered([archive.rows[one.row].paper for one in held if one.row in archive.rows])
            return await asyncio.to_thread(self._feed, archive, known[0].at(base), known[1], some, wish, root)

        return await kept_page(self._context, request, ("feed", slug, base, wish, root), make)

    async def paper(self, request: Request) -> Response:
        """`/papers/KEY` and `/papers/PAGE.html`. Another name of a paper leads to its page."""
        name, root = request.path_params["key"], root_of(request)
        archive = await self._context.live.now()
        found = archive.find(name) or archive.find(name.removesuffix(".html"))
        if found is None:
            return await self._by_another_name(name, root)

        known = await self._context.neighbours.known(archive)

        async def make(_: Archive) -> bytes:
            near = await asyncio.to_thread(self._context.neighbours.of, found) if known else []
            return await self._paper(archive.named[found.key], found, root, near)

        return await kept_page(self._context, request, ("paper", found.key, root, known), make)

    def citation(self, form: Form) -> Callable[[Request], Awaitable[Response]]:
        """`/papers/KEY.bib`, `.ris` or `.csl.json`. Another name of a paper leads to its own."""

        async def cited(request: Request) -> Response:
            name, context = request.path_params["key"], self._context
            archive = await context.live.now()
            found = archive.find(name)
            if found is None:
                return await self._by_another_name(name, root_of(request), partial(citation_path, form=form))
            body = context.kept.get((form, found.key), archive.serial)
            if body is None:
                made = await context.live.ask(cited_body([found], form, context.clock.now().timestamp()))
                body = context.keep((form, found.key), archive.serial, made)
            return reply(request, body, context.max_age(), OF_FEEDS)

        return cited

    def _feed(self, archive: Archive, feed: Feed, query: Query, held: list[Paper], wish: Wish, root: str) -> bytes:
        context, sheet = self._context, wish.of(len(held))
        dated, some = wish.order != "new", held[sheet.start : sheet.stop]
        papers = [listed(paper, query, root, served=True, dated=dated) for paper in some]
        weeks = plotted([paper.announced for paper in held if paper.announced], archive.covered) if held else ()
        elsewhere = context.elsewhere.get(feed.query, ())
        return feed_page(context.site, feed, Stretch(papers, sheet, wish.order), weeks, elsewhere, root)

    async def _paper(self, row: int, paper: Paper, root: str, near: Sequence[Neighbour]) -> bytes:
        context = self._context
        slugs = (await context.store.run(shown.feeds_of, [row]))[row]
        known = context.feeds
        return paper_page(context.site, paper, [known[slug][0] for slug in slugs if slug in known], root, near)

    async def _by_another_name(self, name: str, root: str, path: Callable[[str], str] = paper_page_path) -> Response:
        found = await self._context.store.run(_find, name)
        if found is None:
            raise HTTPException(404)
        return RedirectResponse(f"{root}{path(found.key)}", 301)


def _find(connection: Connection, name: str) -> Paper | None:
    row = papers.find(connection, name)
    return papers.by_ids(connection, [row]).get(row) if row is not None else None

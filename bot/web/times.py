"""The start page, the list of feeds, and pages of days, weeks and months."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.store.archive import shown
from bot.web.archive import Archive
from bot.web.context import Context
from bot.web.lists import Wish, wish_of
from bot.web.making import kept_page
from bot.web.orders import Ordered
from bot.web.reply import root_of
from feeds.paper import Paper
from feeds.render import Feed
from feeds.site import (
    AT_MOST,
    FeedSummary,
    Period,
    Sheet,
    Span,
    Stretch,
    Times,
    by_votes,
    feed_item,
    feeds_page,
    home_page,
    listed,
    time_page,
)

_NOTHING = "No paper was announced then, as far as this archive knows."


class TimePages:
    """The endpoints."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def home(self, request: Request) -> Response:
        """`/`: the newest day."""
        return await kept_page(self._context, request, "home", self._home)

    async def feeds(self, request: Request) -> Response:
        """`/feeds.html`."""
        return await kept_page(self._context, request, "feeds", self._feeds)

    def of(self, span: Span) -> Callable[[Request], Awaitable[Response]]:
        """`/day/2026-11-27`, `/week/2026-W48` or `/month/2026-11`, and their further sheets; also with `.html`."""

        async def page(request: Request) -> Response:
            return await self._page(request, span)

        return page

    async def _page(self, request: Request, span: Span) -> Response:
        name, _, number = request.path_params["name"].removesuffix(".html").partition("/")
        period = Period.named(span, name)
        if period is None or (number and not _is_number(number)):
            raise HTTPException(404)
        wish, root = wish_of(self._context, request, "votes", int(number or 0)), root_of(request)

        async def make(archive: Archive) -> bytes:
            self._context.admit(request)
            times = archive.times(period)
            if times is None:
                raise HTTPException(404, _NOTHING)
            ordered = await self._context.orders.of(archive, wish.order)
            return await asyncio.to_thread(self._time, archive, times, wish, root, ordered)

        return await kept_page(self._context, request, ("time", period, wish, root), make)

    def _time(self, archive: Archive, times: Times, wish: Wish, root: str, ordered: Ordered) -> bytes:
        papers = self._stretch(ordered(archive.within(times.period)), wish, root, dated=times.period.span != "day")
        return time_page(self._context.site, times, papers, root)

    def _stretch(self, papers: Sequence[Paper], wish: Wish, root: str, *, dated: bool) -> Stretch:
        """Of papers in the order that is wished for."""
        sheet, dated = wish.of(len(papers)), dated and wish.order != "new"
        some = papers[sheet.start : sheet.stop]
        return Stretch([listed(one, None, root, served=True, dated=dated) for one in some], sheet, wish.order)

    async def _home(self, archive: Archive) -> bytes:
        every = self._every
        days = await self._days(every[:AT_MOST])

        def made() -> bytes:
            items = self._items(archive, every[:AT_MOST], days)
            newest = max(archive.days, default=None)
            times = archive.times(Period.around(newest, "day")) if newest else None
            if times is None:
                return home_page(self._context.site, every, items, None, Stretch((), Sheet(0, 0, 0), "votes"))
            papers = self._stretch(by_votes(archive.within(times.period)), Wish("votes"), "", dated=False)
            return home_page(self._context.site, every, items, times, papers)

        return await asyncio.to_thread(made)

    async def _feeds(self, archive: Archive) -> bytes:
        every = self._every
        days = await self._days(every)
        return await asyncio.to_thread(lambda: feeds_page(self._context.site, every, self._items(archive, every, days)))

    @property
    def _every(self) -> list[Feed]:
        return [feed for feed, _ in self._context.feeds.values()]

    async def _days(self, some: Sequence[Feed]) -> Sequence[Sequence[date]]:
        found = await self._context.store.run(shown.days_of_feeds, [one.slug for one in some])
        return [found[one.slug] for one in some]

    def _items(self, archive: Archive, some: Sequence[Feed], days: Sequence[Sequence[date]]) -> list[Markup]:
        summaries = (FeedSummary.of(one, its, archive.covered) for one, its in zip(some, days, strict=True))
        return [feed_item(self._context.site, one) for one in summaries]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and text[0] != "0" and len(text) < 10

"""Any query as a page and as a feed. What was worked out once is given again until the archive changes."""

from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.publishing.kept_entries import ENTRIES
from bot.web.archive import Archive
from bot.web.body import Body, body_of
from bot.web.citations import OF_SUFFIX, cited_body
from bot.web.context import Context
from bot.web.freshness import until_next_hour
from bot.web.limits import MOST, cost_of
from bot.web.lists import Wish, wish_of
from bot.web.orders import Ordered
from bot.web.reply import HTML, OF_BOTH, OF_FEEDS, OF_PAGES, page, reply, wants_page
from bot.web.turns import Steps
from feeds.known import remembered
from feeds.query import Query, QueryError, parse_query
from feeds.query.spellings import offered, spellings
from feeds.render import CONTENT_TYPES, Feed, Kind, join_entries
from feeds.site import SPANS, Period, Search, address_page, search_page, search_path
from feeds.trending import newest
from feeds.weeks import plotted

_CITED = 0.5
"""Tokens that a citation costs for a batch of papers, most of which a query does not match."""
_WRITTEN = {"day": "2026-11-27", "week": "2026-W48", "month": "2026-11"}
_SPELLINGS = 3.0
"""Tokens that other spellings of a query may cost beside it."""


class TooCostly(Exception):  # noqa: N818  (no error: the answer to a query that would take the server too long)
    """A query that asks for too much work at once, in words."""


class SearchDesk:
    """The endpoints."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def page(self, request: Request) -> Response:
        """`/search?q=QUERY`; without a query, the language.

        Papers of a time by `&day=2026-11-27`, `&week=2026-W48`, `&month=2026-11`; of the newest by `&period=week`.
        """
        text = _text(request)
        if not text.strip():
            return page(search_page(self._context.site, Search("")), 200)
        try:
            query = _parsed(text)
        except QueryError as error:
            return self._no_query(error, text)
        within = _within(request, await self._context.live.now())
        wish = wish_of(self._context, request, Search("", within=within).usual)
        body = await self._made(request, ("page", str(query), text, within, wish), query)
        return reply(request, body, self._max_age(query), OF_PAGES)

    async def feed(self, request: Request) -> Response:
        """`/search.rss`, `.atom`, `.json`; all that it matches: `.bib`, `.ris`, `.csl.json`."""
        form, text = request.path_params["form"], _text(request)
        if form not in {"rss", "atom", "json", *OF_SUFFIX}:
            raise HTTPException(404)
        try:
            query = _parsed(text)
        except QueryError as error:
            return self._no_query(error, text)
        body = await self._made(request, (form, str(query)), query)
        if form in OF_SUFFIX:
            return reply(request, body, self._max_age(query), OF_FEEDS)
        if wants_page(request, body):
            feed = self._feed(query, self._context.base(request))
            return page(address_page(self._context.site, feed, form), 200, OF_BOTH)
        return reply(request, body, self._max_age(query), {**OF_FEEDS, **OF_BOTH})

    def _no_query(self, error: QueryError, text: str) -> Response:
        return page(search_page(self._context.site, Search(text, error=error)), 400)

    def _max_age(self, query: Query) -> int:
        rest = self._context.max_age()
        return min(rest, until_next_hour(self._context.clock.now())) if query.compares("age") else rest

    def _feed(self, query: Query, base: str) -> Feed:
        return feed_of_query(query, self._context.config.settings.publish.base_url).at(base)

    async def _made(self, request: Request, name: tuple[Any, ...], query: Query) -> Body:
        context = self._context
        archive, base = await context.live.now(), context.base(request)
        now, place = context.clock.now(), (*name, base)
        state = (archive.serial, now.date(), now.hour if query.compares("age") else 0)
        body = context.kept.get(place, state)
        if body is None:
            others = _affordable(query, archive) if name[0] == "page" else []
            cost = cost_of_query(archive, query, *others) + (
                _CITED * len(archive.batches) if name[0] in OF_SUFFIX else 0.0
            )
            context.admit(request, cost)
            await context.live.learn(query)
            ordered = await context.orders.of(archive, name[4].order) if name[0] == "page" else list
            made = await context.live.ask(self._body(archive, name, query, others, base, ordered), cost)
            body = context.keep(place, state, made)
        return body

    def _body(
        self, archive: Archive, name: tuple[Any, ...], query: Query, others: list[Query], base: str, ordered: Ordered
    ) -> Steps[Body]:
        at, feed = self._context.clock.now().timestamp(), self._feed(query, base)
        if name[0] == "page":
            asked = Search(name[2], query, feed, within=name[3])
            search = yield from self._search(archive, asked, name[4], others, ordered)
            yield
            return body_of(search_page(self._context.site, search), HTML, at)
        found = yield from archive.matched(query)
        yield
        if name[0] in OF_SUFFIX:
            return (yield from cited_body(found, OF_SUFFIX[name[0]], at))
        form: Kind = name[0]  # checked in `feed`
        members = archive.members(archive.entries(found, self._context.config.settings.publish.entries))
        papers = {row: archive.rows[row].paper for row, _ in members}
        entries = ENTRIES.hold(members, base, [form]).take(members, papers, form)
        return body_of(join_entries(feed, entries, form), CONTENT_TYPES[form], at)

    def _search(
        self, archive: Archive, asked: Search, wish: Wish, others: list[Query], ordered: Ordered
    ) -> Steps[Search]:
        """What came of it: of an older sheet the papers alone, so that new ones change nothing there."""
        query = asked.query
        assert query is not None  # it was parsed before
        found = yield from archive.matched(query, asked.within)
        sheet = wish.of(len(found))
        some = ordered(found)[sheet.start : sheet.stop]
        search = replace(asked, papers=tuple(some), sheet=sheet, order=wish.order)
        if wish.number and wish.order == "new":
            return search
        counts = {str(query): len(found)}
        for other in others:
            counts[str(other)] = yield from archive.counted(other, asked.within)
            yield
        days = [paper.announced for paper in found if paper.announced]
        return replace(
            search,
            weeks=plotted(days, archive.covered) if days and not asked.within else (),
            others=tuple(offered(query, lambda some: [counts.get(str(one), 0) for one in some])),
            elsewhere=self._context.elsewhere.get(str(query), ()),
            archive_is_empty=archive.covered is None,
        )


def cost_of_query(archive: Archive, query: Query, *others: Query) -> float:
    """In tokens of a client's bucket. Raises TooCostly."""
    cost = cost_of(query, len(archive.batches), *others)
    if cost > MOST:
        raise TooCostly(
            f"This query would be asked of {len(archive.rows):,} papers with {len(query.leaves)} conditions. "
            "Use fewer regular expressions, or words instead."
        )
    return cost


def _affordable(query: Query, archive: Archive) -> list[Query]:
    """Other spellings of a query, as long as they cost little beside it: nobody asked for them."""
    count = len(archive.batches)
    most, some = cost_of(query, count) + _SPELLINGS, list[Query]()
    for _, other in spellings(query):
        if cost_of(query, count, *some, other) <= most:
            some.append(other)
    return some


def feed_of_query(query: Query, base_url: str) -> Feed:
    """The feed of a query: however it was spelled in an address, one query is one feed with one id."""
    text = str(query)
    path = search_path(text).replace("search?", "search.{kind}?", 1)
    return Feed(slug=f"search/{text}", title=text, query=text, base_url=base_url, path=path, page=search_path(text))


def _text(request: Request) -> str:
    """The query asked for; other parameters mean nothing."""
    return request.query_params.get("q", "")


def _within(request: Request, archive: Archive) -> Period | None:
    """The day, week or month asked for. Raises HTTPException: 400."""
    for span in SPANS:
        if text := request.query_params.get(span, ""):
            if period := Period.named(span, text):
                return period
            raise HTTPException(400, f"A {span} is written as {_WRITTEN[span]}.")
    text = request.query_params.get("period", "")
    if text and text not in SPANS:
        raise HTTPException(400, "A period is day, week or month.")
    return next((newest(archive.days, span, archive.day) for span in SPANS if span == text), None)


@remembered(4096)
def _parsed(text: str) -> Query:
    return parse_query(text)

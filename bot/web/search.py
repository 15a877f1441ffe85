"""Any query as a page and as a feed. What was worked out once is given again until the archive changes."""

from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.publishing.kept_entries import ENTRIES
from bot.web.archive import Archive
from bot.web.body import Body, body_of
from bot.web.context import Context
from bot.web.freshness import until_next_hour
from bot.web.limits import MOST, cost_of
from bot.web.reply import HTML, OF_FEEDS, OF_PAGES, page, reply
from bot.web.turns import Steps
from feeds.paper import Paper
from feeds.query import Query, QueryError, parse_query
from feeds.render import CONTENT_TYPES, Feed, Kind, join_entries
from feeds.site import Search, search_page, search_path
from feeds.weeks import plotted

SHOWN = 50
"""Papers on the page of a query; its feed has more."""


class TooCostly(Exception):  # noqa: N818  (no error: the answer to a query that would take the server too long)
    """A query that asks for too much work at once, in words."""


class SearchDesk:
    """The endpoints."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def page(self, request: Request) -> Response:
        """`/search?q=QUERY`; without one, the language."""
        text = _text(request)
        if not text.strip():
            return page(search_page(self._context.site, Search("")), 200)
        try:
            query = _parsed(text)
        except QueryError as error:
            return self._no_query(error, text)
        body = await self._made(request, ("page", str(query), text), query)
        return reply(request, body, self._max_age(query), OF_PAGES)

    async def feed(self, request: Request) -> Response:
        """`/search.rss`, `.atom`, `.json`."""
        form, text = request.path_params["form"], _text(request)
        if form not in {"rss", "atom", "json"}:
            raise HTTPException(404)
        try:
            query = _parsed(text)
        except QueryError as error:
            return self._no_query(error, text)
        body = await self._made(request, (form, str(query)), query)
        return reply(request, body, self._max_age(query), OF_FEEDS)

    def _no_query(self, error: QueryError, text: str) -> Response:
        return page(search_page(self._context.site, Search(text, error=error)), 400)

    def _max_age(self, query: Query) -> int:
        rest = self._context.max_age()
        return min(rest, until_next_hour(self._context.clock.now())) if query.compares("age") else rest

    async def _made(self, request: Request, name: tuple[str, ...], query: Query) -> Body:
        context = self._context
        archive, base = await context.live.now(), context.base(request)
        now, place = context.clock.now(), (*name, base)
        state = (archive.serial, now.date(), now.hour if query.compares("age") else 0)
        body = context.kept.get(place, state)
        if body is None:
            cost = _cost_of(query, archive)
            context.admit(request, cost)
            made = await context.live.ask(self._body(archive, name, query, base), cost)
            body = context.keep(place, state, made)
        return body

    def _body(self, archive: Archive, name: tuple[str, ...], query: Query, base: str) -> Steps[Body]:
        found = yield from archive.matched(query)
        yield
        at, publish = self._context.clock.now().timestamp(), self._context.config.settings.publish
        feed = feed_of_query(query, publish.base_url).at(base)
        if name[0] == "page":
            return body_of(self._page(archive, feed, query, name[2], found), HTML, at)
        form: Kind = name[0]  # type: ignore[assignment]  # checked in `feed`
        members = archive.members(archive.entries(found, publish.entries))
        papers = {row: archive.rows[row].paper for row, _ in members}
        entries = ENTRIES.hold(members, base, [form]).take(members, papers, form)
        return body_of(join_entries(feed, entries, form), CONTENT_TYPES[form], at)

    def _page(self, archive: Archive, feed: Feed, query: Query, text: str, found: list[Paper]) -> bytes:
        weeks = plotted([paper.announced for paper in found if paper.announced], archive.covered)
        places, is_empty = self._context.elsewhere.get(str(query), ()), archive.covered is None
        search = Search(text, query, feed, tuple(found[:SHOWN]), len(found), weeks, None, places, is_empty)
        return search_page(self._context.site, search)


def _cost_of(query: Query, archive: Archive) -> float:
    """In tokens of a client's bucket. Raises TooCostly."""
    cost = cost_of(query, len(archive.batches))
    if cost > MOST:
        raise TooCostly(
            f"This query would be asked of {len(archive.rows):,} papers with {len(query.leaves)} conditions. "
            "Use fewer regular expressions, or words instead."
        )
    return cost


def feed_of_query(query: Query, base_url: str) -> Feed:
    """The feed of a query: however it was spelled in an address, one query is one feed with one id."""
    text = str(query)
    path = search_path(text).replace("search?", "search.{kind}?", 1)
    return Feed(slug=f"search/{text}", title=text, query=text, base_url=base_url, path=path, page=search_path(text))


def _text(request: Request) -> str:
    """The query asked for; other parameters mean nothing."""
    return request.query_params.get("q", "")


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Query:
    return parse_query(text)

"""What the published folder holds, and feeds that name the address at which they were asked for."""

import asyncio
import re

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.publishing.edition import Page, pages_of
from bot.publishing.kept_entries import ENTRIES
from bot.publishing.pictures import FOLDER
from bot.rules.words import ascii_url
from bot.store.archive import feeds, papers
from bot.web.body import SMALL, Body, body_of
from bot.web.context import Context
from bot.web.reply import HTML, OF_BOTH, OF_FEEDS, OF_PAGES, page, reply, root_of, wants_page
from feeds.render import Feed, Kind, join_entries, opml
from feeds.render.safe import web_url
from feeds.site import ASSETS, address_page
from feeds.site.address import OPML

FOR_GOOD = 31_536_000
"""Seconds that a browser may keep an asset, or a picture: its address changes with it."""
_FEED = re.compile(r"feeds/(?P<slug>[a-z0-9-]{1,64})(?:/[0-9]{1,9})?\.(?P<form>rss|atom|json)")


class Published:
    """The published files and the pages' assets."""

    def __init__(self, context: Context) -> None:
        self._context = context
        at = context.clock.now().timestamp()
        types = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
        self._assets = {name: body_of(data, types[name.rpartition(".")[2]], at) for name, data in ASSETS.items()}
        self._assets["favicon.ico"] = self._assets["icon.svg"]  # what a browser asks for beside a feed

    async def feed(self, request: Request) -> Response:
        """`/feeds/SLUG.rss` and whatever else lies there."""
        return await self._file(request, f"feeds/{request.path_params['name']}")

    async def get(self, request: Request) -> Response:
        """Any other path."""
        path = request.path_params["path"]
        if asset := self._assets.get(path):
            return reply(request, asset, FOR_GOOD, {"X-Content-Type-Options": "nosniff"})
        return await self._file(request, path)

    async def _file(self, request: Request, path: str) -> Response:
        context, file = self._context, self._context.files.get(path)
        if file is None:
            raise HTTPException(404)
        base = context.base(request)
        body = file if base == context.config.settings.publish.base_url else await self._here(request, path, file, base)
        feed, form = self._of(path, base)
        if feed is None:
            age = FOR_GOOD if path.startswith(f"{FOLDER}/") else context.max_age()
            return reply(request, body, age, _headers_of(body))
        if wants_page(request, body):
            return page(address_page(context.site, feed, form, root_of(request)), 200, OF_BOTH)
        return reply(request, body, context.max_age(), {**OF_FEEDS, **OF_BOTH, **_link(feed, form, path)})

    async def _here(self, request: Request, path: str, file: Body, base: str) -> Body:
        """The file as it is where its readers reach it: what is no feed of ours says nothing of that."""
        known = self._context.kept.get(("file", path, base), file.tag)
        if known:
            return known
        data = await self._data(request, path, base)
        if not data:
            return file
        made = body_of(data, file.content_type, file.modified, SMALL)
        return self._context.keep(("file", path, base), file.tag, made)

    async def _data(self, request: Request, path: str, base: str) -> bytes:
        feed, form = self._of(path, base)
        if path == OPML:
            self._context.admit(request)
            every = [one.at(base) for one, _ in self._context.feeds.values()]
            return opml(every, "Paper Round", self._context.config.settings.publish.formats[0])
        if feed is None:
            return b""
        self._context.admit(request)
        page = await self._context.store.run(self._page, feed, path, form)
        if page is None:
            return b""
        held = ENTRIES.hold(page.members, base, [form])
        loaded = await self._context.store.run(papers.by_ids, held.missing) if held.missing else {}

        def rendered() -> bytes:
            return join_entries(page.feed, held.take(page.members, loaded, form), form)

        return await asyncio.to_thread(rendered)

    def _page(self, connection: Connection, feed: Feed, path: str, form: Kind) -> Page | None:
        """A feed, or a page of its archive."""
        at_least = self._context.config.settings.publish.entries
        outline = feeds.outline(connection, feed.slug, at_least, self._context.clock.now())
        pages = pages_of(feed, outline, at_least, "")
        return next((page for page in pages if page.feed.file(form) == path), None)

    def _of(self, path: str, base: str) -> tuple[Feed | None, Kind]:
        """The configured feed that a path is of, and its format."""
        found = _FEED.fullmatch(path)
        known = self._context.feeds.get(found["slug"]) if found else None
        form: Kind = found["form"] if found else "rss"  # type: ignore[assignment]  # one of the three
        return known and known[0].at(base), form


def _link(feed: Feed, form: Kind, path: str) -> dict[str, str]:
    """Where a hub is configured: it and the feed's own address, for any format (WebSub, section 4)."""
    if not feed.hub or feed.file(form) != path:
        return {}
    return {"Link": f'<{ascii_url(web_url(feed.hub))}>; rel="hub", <{ascii_url(feed.url(form))}>; rel="self"'}


def _headers_of(body: Body) -> dict[str, str]:
    return dict(OF_PAGES if body.content_type == HTML else OF_FEEDS)

"""The routes, and what is answered when something is wrong: a page, with the right status."""

import logging
import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.store.engine import StoreError
from bot.watch import status
from bot.web.body import Body, body_of
from bot.web.context import Busy, Context
from bot.web.live import Crowded
from bot.web.metrics import CONTENT_TYPE, Metrics
from bot.web.pages import Pages
from bot.web.reply import HTML, OF_FEEDS, OF_PAGES, page, reply, root_of
from bot.web.search import SearchDesk
from feeds.render.safe import web_url
from feeds.site import ASSETS, error_page

log = logging.getLogger(__name__)
FOR_GOOD = 31_536_000
"""Seconds that a browser may keep an asset: its address changes with it."""
_WORDS = {
    404: ("Not found", "There is no such page here."),
    405: ("Only for reading", "This address can only be read: ask with GET or HEAD."),
    429: ("Too many questions", "Please wait a little before you ask for more."),
    503: ("Not now", "The archive cannot be read at the moment. Please try again in a minute."),
}
_SOMETHING = ("Something went wrong", "The fault is ours. It is in the log.")


def web_app(context: Context) -> ASGIApp:
    """The whole server as an ASGI application."""
    pages, search, files = Pages(context), SearchDesk(context), _Files(context)
    routes = [  # what is asked most comes first: they are tried in order
        Route("/feeds/{slug}.html", pages.feed),
        Route("/feeds/{name:path}", files.feed),
        Route("/search.{form}", search.feed),
        Route("/search", search.page),
        Route("/", pages.home),
        Route("/index.html", pages.home),
        Route("/papers/{key:path}", pages.paper),
        Route("/healthz", _healthz(context)),
        Route("/metrics", _metrics(context)),
        Route("/{path:path}", files.get),
    ]
    handlers = {
        HTTPException: _told(context),
        Busy: _told(context),
        Crowded: _told(context),
        StoreError: _told(context),
        Exception: _told(context),
    }
    app = Starlette(routes=routes, exception_handlers=handlers)  # type: ignore[arg-type]  # narrower than it asks for
    app.router.redirect_slashes = False
    return _Counted(app, context.metrics)


class _Files:
    """The published files and the pages' assets."""

    def __init__(self, context: Context) -> None:
        self._context = context
        at = context.clock.now().timestamp()
        types = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
        self._links = _links(context)
        self._assets = {name: body_of(data, types[name.rpartition(".")[2]], at) for name, data in ASSETS.items()}
        self._assets["favicon.ico"] = self._assets["icon.svg"]  # what a browser asks for beside a feed

    async def feed(self, request: Request) -> Response:
        return self._file(request, f"feeds/{request.path_params['name']}")

    async def get(self, request: Request) -> Response:
        path = request.path_params["path"]
        if asset := self._assets.get(path):
            return reply(request, asset, FOR_GOOD, {"X-Content-Type-Options": "nosniff"})
        return self._file(request, path)

    def _file(self, request: Request, path: str) -> Response:
        body = self._context.files.get(path)
        if body is None:
            raise HTTPException(404)
        return reply(request, body, self._context.max_age(), _headers_of(body) | self._links.get(path, {}))


def _links(context: Context) -> dict[str, dict[str, str]]:
    """Where a hub is configured, by path: it and the feed's own address, for any format (WebSub, section 4)."""
    every = [feed for feed, _ in context.feeds.values()]
    forms = context.config.settings.publish.formats
    return {
        one.file(form): {"Link": f'<{web_url(one.hub)}>; rel="hub", <{one.url(form)}>; rel="self"'}
        for one in every
        for form in forms
        if one.hub
    }


def _headers_of(body: Body) -> dict[str, str]:
    return dict(OF_PAGES if body.content_type == HTML else OF_FEEDS)


def _healthz(context: Context) -> Callable[[Request], object]:
    async def healthz(_: Request) -> Response:
        """Whether the server can read its database: 200 or 503. Stalled sources are for `/metrics`."""
        await context.live.now()
        return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})

    return healthz


def _metrics(context: Context) -> Callable[[Request], object]:
    async def metrics(_: Request) -> Response:
        archive = await context.live.now()
        now = await context.store.run(status.status, context.config, context.clock.now())
        text = context.metrics.text(len(archive.rows), now)
        return Response(text, headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})

    return metrics


def _told(context: Context) -> Callable[[Request, Exception], object]:
    async def told(request: Request, error: Exception) -> Response:
        """What went wrong as a page; never a feed, never the error's own text."""
        code, headers = _status(error)
        if code >= 500:
            log.error("%s could not be answered", request.url.path, exc_info=error)
        title, words = _WORDS.get(code, _SOMETHING)
        return page(error_page(context.site, title, words, root_of(request)), code, headers)

    return told


def _status(error: Exception) -> tuple[int, dict[str, str]]:
    if isinstance(error, HTTPException):
        return error.status_code, dict(error.headers or {})
    if isinstance(error, Busy):
        return 429, {"Retry-After": str(error.wait)}
    if isinstance(error, Crowded | StoreError):
        return 503, {"Retry-After": "60"}
    return 500, {}


class _Counted:
    """Counts every answer and how long it took."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.answered(message["status"], time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, counted)

"""The routes, and what is answered when something is wrong: a page, with the right status."""

import asyncio
import logging
import re
import time
from collections.abc import Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.store.engine import StoreError
from bot.watch.health import stands_still
from bot.watch.state import state
from bot.web.address import Forwarded
from bot.web.asking import AskingDesk
from bot.web.below import Below, path_of
from bot.web.citations import OF_SUFFIX
from bot.web.context import Busy, Context
from bot.web.doors import Doors
from bot.web.leaving import while_there
from bot.web.live import Crowded
from bot.web.metrics import CONTENT_TYPE, Metrics
from bot.web.pages import Pages
from bot.web.posted import posted
from bot.web.published import Published
from bot.web.reply import page, root_of
from bot.web.search import SearchDesk, TooCostly
from bot.web.subscribing import SubscribeDesk
from bot.web.times import TimePages
from feeds.site import SPANS, error_page

log = logging.getLogger(__name__)
_ABSOLUTE = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_ABSOLUTE_RAW = re.compile(rb"\Ahttps?://[^/?#]*", re.IGNORECASE)
_TOKEN = re.compile(r"((?:confirm|manage|unsubscribe)/).+")
"""A secret of a reader in a path: no log may have it."""
_WORDS = {
    400: ("Not understood", "This address asks for something that is not there."),
    403: ("Not from here", "This is answered only to our own pages."),
    404: ("Not found", "There is no such page here."),
    405: ("Only for reading", "This address can only be read: ask with GET or HEAD."),
    413: ("Too large", "That is more than we read."),
    429: ("Too many questions", "Please wait a little before you ask for more."),
    503: ("Not now", "The archive cannot be read at the moment. Please try again in a minute."),
}
_HEALTHY = 5.0
"""Seconds for a database to say how things stand."""
_COSTLY = "Too much for one query"
_SOMETHING = ("Something went wrong", "The fault is ours. It is in the log.")


def web_app(context: Context) -> ASGIApp:
    """The whole server as an ASGI application."""
    pages, times, search, files = Pages(context), TimePages(context), SearchDesk(context), Published(context)

    async def feed(request: Request) -> Response:
        """`/feeds/SLUG` is the feed's page, all else there a file."""
        name = request.path_params["name"]
        return await (pages.feed(request, name) if name in context.feeds else files.feed(request))

    routes = [  # what is asked most comes first: they are tried in order
        Route("/feeds/{slug}.html", pages.feed),
        Route("/feeds/{slug}/{number:int}.html", pages.feed),
        Route("/feeds/{slug}/{number:int}", pages.feed),
        Route("/feeds/{name:path}", feed),
        Route("/search.{form}", while_there(search.feed)),
        Route("/search", while_there(search.page)),
        Route("/", times.home),
        Route("/index.html", times.home),
        Route("/feeds.html", times.feeds),
        Route("/new", while_there(AskingDesk(context).new)),
        *(Route(f"/{span}/{{name:path}}", times.of(span)) for span in SPANS),
        *(
            Route(f"/papers/{{key:path}}.{suffix}", while_there(pages.citation(form)))
            for suffix, form in OF_SUFFIX.items()
        ),
        Route("/papers/{key:path}", pages.paper),
        Route("/healthz", _healthz(context)),
        Route("/metrics", _metrics(context)),
        *(Route(path, posted(post), methods=["POST"]) for path, post in context.posts.items()),
        *_by_mail(context),
        Route("/{path:path}", files.get),
    ]
    errors = (HTTPException, Busy, Crowded, TooCostly, StoreError, Exception)
    handlers = dict.fromkeys(errors, _told(context))
    app = Starlette(routes=routes, exception_handlers=handlers)  # type: ignore[arg-type]  # narrower than it asks for
    app.router.redirect_slashes = False
    forwarded = Forwarded(OriginForm(_below(context, app)), context.config.settings.web.trusted_proxies)
    return _Counted(forwarded, context.metrics)


def _below(context: Context, app: Starlette) -> ASGIApp:
    """A path that is the beginning of our own ones too is the proxy's to take off: nobody could tell which is meant."""
    public = context.config.settings.publish
    path = path_of(public.base_url) if public.names_its_address else ""
    ours = {route.path.split("/")[1] for route in app.routes if isinstance(route, Route)}
    return Below(app, path) if path and path.split("/")[1] not in ours else app


def _by_mail(context: Context) -> list[Route]:
    """Where people subscribe, and what links in mails open; none where nobody is mailed."""
    if context.letterbox is None:
        return []
    doors, asking = Doors(context, context.letterbox), SubscribeDesk(context, context.letterbox)
    routes = [
        Route("/confirm/{token}", doors.question),
        Route("/confirm/{token}", doors.confirm, methods=["POST"]),
        Route("/manage/{token}", doors.list),
        Route("/manage/{token}", doors.change, methods=["POST"]),
        Route("/unsubscribe/{token}", doors.ask_to_leave),
        Route("/unsubscribe/{token}", doors.leave, methods=["POST"]),
    ]
    if context.config.subscribes:
        routes += [
            Route("/subscribe", asking.form),
            Route("/subscribe", asking.post, methods=["POST"]),
            Route("/subscribe/preview", while_there(asking.preview)),
        ]
    return routes


def _healthz(context: Context) -> Callable[[Request], object]:
    async def healthz(_: Request) -> Response:
        """200, or 503 with a line for whatever stands still (bot.watch.health), also where nobody could say."""
        try:
            async with asyncio.timeout(_HEALTHY):
                await context.live.now()
                found = await context.store.run(stands_still, context.config, context.clock.now())
        except TimeoutError:
            found = ["the database does not answer"]
        text = "".join(f"{line}\n" for line in found or ["ok"])
        return PlainTextResponse(text, 503 if found else 200, headers={"Cache-Control": "no-store"})

    return healthz


def _metrics(context: Context) -> Callable[[Request], object]:
    async def metrics(_: Request) -> Response:
        archive = await context.live.now()
        found = await context.store.run(state, context.config, context.clock.now())
        text = context.metrics.text(len(archive.rows), found)
        return Response(text, headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})

    return metrics


def _told(context: Context) -> Callable[[Request, Exception], object]:
    async def told(request: Request, error: Exception) -> Response:
        """What went wrong as a page; never a feed, never the error's own text."""
        code, headers = _status(error)
        if code >= 500:
            path = _TOKEN.sub(r"\1…", request.url.path)
            if isinstance(error, StoreError):  # it says all: a trace for each request would hide it
                log.error("%s could not be answered: %s", path, error)
            else:
                log.error("%s could not be answered", path, exc_info=error)
        title, words = (_COSTLY, str(error)) if isinstance(error, TooCostly) else _WORDS.get(code, _SOMETHING)
        if isinstance(error, HTTPException) and error.detail != HTTPStatus(code).phrase:
            words = error.detail
        return page(error_page(context.site, title, words, root_of(request)), code, headers)

    return told


def _status(error: Exception) -> tuple[int, dict[str, str]]:
    if isinstance(error, HTTPException):
        return error.status_code, dict(error.headers or {})
    if isinstance(error, TooCostly):
        return 400, {}
    if isinstance(error, Busy):
        return 429, {"Retry-After": str(error.wait)}
    if isinstance(error, Crowded | StoreError):
        return 503, {"Retry-After": "60"}
    return 500, {}


class OriginForm:
    """A whole address as a request's target means its path (RFC 9112, 3.2.2): so ask proxies, and some clients."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The path alone goes on."""
        if scope["type"] == "http" and (found := _ABSOLUTE.match(scope["path"])):
            path = scope["path"][found.end() :] or "/"
            raw: bytes = scope.get("raw_path") or b""
            whole = _ABSOLUTE_RAW.sub(b"", raw, count=1) or b"/"
            scope = {**scope, "path": path, "raw_path": whole}
        await self._app(scope, receive, send)


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

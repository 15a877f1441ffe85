"""A web site with one feed, on a loopback port: validators, max-age, and faults by `fail_next(n, kind, "feed")`."""

import zlib

from aiohttp import web

from tests.fakes.server import FakeServer


def rss(*entries: str) -> bytes:
    """An RSS 2.0 document of these items."""
    body = "\n".join(entries)
    return f'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>A lab</title>{body}</channel></rss>'.encode()


def entry(number: int, published: str = "", title: str = "") -> str:
    """An item; `published` as RFC 5322 writes it."""
    dated = f"<pubDate>{published}</pubDate>" if published else ""
    return (
        f"<item><title>{title or f'Note {number} of the lab'}</title><link>https://lab.example.org/{number}</link>"
        f"<description>What we found, number {number}.</description>{dated}</item>"
    )


class FakeFeed(FakeServer):
    """Answers `body` at /feed/, with an ETag and a Last-Modified that follow it."""

    def __init__(self) -> None:
        super().__init__()
        self.body = rss(entry(1))
        self.headers: dict[str, str] = {}
        self.etag: str | None = None
        """None: one made of the body; empty: none at all."""
        self.page = ""
        """What it answers to any address below /feed/, as some sites do; empty: that there is nothing."""
        self.moved_to = ""
        """Where /moved redirects to."""

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/feed/", self._feed)
        app.router.add_get("/feed/{below:.+}", self._below)
        app.router.add_get("/moved", self._moved)
        app.router.add_get("/cookie", self._cookie)
        app.router.add_get("/again/{times}", self._again)

    def too_many(self) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "90"})

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        self.note("feed", dict(request.headers))
        return await self.taken_with_faults(request, lambda: self._answer(request), "feed")

    async def _below(self, _: web.Request) -> web.Response:
        if not self.page:
            raise web.HTTPNotFound
        return web.Response(text=self.page, content_type="text/html")

    async def _moved(self, _: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": self.moved_to})

    async def _cookie(self, request: web.Request) -> web.Response:
        """A redirect to itself until its cookie comes back."""
        self.note("cookie", dict(request.headers))
        if request.cookies.get("been") == "here":
            return web.Response(body=self.body)
        cookie = "been=here; Path=/; Secure; HttpOnly; SameSite=None"
        return web.Response(status=302, headers={"Location": "/cookie", "Set-Cookie": cookie})

    async def _again(self, request: web.Request) -> web.Response:
        times = int(request.match_info["times"])
        return web.Response(status=302, headers={"Location": f"/again/{times - 1}" if times > 1 else "/feed/"})

    def _answer(self, request: web.Request) -> web.Response:
        tag = f'W/"{zlib.crc32(self.body):x}"' if self.etag is None else self.etag
        headers = self.headers | ({"ETag": tag} if tag else {})
        if tag and request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=self.body, headers=headers)

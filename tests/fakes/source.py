"""A loopback server of the Daily Papers API's shape, in a thread of its own, with faults on demand.

`with FakeSource() as source:` serves `source.days` at `source.url`; a subprocess can read it as well.
"""

import asyncio
import json
import re
import threading
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

from aiohttp import web

from tests.fakes.loops import hang_up

Item = dict[str, Any]
_WHEN = re.compile(r"\d{4}-\d{2}-\d{2}")


def item(paper_id: str, title: str, abstract: str, day: date | None = None, **more: Any) -> Item:
    """One entry as the API gives it; `day` is that of the list, absent in old entries. `more`: votes, comments, stars,
    authors, keywords, org, code, project, thumbnail."""
    written = ((day or date(2026, 1, 5)) - timedelta(days=1)).isoformat() + "T00:00:00.000Z"
    optional = {
        "submittedOnDailyAt": day and f"{day}T00:00:00.000Z",
        "githubStars": more.get("stars"),
        "githubRepo": more.get("code"),
        "projectPage": more.get("project"),
        "ai_keywords": more.get("keywords"),
        "organization": more.get("org") and {"_id": "o1", "name": "org", "fullname": more["org"]},
    }
    authors = more.get("authors", ["Ada Lovelace", "Alan Turing"])
    paper = {
        "id": paper_id,
        "authors": [{"_id": f"a{n}", "name": name, "hidden": False} for n, name in enumerate(authors)],
        "publishedAt": written,
        "title": title,
        "summary": abstract,
        "upvotes": more.get("votes", 0),
        "discussionId": "d" + paper_id,
    } | {key: value for key, value in optional.items() if value is not None}
    return {
        "paper": paper,
        "publishedAt": written,
        "title": title,
        "summary": abstract,
        "thumbnail": more.get(
            "thumbnail", f"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{paper_id}.png"
        ),
        "numComments": more.get("comments", 0),
        "submittedBy": {"_id": "u1", "fullname": "A Reader", "name": "reader", "type": "user"},
        "isAuthorParticipating": False,
    }


def items(count: int, day: date | None, first: int = 1) -> list[Item]:
    """Papers numbered from `first`, each with its own id, title and abstract."""
    month = f"{(day or date(2026, 1, 1)):%y%m}"
    numbers = range(first, first + count)
    return [item(f"{month}.{n:05}", f"Paper number {n}", f"We study question {n} and answer it.", day) for n in numbers]


@dataclass
class Fault:
    """One way to answer wrongly: to requests of `day` and `page` (None: any), `times` over (None: for ever).

    The first ones, as many as `after` says, are answered well.
    """

    answer: Callable[[web.Request, list[Item]], Awaitable[web.StreamResponse]]
    day: str | None = None
    page: int | None = None
    times: int | None = None
    after: int = 0

    def takes(self, request: web.Request) -> bool:
        query = request.query
        if self.times == 0 or self.day not in (None, query.get("date")):
            return False
        if self.page is not None and str(self.page) != query.get("p", "0"):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times = None if self.times is None else self.times - 1
        return True


@dataclass
class FakeSource:
    """The settings may be changed while it serves."""

    days: dict[str, list[Item]] = field(default_factory=dict)
    today: date = date(2026, 1, 9)
    at_most: int = 100
    """Papers it gives on a page, whatever limit it is asked for."""
    ignores_page: bool = False
    clamps: bool = False
    """Answers for a day without a list with the last list before it, as newer servers do."""
    etag: str | None = None
    pictures: dict[str, bytes | str] = field(default_factory=dict)
    """What lies at other paths: bytes, an address that it moved to, or the name of one of `FAULTS`."""
    holds: bool = False
    """Nothing at other paths is answered while it does."""
    faults: list[Fault] = field(default_factory=list)
    requests: list[web.Request] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def asked(self) -> list[tuple[str, int]]:
        """Day and page of each request, in order."""
        return [(request.query.get("date", ""), int(request.query.get("p", "0"))) for request in self.requests]

    def fault(
        self,
        kind: str,
        *,
        day: str | None = None,
        page: int | None = None,
        times: int | None = None,
        after: int = 0,
        **how: Any,
    ) -> None:
        """Answer wrongly by one of `FAULTS`; `how` is what that fault takes."""
        assert kind in FAULTS, kind
        self.faults.append(Fault(lambda request, held: FAULTS[kind](request, held, **how), day, page, times, after))

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_get("/api/daily_papers", self._daily_papers)
        app.router.add_get("/{anything:.*}", self._elsewhere)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _end(self) -> None:
        await self._runner.cleanup()
        await hang_up()

    async def _daily_papers(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        wrong = self._objection(request)
        if wrong:
            return web.json_response({"error": wrong}, status=400)
        page = self._page(request)
        for fault in self.faults:
            if fault.takes(request):
                return await fault.answer(request, page)
        if self.etag and request.headers.get("If-None-Match") == self.etag:
            return web.Response(status=304)
        return web.json_response(page, headers={"ETag": self.etag} if self.etag else None)

    async def _elsewhere(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        while self.holds:  # noqa: ASYNC110  (another thread lets go)
            await asyncio.sleep(0.01)
        there = self.pictures.get(request.path)
        if isinstance(there, str) and there.startswith("http"):
            return await _redirect(request, [], there)
        if isinstance(there, str):
            return await FAULTS[there](request, [])
        if there is None:
            raise web.HTTPNotFound
        return web.Response(body=there)

    def _objection(self, request: web.Request) -> str:
        asked, limit, page = (request.query.get(k, v) for k, v in (("date", ""), ("limit", "50"), ("p", "0")))
        if asked and (not _WHEN.fullmatch(asked) or asked > self.today.isoformat()):
            return '"date" must be a valid date, not later than today'
        if not limit.isdecimal() or not 1 <= int(limit) <= 100:
            return '"limit" must be between 1 and 100'
        return "" if page.isdecimal() else '"p" must be a number from 0'

    def _page(self, request: web.Request) -> list[Item]:
        asked = request.query.get("date") or self.today.isoformat()
        if self.clamps and not self.days.get(asked):
            asked = max((day for day, held in self.days.items() if held and day < asked), default=asked)
        size = min(int(request.query.get("limit", "50")), self.at_most)
        start = 0 if self.ignores_page else int(request.query.get("p", "0")) * size
        return self.days.get(asked, [])[start : start + size]


async def _status(
    _: web.Request, __: list[Item], status: int = 500, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(status=status, text="no", headers=headers)


async def _body(_: web.Request, __: list[Item], body: bytes, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(body=body, headers=headers)


async def _html(_: web.Request, __: list[Item]) -> web.Response:
    return web.Response(text="<!doctype html><title>Just a moment...</title>", content_type="text/html")


async def _partial(_: web.Request, held: list[Item]) -> web.Response:
    """A whole answer that holds half a document."""
    text = json.dumps(held)
    return web.Response(text=text[: len(text) // 2 + 1], content_type="application/json")


async def _redirect(_: web.Request, __: list[Item], to: str, status: int = 302) -> web.Response:
    return web.Response(status=status, headers={"Location": to})


async def _hang(_: web.Request, __: list[Item]) -> web.Response:
    await asyncio.sleep(3600)
    return web.Response()


@asynccontextmanager
async def _stream(request: web.Request, headers: dict[str, str] | None = None) -> AsyncIterator[web.StreamResponse]:
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    yield response
    await response.write_eof()


async def _drip(request: web.Request, _: list[Item], every: float = 0.05) -> web.StreamResponse:
    """A byte now and then, for ever: no single read waits long."""
    async with _stream(request) as response:
        while True:
            await response.write(b" ")
            await asyncio.sleep(every)
    return response


async def _gzip_bomb(request: web.Request, _: list[Item], mb: int = 256) -> web.StreamResponse:
    """Spaces, a thousand times smaller on the way than inflated."""
    squeeze = zlib.compressobj(9, wbits=31)
    async with _stream(request, {"Content-Encoding": "gzip"}) as response:
        for _n in range(mb):
            await response.write(squeeze.compress(b" " * 2**20))
        await response.write(squeeze.flush())
    return response


async def _huge(request: web.Request, _: list[Item], mb: int = 256) -> web.StreamResponse:
    async with _stream(request) as response:
        for _n in range(mb * 16):
            await response.write(b" " * 2**16)
    return response


async def _endless_headers(request: web.Request, _: list[Item], every: float = 0.0) -> web.Response:
    """One header after the other, at once or a little now and then; never a body."""
    transport = request.transport
    assert transport is not None
    transport.write(b"HTTP/1.1 200 OK\r\n")
    while not transport.is_closing():
        transport.write(b"X-More: " + b"a" * (8 if every else 1000) + b"\r\n")
        await asyncio.sleep(every)
    return web.Response()


async def _reset(request: web.Request, _: list[Item]) -> web.StreamResponse:
    """Half an answer, then nothing: the length promised is never reached."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"[")
    assert request.transport is not None
    request.transport.abort()
    return response


FAULTS: dict[str, Callable[..., Awaitable[web.StreamResponse]]] = {
    "status": _status,
    "body": _body,
    "html": _html,
    "partial": _partial,
    "redirect": _redirect,
    "hang": _hang,
    "drip": _drip,
    "gzip bomb": _gzip_bomb,
    "huge": _huge,
    "endless headers": _endless_headers,
    "reset": _reset,
}

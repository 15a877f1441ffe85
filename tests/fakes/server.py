"""A platform on a loopback port, in a thread of its own, with faults on demand. What it answers is its subclass's.

`fail_next(n, kind)` queues faults for the next n posts of a message. Kinds that begin with `accept_then_` take the
message first and spoil the answer; the others spoil it before anything is taken:
429, 500, 502 (a proxy's page), 503 (a proxy's line), garbage (200, broken JSON), list (JSON of another shape), text,
truncated, reset, close, hang. `chances` draws faults at random (seeded), `delays` slows answers to one address.
"""

import asyncio
import random
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.loops import hang_up


@dataclass(frozen=True)
class Message:
    """A message that the platform took, as a reader sees it and as it came."""

    chat: str
    text: str
    """Plain text, as shown."""
    params: dict[str, Any]
    time: float
    id: str
    thread: str = ""
    links: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Request:
    """A request as it came: the method's name, its parameters, when (monotonic)."""

    method: str
    params: dict[str, Any]
    time: float


class FakeServer:
    """Starts with `start()` or `with`, stops likewise; port 0 is any free one. Its fields may be read at any time."""

    def __init__(self, port: int = 0) -> None:
        self.messages: list[Message] = []
        self.requests: list[Request] = []
        self.url = ""
        self.chances: dict[str, float] = {}
        """Fault -> how likely a post of a message meets it."""
        self.delays: dict[str, float] = {}
        """Address -> seconds until its posts are answered."""
        self.spoilt: list[tuple[str, str]] = []
        """(fault, address) of every spoilt post."""
        self._random = random.Random(20260105)
        self._port = port
        self._faults: dict[str, deque[str]] = defaultdict(deque)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stopping: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._serve, name=type(self).__name__, daemon=True)

    def fail_next(self, n: int, kind: str, method: str = "") -> None:
        """The next `n` posts of a message, or calls of `method`, meet this fault."""
        self._faults[method].extend([kind] * n)

    def forget_faults(self) -> None:
        """Those that were not met."""
        self._faults.clear()

    def start(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def stop(self) -> None:
        if self._stopping:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(10)
        if not self._loop.is_running():
            self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def routes(self, app: web.Application) -> None:
        """A subclass adds its routes."""
        raise NotImplementedError

    def too_many(self) -> web.Response:
        """A subclass's answer 429."""
        raise NotImplementedError

    async def taken_with_faults(
        self, request: web.Request, take: Callable[[], web.StreamResponse], method: str = "", address: str = ""
    ) -> web.StreamResponse:
        """`take()` is the honest answer; a queued fault spoils it, or one drawn."""
        fault = self._faults[method].popleft() if self._faults[method] else "" if method else self._drawn()
        if self.delays.get(address):
            await asyncio.sleep(self.delays[address])
        if not fault:
            return take()
        self.spoilt.append((fault, address))
        if fault.startswith("accept_then_"):
            take()
        return await self._spoilt(request, fault.removeprefix("accept_then_"))

    def _drawn(self) -> str:
        drawn = self._random.random()
        for fault, chance in self.chances.items():
            drawn -= chance
            if drawn < 0:
                return fault
        return ""

    async def _spoilt(self, request: web.Request, kind: str) -> web.StreamResponse:
        if kind == "429":
            return self.too_many()
        if kind == "500":
            return web.json_response(
                {"ok": False, "error_code": 500, "description": "Internal Server Error"}, status=500
            )
        if kind == "502":
            return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        if kind == "503":
            return web.Response(status=503, text="upstream connect error")
        if kind == "garbage":
            return web.Response(text="{ not json", content_type="application/json")
        if kind == "list":
            return web.json_response([1, 2])
        if kind == "text":
            return web.Response(text="a plain page")
        if kind == "hang":
            await self._never()
        if kind == "truncated":
            response = web.StreamResponse(headers={"Content-Length": "500", "Content-Type": "application/json"})
            await response.prepare(request)
            await response.write(b'{"ok": true, "res')
        assert kind in {"reset", "close", "hang", "truncated"}, kind
        assert request.transport
        request.transport.abort() if kind == "reset" else request.transport.close()
        return web.Response()

    async def _never(self) -> None:
        assert self._stopping
        await self._stopping.wait()

    def note(self, method: str, params: dict[str, Any]) -> None:
        self.requests.append(Request(method, params, time.monotonic()))

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._until_stopped())

    async def _until_stopped(self) -> None:
        self._stopping = asyncio.Event()
        app = web.Application(client_max_size=16 * 1024 * 1024)
        self.routes(app)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._port)
        await site.start()
        self._port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._ready.set()
        await self._stopping.wait()
        await runner.cleanup()
        await hang_up()


async def params_of(request: web.Request) -> dict[str, Any]:
    """Parameters from query, form or JSON body, as both platforms take them."""
    params: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        params |= await request.json()
    else:
        params |= dict(await request.post())
    return params

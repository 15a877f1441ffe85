"""Slack's end of Socket Mode: sockets that it pings, refreshes and drops, and envelopes, sent until acknowledged.

An envelope goes by any open socket; one that is not acknowledged goes again after `again` seconds, as a retry.
"""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web


@dataclass
class Envelope:
    """One thing told."""

    id: str
    body: dict[str, Any]
    made: float
    sent: int = 0
    acknowledged: float = 0.0
    """Monotonic seconds; 0: not yet."""
    twice: bool = False
    answer: dict[str, Any] = field(default_factory=dict)
    """What came with the acknowledgement."""


@dataclass
class SlackSockets:
    """All of an app's."""

    loop: asyncio.AbstractEventLoop
    again: float = 0.3
    ping: float = 0.1
    mute: bool = False
    """Whether new sockets are dead though open: no ping, no envelope."""
    opened: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    _open: list[tuple[web.WebSocketResponse, web.Request]] = field(default_factory=list)
    _by_id: dict[str, Envelope] = field(default_factory=dict)
    _random: random.Random = field(default_factory=lambda: random.Random(7))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def tell(self, kind: str, payload: dict[str, Any], retry: str = "") -> Envelope:
        """From any thread."""
        number = f"envelope-{len(self.envelopes)}"
        more = {"retry_attempt": 0, "retry_reason": retry} if kind == "events_api" else {}
        body = {"envelope_id": number, "type": kind, "payload": payload, "accepts_response_payload": True, **more}
        made = Envelope(number, body, time.monotonic())
        self.envelopes.append(made)
        self._by_id[number] = made
        self.loop.call_soon_threadsafe(self._go, self._send(made))
        return made

    def unrest(self, every: float) -> None:
        """From now on, a socket is refreshed, warned or dropped every so many seconds, and sometimes all are."""
        self.loop.call_soon_threadsafe(self._go, self._unrest(every))

    def warn_one(self) -> None:
        """One of them is to be closed, some time."""
        self.loop.call_soon_threadsafe(
            self._go, self._open[0][0].send_json({"type": "disconnect", "reason": "warning"})
        )

    @property
    def open(self) -> int:
        return len(self._open)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self.opened += 1
        if not self.mute:
            await socket.send_json({"type": "hello", "num_connections": self.open + 1})
            self._open.append((socket, request))
            self._go(self._pings(socket))
        async for frame in socket:
            if frame.type is WSMsgType.TEXT and (known := self._by_id.get(frame.json().get("envelope_id", ""))):
                known.twice = bool(known.acknowledged)
                known.answer = frame.json().get("payload", {})
                known.acknowledged = known.acknowledged or time.monotonic()
        self._forget(socket)
        return socket

    async def close(self, _: web.Application) -> None:
        """At the end."""
        self._abort_all()
        for task in list(self._tasks):
            task.cancel()

    def _go(self, work: Any) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pings(self, socket: web.WebSocketResponse) -> None:
        with suppress(Exception):
            while not socket.closed:
                await socket.ping()
                await asyncio.sleep(self.ping)

    async def _send(self, one: Envelope) -> None:
        while not one.acknowledged:
            if self._open:
                socket, _ = self._random.choice(self._open)
                if "retry_attempt" in one.body:
                    one.body["retry_attempt"] = one.sent
                one.sent += 1
                with suppress(Exception):
                    await socket.send_json(one.body)
            await asyncio.sleep(self.again)

    async def _unrest(self, every: float) -> None:
        number = 0
        while True:
            await asyncio.sleep(every)
            number += 1
            if number % 7 == 0:
                self._abort_all()
            elif self._open:
                socket, request = self._random.choice(self._open)
                self._go(self._end(socket, request, ("refresh_requested", "warning", "")[number % 3]))

    async def _end(self, socket: web.WebSocketResponse, request: web.Request, reason: str) -> None:
        with suppress(Exception):
            if reason:
                await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
                await asyncio.sleep(0.05 if reason == "refresh_requested" else 0.15)
                self._forget(socket)
                await socket.close()
        self._abort(socket, request)

    def _abort_all(self) -> None:
        for socket, request in list(self._open):
            self._abort(socket, request)

    def _abort(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._forget(socket)
        if request.transport:
            request.transport.abort()

    def _forget(self, socket: web.WebSocketResponse) -> None:
        self._open = [one for one in self._open if one[0] is not socket]

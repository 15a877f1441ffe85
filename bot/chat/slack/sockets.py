"""Socket Mode: two sockets, so that one is open while the other is made anew; each envelope stored, then acknowledged.

Our own loop over aiohttp: the SDK's client waits seconds before it makes a dropped socket anew, acknowledges on another
socket than an envelope came by, and takes its proxy from the environment (slack-sdk 3.48, read).
"""

import asyncio
import json
import logging
from typing import Any

import aiohttp

from bot.channels.channel import SendError
from bot.chat.slack.api import Api
from bot.chat.slack.events import SCHEME
from bot.chat.slack.taking import Taker
from bot.process.clock import Clock
from bot.rules import backoff
from bot.store import hearing
from bot.store.engine import Store, StoreError

log = logging.getLogger(__name__)

SOCKETS = 2
"""Slack allows ten."""
SILENCE = 30.0
"""Seconds without a ping of Slack's after which a socket is dead, whatever our end says (as in Slack's node SDK)."""
LEAVING = 10.0
"""Seconds for which a socket that Slack is about to close is still read."""
SHORT, PAUSE = 5.0, 0.1
"""Seconds of a socket's life below which the next one waits a little."""


class Sockets:
    """Listens by sockets."""

    def __init__(self, api: Api, taker: Taker, store: Store, clock: Clock, silence: float = SILENCE) -> None:
        self._api, self._taker, self._store, self._clock, self._silence = api, taker, store, clock, silence
        self._told: str | None = None  # nobody knows yet
        self._open = 0

    async def serve(self) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as group:
            for _ in range(SOCKETS):
                group.create_task(self._one_after_another(group))

    async def _one_after_another(self, group: asyncio.TaskGroup) -> None:
        failures = 0
        while True:
            try:
                socket = await self._api.socket()
            except SendError as error:
                pause = backoff.after_refusal(error, failures, 1.0)
                failures += 1
                await self._tell(error.told, pause)
                await asyncio.sleep(pause)
                continue
            failures, began, leaving = 0, self._clock.steady(), asyncio.Event()
            reading = group.create_task(self._read(socket, leaving))
            try:
                await leaving.wait()
            except asyncio.CancelledError:
                reading.cancel()
                raise
            if self._clock.steady() - began < SHORT:
                await asyncio.sleep(PAUSE)

    async def _tell(self, why: str, pause: float) -> None:
        """Once, and only where no socket is open."""
        if self._open == 0 and why != self._told:
            self._told = why
            log.warning("slack: nobody is heard: %s; asking again in %.0f seconds", why, pause)
            await self._store.run(hearing.unheard, SCHEME, why, self._clock.now())

    async def _is_open(self) -> None:
        if self._told:
            log.info("slack: people are heard again")
        if self._told != "":
            await self._store.run(hearing.heard, SCHEME)
        self._told = ""

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, leaving: asyncio.Event) -> None:
        """All that comes by it, until it is closed, or silent. Sets `leaving` when another is wanted."""
        self._open += 1
        try:
            async with socket, asyncio.timeout(None) as ending:
                while await self._next(socket, leaving):
                    if leaving.is_set() and ending.when() is None:
                        ending.reschedule(asyncio.get_running_loop().time() + LEAVING)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.debug("slack: a socket ended: %s", type(error).__name__)
        except Exception:  # a bug in reading one thing is no end of listening
            log.exception("slack: a socket cannot be read on")
        finally:
            self._open -= 1
            leaving.set()

    async def _next(self, socket: aiohttp.ClientWebSocketResponse, leaving: asyncio.Event) -> bool:
        """One frame; False: it was the last."""
        frame = await socket.receive(timeout=self._silence)
        if frame.type is aiohttp.WSMsgType.PING:
            await socket.pong(frame.data)
        elif frame.type is aiohttp.WSMsgType.TEXT:
            await self._take(socket, frame.data, leaving)
        return frame.type in {
            aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG, aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY
        }  # fmt: skip

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, data: str, leaving: asyncio.Event) -> None:
        envelope = _read(data)
        kind, number = str(envelope.get("type")), envelope.get("envelope_id")
        if kind == "hello":
            await self._is_open()
        elif kind == "disconnect":  # a warning, a refresh: it is closed soon
            if envelope.get("reason") == "link_disabled":
                await self._tell("Socket Mode is switched off: api.slack.com/apps, your app, Socket Mode", 0)
                await asyncio.sleep(LEAVING)
            leaving.set()
        elif number:
            payload = envelope.get("payload")
            try:
                told = await self._taker.envelope(kind, payload if isinstance(payload, dict) else {}, str(number))
            except StoreError:
                log.exception("slack: what was said could not be stored; Slack sends it again")
                return
            await socket.send_json({"envelope_id": number, **({"payload": told} if told else {})})


def _read(data: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

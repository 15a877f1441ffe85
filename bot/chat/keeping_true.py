"""Posted messages kept true (`[chat] updates`): what changed of a paper is edited in, at most once a day each.

A correction goes like a delivery: it is frozen before it is tried, keeps the platform's and the chat's paces, and is
tried until the platform takes it or surely never will. Twice, it is the same edit. It waits for all else in its lane.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping

from bot.channels.channel import Channel, Edits, Kind, Payload, SendError
from bot.delivery.gate import MARGIN, Gate
from bot.delivery.packing import Packer, loaded
from bot.process.clock import Clock
from bot.rules import backoff
from bot.rules.manners import Site
from bot.store import answers, corrections
from bot.store.archive.near import Near
from bot.store.corrections import Wanted
from bot.store.engine import Store

log = logging.getLogger(__name__)

DAY = 86400.0
"""Seconds between two corrections of a message."""
LOOK = 5.0
"""Seconds between two looks at what is to be corrected."""
SOME = 20
TRIES = 100
"""Refusals after which one is left as it is."""
_OVER = {Kind.DROP, Kind.CLOSE, Kind.FIX}
"""It is gone, or too old, or cannot be."""


class Corrector:
    """Corrects."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        channels: Mapping[str, Channel],
        gate_of: Callable[[str], Awaitable[Gate]],
        site: Site | None,
    ) -> None:
        self._store, self._clock, self._channels, self._gate_of, self._site = store, clock, channels, gate_of, site
        self._near, self._packers = Near(store.database), dict[str, Packer]()
        self._random = random.Random()  # noqa: S311  (jitter)

    async def serve(self, stop: asyncio.Event) -> None:
        """Until we are stopped; what is in hand is finished."""
        while not stop.is_set():
            if not await self.some(stop):
                await self._clock.wait(LOOK, stop)

    async def some(self, stop: asyncio.Event) -> int:
        """Correct some of those that may be now; how many were looked at."""
        while await self._store.run(corrections.spread):
            pass
        found = await self._store.run(corrections.next_ones, self._clock.now(), SOME)
        for one in found:
            if stop.is_set():
                break
            await self._correct(one, stop)
        return len(found)

    async def _correct(self, one: Wanted, stop: asyncio.Event) -> None:
        channel = self._channels.get(one.scheme)
        payload = one.payload or (await self._as_it_is_now(one, channel) if channel else "")
        if not isinstance(channel, Edits) or not payload:
            await self._store.run(corrections.leave, one)
            return
        async with await self._gate_of(one.scheme) as gate:
            now = self._clock.now().timestamp()
            if gate.paused_until > now:
                await self._store.run(corrections.put_off, one, gate.paused_until)
            elif await gate.turn(stop):
                await self._store.run(
                    answers.paced, one.scheme, one.address, now + MARGIN * channel.interval(one.address)
                )
                await self._edit(one, channel, payload)

    async def _as_it_is_now(self, one: Wanted, channel: Channel) -> str:
        """What it is to show, frozen; empty: it shows that, or it is a digest that would begin with other words."""
        pack = await self._store.run(corrections.as_it_would_go, one)
        if not pack.waiting:
            return ""
        if one.scheme not in self._packers:
            self._packers[one.scheme] = Packer(channel, self._site, self._near)
        ready = await asyncio.to_thread(self._packers[one.scheme].pack, pack, self._clock.now())
        payload, shown = ready[0].payload, loaded(one.shown)
        told = loaded(payload)
        if len(ready) > 1 or _told(told) == _told(shown) or (pack.digest and _head(told) != _head(shown)):
            return ""
        await self._store.run(corrections.freeze, one.message, payload)
        return payload

    async def _edit(self, one: Wanted, channel: Edits, payload: str) -> None:
        now = self._clock.now().timestamp()
        try:
            await channel.edit(one.address, one.ref, loaded(payload))
        except SendError as error:
            if error.kind in _OVER or one.tries >= TRIES:
                chat = f"{one.scheme}:{one.address}"
                log.info("a message in %s stays as it is: %s", chat, error.told_of(chat))
                await self._store.run(corrections.leave, one)
                return
            pause = backoff.after_refusal(error, one.tries + 1, self._random.random())
            await self._store.run(corrections.put_off, one, now + pause)
            return
        log.info("a message in %s:%s was brought up to date", one.scheme, one.address)
        await self._store.run(corrections.corrected, one, payload, now + DAY)


def _told(payload: Payload) -> Payload:
    """What readers see of it."""
    return {name: value for name, value in payload.items() if name != "silent"}


def _head(payload: Payload) -> str:
    """How a digest begins: its papers, days and alerts, which part it is, and whether it came late."""
    return str(payload.get("text", "")).partition("\n")[0]

"""What all lanes of a platform share: requests in flight, messages a second, and a pause when several ask for one."""

import asyncio
from typing import Self

from bot.channels.channel import Channel
from bot.process.clock import Clock

MARGIN = 1.01
"""A pace exactly at a platform's limit earns refusals: clocks and networks are not that exact."""
SHARED_MARGIN = 1.05
"""The same where several processes send: how late each hears of its turn differs too."""
TARDY = 0.03
"""Seconds after a turn that was given, from which it is over."""
AS_OFTEN = 5
"""So many turns are waited for at most: a machine too busy to keep any sends all the same."""

_MANY, _AT_ONCE = 3, 1.0
"""So many lanes asking for a pause within so many seconds pause the platform."""


_AHEAD = 0.5
"""Seconds of the platform's pace that may be claimed and wait for their turn: what a kill leaves in doubt."""


class Gate:
    """A lane enters, claims, waits for its turn, sends, and leaves. `paused_until` is Unix seconds."""

    def __init__(self, channel: Channel, clock: Clock, paused_until: float = 0.0) -> None:
        self.paused_until = paused_until
        self.claiming = asyncio.Semaphore(max(1, int(min(channel.concurrency, channel.per_second * _AHEAD))))
        self._inside = asyncio.Semaphore(channel.concurrency)
        self._gap = MARGIN / channel.per_second
        self._clock = clock
        self._next = 0.0
        self._asked: dict[int, tuple[float, float]] = {}

    async def __aenter__(self) -> Self:
        await self._inside.acquire()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._inside.release()

    async def turn(self, stop: asyncio.Event) -> bool:
        """Wait until the platform's next message may go. False: we were stopped meanwhile."""
        mine = max(self._clock.steady(), self._next)
        self._next = mine + self._gap
        return await self.until(mine, stop)

    async def until(self, steady: float, stop: asyncio.Event) -> bool:
        """Wait for a turn that was given. False: we were stopped meanwhile."""
        if (seconds := steady - self._clock.steady()) > 0:
            await self._clock.wait(seconds, stop)
        return not stop.is_set()

    def flooded(self, lane: int, until: float) -> bool:
        """A lane was told to wait until then; whether the whole platform now waits."""
        now = self._clock.steady()
        self._asked = {one: asked for one, asked in self._asked.items() if now - asked[0] <= _AT_ONCE}
        self._asked[lane] = (now, until)
        if len(self._asked) < _MANY:
            return False
        self.paused_until = max(self.paused_until, *(asked[1] for asked in self._asked.values()))
        return True

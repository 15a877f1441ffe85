"""The archive as it is now, looked at again whenever the database changed, and a thread that asks it queries."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.process.clock import Clock
from bot.store.archive import shown
from bot.store.archive.near import Near
from bot.store.engine import Store, StoreError
from bot.store.kinds import kind_of
from bot.web.archive import Archive, load
from bot.web.turns import Steps, Turns
from feeds.query import Query

log = logging.getLogger(__name__)
T = TypeVar("T")
LOOK = 1.0
"""Seconds between two looks while nobody asks."""
QUEUE = 200
"""Questions that may wait, and as many costly ones; more are sent away."""
ORDINARY = 1.0
"""What a question costs that is answered within milliseconds (bot.web.limits)."""
_ABOVE = 2 * ORDINARY


class Crowded(Exception):  # noqa: N818  (no error: the answer to too many at once)
    """So many questions wait that another would wait for long."""


class LiveArchive:
    """One archive at a time, and one thread that matches and renders: neither can be done by two at once."""

    def __init__(
        self, store: Store, clock: Clock, steady: Callable[[], float] = time.monotonic, near: Near | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._watch = kind_of(store.database).watch()
        self._watching = ThreadPoolExecutor(1, thread_name_prefix="watching")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="matching")
        self._turns = Turns(self._thread, steady)
        self._lock = asyncio.Lock()
        self.near = near
        self._archive: Archive | None = None
        self._version: object = None
        self._fingerprint: shown.Fingerprint | None = None

    async def now(self) -> Archive:
        """The archive, newer than every commit that was made before this call."""
        if self._archive:
            seen = await self._seen()  # meanwhile another one may have come
            if seen == self._version and self._archive.day == self._clock.now().date():
                return self._archive
        async with self._lock:
            return await self._looked_at()

    async def _looked_at(self) -> Archive:
        version, now = await self._seen(), self._clock.now()
        mark = await self._store.run(shown.fingerprint)
        known = self._archive
        if known is None or mark != self._fingerprint or known.day != now.date():
            known = await self._store.run(load, known, now, self.near)
        self._archive, self._fingerprint, self._version = known, mark, version
        return known

    async def _seen(self) -> object:
        """What differs after every commit; a server that does not answer holds up nobody else."""
        return await asyncio.get_running_loop().run_in_executor(self._watching, self._watch.version)

    async def learn(self, query: Query) -> None:
        """What it compares with, before it is asked on the thread for all."""
        if query.near and self.near:
            await asyncio.to_thread(self.near.learn, [query])

    async def ask(self, steps: Steps[T], cost: float = ORDINARY) -> T:
        """Do something with an archive on the thread for it, in turns with others. Raises Crowded."""
        limits = (0.0, _ABOVE) if cost < _ABOVE else (_ABOVE, float("inf"))
        if self._turns.open(*limits) >= QUEUE:
            raise Crowded
        return await self._turns.take(steps, cost)

    async def follow(self) -> None:
        """Keep it current and indexed, so that the one who asks first after a round need not wait. Never ends."""
        prepared: Archive | None = None
        while True:
            try:
                prepared = await self._prepared(prepared)
            except (StoreError, Crowded) as error:  # who asks is told; here it is tried again
                log.debug("the archive is not looked at: %s", error)
            await asyncio.sleep(LOOK)

    async def _prepared(self, before: Archive | None) -> Archive:
        archive = await self.now()
        if archive is not before:
            for number in sorted(archive.batches, reverse=True):
                await self.ask(_one_step(archive.batches[number].prepare))
        return archive

    def close(self) -> None:
        """Let the thread end."""
        self._turns.close()
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._watching.shutdown(wait=True, cancel_futures=True)
        self._watch.close()


def _one_step(work: Callable[[], T]) -> Steps[T]:
    yield
    return work()

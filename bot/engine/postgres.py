"""Lanes by wake-ups: each process runs the lanes that it is woken for, whoever else lives."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import psycopg
from procrastinate.exceptions import ConnectorException

from bot.engine.queue import Queue
from bot.process.groups import first_of
from bot.process.stopping import until_stopped
from bot.store.database import StoreError
from bot.store.outbox import abandoned, waking

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.delivery.deliverer import Deliverer
    from bot.process.clock import Clock
    from bot.store.database import Server
    from bot.store.engine import Store

log = logging.getLogger(__name__)

TURN = 5.0
"""Seconds after which a lane with more to send makes room for those that were woken after it."""
PATIENCE = 0.05
"""Seconds for which a lane may wait and keep its room."""
SOON = 15.0
"""Seconds: a lane that waits no longer is woken to the moment, another one by a sweep."""
AGAIN = 1.0
"""Seconds after which a database that went away is asked for again."""
GATHER = 0.05
"""Seconds for which lanes are gathered that are to be woken; and in which a lane's last job ends."""
_AWAY = (ConnectorException, psycopg.Error, StoreError)


class Engine:
    """Sends what is due by the jobs of a database; `leads`: what falls due is woken to the moment, not by a sweep."""

    def __init__(
        self, server: Server, store: Store, deliverer: Deliverer, clock: Clock, settle: float, *, leads: bool
    ) -> None:
        self._store = store
        self._deliverer = deliverer
        self._clock = clock
        self._settle = settle
        self._leads = leads
        self._queue = Queue(server, self._look_at, self._left_and_due)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._to_wake: set[int] = set()
        self._any_to_wake = asyncio.Event()

    async def serve(self, wake: asyncio.Event, stop: asyncio.Event, concurrency: int, grace: float) -> None:
        """So many lanes at a time, until stopped; what is in hand then has the grace (seconds).

        A database that goes away is waited for.
        """
        self._shared = self._deliverer.hands(stop)
        while not stop.is_set():
            await until_stopped(self._until_away(wake, stop, concurrency, grace), stop, grace)
            await self._clock.wait(AGAIN, stop)
        if self._running:
            await asyncio.wait(self._running.values(), timeout=grace)

    async def _until_away(self, wake: asyncio.Event, stop: asyncio.Event, concurrency: int, grace: float) -> None:
        try:
            await self._work(wake, stop, concurrency, grace)
        except* _AWAY as group:
            error = first_of(group)
            log.warning("lanes cannot be woken: %s", " ".join(str(error.__cause__ or error).split()))

    async def _work(self, wake: asyncio.Event, stop: asyncio.Event, concurrency: int, grace: float) -> None:
        async with self._queue.open(), asyncio.TaskGroup() as group:
            beside = [self._wake_on(), self._deliverer.ask_stopped_again(wake, stop)]
            beside += [self._wake_due_on(wake, stop)] if self._leads else []
            tasks = [group.create_task(one) for one in beside]
            await self._queue.work(stop, concurrency, grace)
            for one in tasks:
                one.cancel()
            await self._queue.wake(self._to_wake)  # the others go on with them

    async def _look_at(self, lane: int) -> None:
        """A job. It may be given up at a stop; what it had in hand is not."""
        if lane not in self._running:
            self._running[lane] = asyncio.create_task(self._turn(lane))
            self._running[lane].add_done_callback(lambda _: self._running.pop(lane, None))
        await asyncio.shield(self._running[lane])

    async def _turn(self, lane: int) -> None:
        try:
            hold = await self._deliverer.turn(lane, self._shared, TURN, PATIENCE)
        except StoreError as error:
            log.warning("lane %s is left to the next sweep: %s", lane, error)
            return
        except Exception:  # a bug; the other lanes go on
            log.exception("lane %s is left to the next sweep", lane)
            return
        if hold is not None and (seconds := hold.until - self._shared.now()) <= SOON:
            asyncio.get_running_loop().call_later(max(seconds, 0.0), self._wake_soon, lane)

    def _wake_soon(self, lane: int) -> None:
        self._to_wake.add(lane)
        self._any_to_wake.set()

    async def _wake_on(self) -> None:
        """Lanes whose wait is over."""
        while True:
            await self._any_to_wake.wait()
            await asyncio.sleep(GATHER)
            self._any_to_wake.clear()
            lanes, self._to_wake = self._to_wake, set()
            await self._queue.wake(lanes)

    async def _wake_due_on(self, wake: asyncio.Event, stop: asyncio.Event) -> None:
        """Lanes in which something falls due, at once."""
        while True:
            await self._queue.wake(await self._store.run(waking.due, self._clock.now()))
            await self._deliverer.rest(wake, stop)

    async def _left_and_due(self) -> Collection[int]:
        """For a sweep: what dead workers had in hand is to be looked up, and all that is due to be looked at."""
        await self._store.run(abandoned.sweep, self._clock.now(), self._settle)
        return await self._store.run(waking.due, self._clock.now())

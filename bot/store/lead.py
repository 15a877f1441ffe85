"""That no other process collects and publishes: by the lock beside a file, or by a server's numbered lease."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from bot.store import leases
from bot.store.database import LockedError, ReplacedError, StoreError
from bot.store.engine import driver
from bot.store.kinds import only_writer
from bot.store.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.store.engine import Door, Store
    from bot.store.kind import Driver

log = logging.getLogger(__name__)

LOOK = 0.1
"""Seconds between two looks at what the thread that holds the lease found."""


class Lead:
    """On a file: whoever has its lock keeps it."""

    async def ours(self, stop: asyncio.Event) -> bool:
        """Stand by until nobody else leads, then lead. False: stopped before."""
        return not stop.is_set()

    async def lost(self) -> None:
        """Wait until another process leads. Raises ReplacedError then."""
        await asyncio.Event().wait()

    def check(self, connection: Door) -> None:
        """Within a transaction: that it is ours still. Raises ReplacedError."""


class SharedLead(Lead):
    """On a server: a lease, held until `end`, unless this process is silent for too long and another one takes it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._number: int | None = None
        self._replaced = False
        self._pulse = Pulse(store, self._hold, "that this process collects and publishes")
        self._known: Driver | None = None
        self._connected = 0.0
        self._stands_by = False

    def take(self) -> None:
        """Now. Raises LockedError if another process leads; one that ended without a word is waited for."""
        with self._store.beside() as raw:
            while (number := self._taken(raw)) is None:
                there = leases.held(raw)
                if there is not None and leases.is_connected(raw, there.holder):
                    raise LockedError(leases.told(there.holder, self._store.database))
                time.sleep(LOOK)
        self._number = number
        self._pulse.start()

    async def ours(self, stop: asyncio.Event) -> bool:
        """Stand by, a database that is away waited for."""
        if self._number is None:
            self._pulse.start()
        while self._number is None and not stop.is_set():  # noqa: ASYNC110  (a thread finds out)
            await asyncio.sleep(LOOK)
        return not stop.is_set()

    async def lost(self) -> None:
        """By the server's word."""
        while not self._replaced:  # noqa: ASYNC110  (a thread finds out)
            await asyncio.sleep(LOOK)
        await self._store.run(self.check)

    def check(self, connection: Door) -> None:
        """By its number."""
        there = leases.held(driver(connection))
        if there is None or there.number != self._number:
            who = there.holder if there else "another process"
            told = f"this process was silent for too long: {who} collects and publishes on {self._store.database} now"
            raise ReplacedError(f"{told}, and this one ends")

    def end(self) -> None:
        """Let another one take it at once."""
        self._pulse.end()
        if self._number is not None:
            with suppress(StoreError), self._store.beside() as raw:
                leases.give_back(raw, self._number)

    def _hold(self, raw: Driver) -> float:
        if self._number is None:
            return self._stand_by(raw)
        self._replaced = not leases.renew(raw, self._number)
        return leases.RENEWED

    def _taken(self, raw: Driver, *, also_lapsed: bool = True) -> int | None:
        there = leases.held(raw)
        gone = there.number if there and leases.is_gone(raw, there) else 0
        return leases.take(raw, leases.me(), also_lapsed=also_lapsed, gone=gone)

    def _stand_by(self, raw: Driver) -> float:
        """Once the database was away for all, a lease that lapsed meanwhile is first left to its holder."""
        is_first = self._known is None
        if raw is not self._known:
            self._known, self._connected = raw, time.monotonic() - (leases.LASTS if is_first else 0.0)
        also_lapsed = time.monotonic() - self._connected > 2 * leases.RENEWED
        before = leases.held(raw)
        if (number := self._taken(raw, also_lapsed=also_lapsed)) is not None:
            if self._stands_by:
                log.warning("%s is gone: this process collects and publishes now", before.holder if before else "it")
            self._number = number
            return leases.RENEWED
        if before and not self._stands_by:
            self._stands_by = True
            log.info("%s collects and publishes on %s: this one stands by", before.holder, self._store.database)
        return leases.AWAITED


@contextmanager
def leading(store: Store, *, stands_by: bool = False) -> Iterator[Lead]:
    """Lead while the block runs; who `stands_by`, once nobody else does. Raises LockedError if another one leads."""
    if not store.is_shared:
        with only_writer(store.database):
            yield Lead()
        return
    lead = SharedLead(store)
    try:
        if not stands_by:
            lead.take()
        yield lead
    finally:
        lead.end()

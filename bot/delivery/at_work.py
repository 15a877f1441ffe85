"""A worker, from its beginning to its end, and what the dead among the others leave."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.process.clock import Clock
from bot.store import workers
from bot.store.database import StoreError
from bot.store.engine import Store
from bot.store.life import Life, SharedLife
from bot.store.outbox import abandoned

log = logging.getLogger(__name__)

SWEEP = 10.0
"""Seconds between two looks for workers that died."""


@asynccontextmanager
async def at_work(store: Store, kind: str, settle: float, clock: Clock) -> AsyncIterator[Life]:
    """While the block runs, this process is a worker of this kind: `run`, `once` or `work`. Raises StoreError.

    What it has in hand at the end may have arrived, and is looked up after `settle` seconds.
    """
    if not store.is_shared:
        yield Life()
        return
    life = SharedLife(store, kind, clock.elapsed)
    await life.join()
    try:
        yield life
    finally:
        life.end()
        store.wait_no_longer()
        try:
            await store.run(workers.leave, life.name)
            await store.run(abandoned.recover, clock.now(), settle)
        except StoreError as error:  # the others find out
            log.warning("the end of this worker could not be told: %s", error)


async def sweep_on(store: Store, settle: float, clock: Clock, wake: Callable[[], object]) -> None:
    """Again and again: what workers that died had in hand may have arrived. `wake` is called when there was any."""
    while store.is_shared:
        await asyncio.sleep(SWEEP)
        if moved := await store.run(abandoned.sweep, clock.now(), settle):
            log.warning("a worker died: what it had in hand is looked up, or sent again (messages: %s)", moved)
            wake()

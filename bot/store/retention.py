"""What is no longer kept goes, once a local day, in transactions so short that no send waits for them.

Whoever is killed in the middle begins again and finds less to do. Pages of the database that become free are used
again, so that it stays as large as what is kept.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from bot.store.archive import past
from bot.store.archive import pruning as archive
from bot.store.engine import Store
from bot.store.noted import note, noted
from bot.store.outbox import pruning as outbox

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds for it after one round; the rest goes after the next."""
_DONE = "tidied"


class Kept(NamedTuple):
    """For how long; None: for ever."""

    papers: timedelta | None
    deliveries: timedelta | None


async def tidy(
    store: Store, kept: Kept, zone: tzinfo, clock: Callable[[], datetime], steady: Callable[[], float]
) -> bool:
    """Let go what is no longer kept, unless that was done today; what takes too long goes on another time.

    `clock` tells the moment, `steady` seconds that only go forward. Whether there was something to do.
    """
    now = clock()
    today = now.astimezone(zone).date().isoformat()
    if await store.run(noted, _DONE) == today:
        return False
    until = steady() + PATIENCE
    if await _tidied(store, kept, now, lambda: steady() > until):
        await store.run(note, _DONE, today)
    else:
        log.info("there is much that is no longer kept: the rest of it goes after the next rounds")
    return True


async def _tidied(store: Store, kept: Kept, now: datetime, late: Callable[[], bool]) -> bool:
    """Whether all of it has gone."""
    done = await _through(store, partial(past.prune, before=now - past.KEPT), late)
    if kept.deliveries is not None:
        before = now - kept.deliveries
        for some in (outbox.messages, outbox.inbox):
            done = done and await _through(store, partial(some, before=before), late)
        done = done and await _forgotten(store, before, late)
    if kept.papers is not None:
        done = done and await _through(store, partial(archive.papers, before=now - kept.papers, now=now), late)
    return done


async def _through(store: Store, some: Callable[[Connection, int], int | None], late: Callable[[], bool]) -> bool:
    """From row to row."""
    after: int | None = 0
    while after is not None:
        if late():
            return False
        after = await store.run(some, after)
    return True


async def _forgotten(store: Store, before: datetime, late: Callable[[], bool]) -> bool:
    """Subscriptions that ended before a moment, and that nothing names which is still there."""
    over = await store.run(outbox.ended, before)
    after: int | None = 0
    while over and after is not None:
        if late():
            return False
        named, after = await store.run(outbox.called, before, after)
        over -= named
    every = sorted(over)
    for start in range(0, len(every), outbox.ROWS // 10):
        await store.run(outbox.forget, every[start : start + outbox.ROWS // 10])
    return True

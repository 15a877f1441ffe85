"""Which engine a database has: a file is one process's alone, a server's lanes are run by whoever is woken."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from bot.delivery.deliverer import Deliverer
from bot.process.clock import Clock
from bot.store.database import StoreError
from bot.store.engine import Store

CONCURRENCY = 32
"""Lanes at a time of one process, unless told otherwise."""

Serve: TypeAlias = Callable[[asyncio.Event, asyncio.Event], Coroutine[Any, Any, None]]
"""(wake, stop): delivers until stopped; `wake` says that something may be due."""


def engine_of(
    store: Store,
    deliverer: Deliverer,
    clock: Clock,
    settle: float,
    grace: float,
    *,
    leads: bool = True,
    concurrency: int = CONCURRENCY,
) -> Serve:
    """Raises StoreError where Procrastinate is not installed."""
    if isinstance(store.database, Path):
        return deliverer.serve
    try:
        from bot.engine.postgres import Engine  # noqa: PLC0415  (who has a file needs none of it)
    except ImportError as error:
        told = f'several processes need procrastinate ({error}): pip install "paperround[postgres]"'
        raise StoreError(told) from None
    made = Engine(store.database, store, deliverer, clock, settle, leads=leads)
    return partial(made.serve, concurrency=concurrency, grace=grace)

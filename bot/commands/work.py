"""`work`: one of any number of processes that deliver from a server's database, beside `run` or without one."""

import asyncio
import logging
import time
from pathlib import Path

from bot.app import open_channels
from bot.commands.opening import CLOCK, configured, guarded, opened
from bot.config.load import Config
from bot.config.mistakes import ConfigError
from bot.delivery.at_work import at_work
from bot.delivery.deliverer import Deliverer
from bot.engine.choice import CONCURRENCY, engine_of
from bot.process.clock import Clock
from bot.process.heap import lives_long
from bot.process.loop import run as to_its_end
from bot.process.stopping import stop_event, time_left, until_stopped
from bot.store.database import Server, StoreError
from bot.store.engine import Store, is_current
from bot.store.kinds import kind_of

log = logging.getLogger(__name__)

AGAIN = 1.0
"""Seconds between two looks for a database that is not there yet."""
TOLD = 60.0
"""Seconds between two words about it."""


@guarded
def command(path: Path, *, verbose: bool, concurrency: int = CONCURRENCY) -> int:
    """Deliver until a signal."""
    lives_long()
    config = configured(path, verbose=verbose)
    if not isinstance(config.database, Server):
        told = "is a file, and run alone delivers from it; work wants postgresql://user@host/name"
        raise ConfigError("database", told)
    if config.settings.section("email") and not config.key_file.exists():
        told = f"{config.key_file} is not here: copy it from the machine with run; paperround check makes it there"
        raise ConfigError("email", told)
    await_made(config.database)
    with opened(config, waits=True) as store:
        to_its_end(work(config, store, CLOCK, concurrency))
    return 0


def await_made(server: Server) -> None:
    """Wait until `run` has made the database, or brought it up to date. Raises StoreError if it is of a newer one."""
    said, at = "", 0.0
    while (lacking := _lacking(server)) is not None:
        if lacking != said or time.monotonic() - at > TOLD:
            log.warning("waiting: %s", lacking)
            said, at = lacking, time.monotonic()
        time.sleep(AGAIN)


def _lacking(server: Server) -> str | None:
    try:
        version = kind_of(server).version_now()
    except StoreError as error:
        return str(error)
    if version is None:
        return f"database {server} has no tables yet; paperround run makes them"
    return (
        None if is_current(server, version) else f"database {server} is of an older version; run brings it up to date"
    )


async def work(config: Config, store: Store, clock: Clock, concurrency: int) -> None:
    """Go on until a signal; then finish the sends in hand, for `[delivery] grace` at most."""
    settings = config.settings
    grace, settle = (one.total_seconds() for one in (settings.delivery.grace, settings.delivery.settle))
    stop, wake = stop_event(grace, 0), asyncio.Event()
    async with at_work(store, "work", settle, clock) as life, open_channels(config) as channels:
        deliverer = Deliverer(store, channels, settings.timezone, settle, clock, config.site, life)
        serve = engine_of(store, deliverer, clock, settle, time_left(grace), leads=False, concurrency=concurrency)
        log.info("delivering, %s lanes at a time; Ctrl-C stops", concurrency)
        await until_stopped(serve(wake, stop), stop, time_left(grace))
    log.info("stopped")

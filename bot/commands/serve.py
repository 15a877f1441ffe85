"""`serve`: the web server alone, until SIGTERM, SIGHUP or Ctrl-C."""

import asyncio
import logging
from pathlib import Path

from bot.commands.opening import CLOCK, configured, guarded
from bot.config.load import Config
from bot.process.clock import Clock
from bot.process.heap import lives_long
from bot.process.loop import run as to_its_end
from bot.process.stopping import stop_event, time_left
from bot.publishing.kept_entries import let_go
from bot.web.listening import address_of, listen
from bot.web.server import serve as answer

log = logging.getLogger(__name__)

DAY = 86_400.0
"""Seconds."""


@guarded
def command(path: Path, *, verbose: bool) -> int:
    """The web server alone, until a signal."""
    lives_long()
    to_its_end(serve(configured(path, verbose=verbose, secrets=False), CLOCK))
    return 0


async def serve(config: Config, clock: Clock) -> None:
    """Answer until a signal. Raises ListenError, StoreError."""
    grace = config.settings.delivery.grace.total_seconds()
    stop = stop_event(grace, 0)
    with listen(config) as listening:
        log.info("serving on %s", address_of(listening))
        forgetting = asyncio.create_task(_forget_daily(clock, stop))
        try:
            await answer(config, clock, stop, time_left(grace), listening)
        finally:
            forgetting.cancel()
    log.info("stopped")


async def _forget_daily(clock: Clock, stop: asyncio.Event) -> None:
    """What functions remember goes once a day, as `run` lets it go."""
    while not stop.is_set():
        await clock.wait(DAY, stop)
        let_go()

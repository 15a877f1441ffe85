"""`serve`: the web server alone, until SIGTERM or Ctrl-C."""

import asyncio
import logging
from pathlib import Path

from bot.commands.opening import CLOCK, configured, guarded
from bot.config.load import Config
from bot.process.clock import Clock
from bot.process.stopping import stop_event
from bot.web.listening import listen
from bot.web.server import serve as answer

log = logging.getLogger(__name__)


@guarded
def command(path: Path, *, verbose: bool) -> int:
    """The web server alone, until a signal."""
    asyncio.run(serve(configured(path, verbose=verbose, secrets=False), CLOCK))
    return 0


async def serve(config: Config, clock: Clock) -> None:
    """Answer until a signal. Raises ListenError, StoreError."""
    stop = stop_event()
    with listen(config) as listening:
        log.info("serving on http://%s", config.settings.web.listen)
        await answer(config, clock, stop, config.settings.delivery.grace.total_seconds(), listening)
    log.info("stopped")

"""`serve`: the web server alone, until SIGTERM or Ctrl-C."""

import asyncio
import logging
import signal

from bot.clock import Clock
from bot.config import Config
from bot.listening import listen
from bot.web.server import serve as answer

log = logging.getLogger(__name__)


async def serve(config: Config, clock: Clock) -> None:
    """Answer until a signal. Raises ListenError, StoreError."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with listen(config) as listening:
        log.info("serving on http://%s", config.settings.web.listen)
        await answer(config, clock, stop, config.settings.delivery.grace.total_seconds(), listening)
    log.info("stopped")

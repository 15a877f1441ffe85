"""How a process is asked to stop: SIGTERM or Ctrl-C, as an event."""

import asyncio
import signal


def stop_event() -> asyncio.Event:
    """An event that is set by the first signal; the loop of the caller hears it."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop

"""How a process is asked to stop: SIGTERM, SIGHUP or Ctrl-C, as an event; and that it ends then, whatever hangs."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

CLOSING = 1.5
"""Seconds of the grace that are kept for closing: connections, the database, the process itself."""


def signals() -> list[signal.Signals]:
    """Those that ask for the end. `nohup` has SIGHUP ignored, and that is meant."""
    wanted = [signal.SIGTERM, signal.SIGINT]
    return wanted if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [*wanted, signal.SIGHUP]


def may_be_stopped_at_once() -> None:
    """While a process is still starting there is nothing in hand: a signal ends it, and all is well."""
    for number in signals():
        signal.signal(number, lambda *_: sys.exit(0))


def stop_event(grace: float, code: int) -> asyncio.Event:
    """An event that is set by the first signal; the loop of the caller hears it.

    What has not ended `grace` seconds later is left as it is, with this exit code: all that is stored is whole, and a
    send in flight is looked up at the next start. The same signal a second time ends the process at once.
    """
    stop = asyncio.Event()

    def heard(number: signal.Signals) -> None:
        signal.signal(number, signal.SIG_DFL)
        if not stop.is_set():
            last = threading.Timer(grace, _leave, (code,))
            last.daemon = True
            last.start()
        stop.set()

    loop = asyncio.get_running_loop()
    for number in signals():
        loop.add_signal_handler(number, _once(loop, number, heard))
    return stop


def _once(
    loop: asyncio.AbstractEventLoop, number: signal.Signals, heard: Callable[[signal.Signals], None]
) -> Callable[[], None]:
    def first() -> None:
        loop.remove_signal_handler(number)
        heard(number)

    return first


def _leave(code: int) -> None:
    with suppress(OSError):
        os.write(2, b"paperround: something did not end in time; it is left as it is\n")
    os._exit(code)


def time_left(grace: float) -> float:
    """Seconds of the grace for what is in hand."""
    return max(grace - CLOSING, grace / 2)


async def until_stopped(work: Coroutine[Any, Any, T] | asyncio.Task[T], stop: asyncio.Event, grace: float) -> T | None:
    """What the work returns; None where it has not ended `grace` seconds after the stop."""
    task = asyncio.ensure_future(work)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([task, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    await asyncio.wait([task], timeout=grace)
    if task.done():
        return task.result()
    await given_up([task])
    return None


async def given_up(tasks: Iterable[asyncio.Task[Any]], seconds: float = CLOSING / 3) -> None:
    """Cancel tasks, and once more what still waits in its own clean-up; raises what one of them broke by."""
    left = set(tasks)
    for _ in range(2):
        for task in left:
            task.cancel()
        if left:
            done, left = await asyncio.wait(left, timeout=seconds)
            for task in done:
                if not task.cancelled():
                    task.result()

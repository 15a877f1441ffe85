"""Blocking work beside the event loop, on a thread that holds up neither a stop nor the end of the process.

asyncio.to_thread's threads are waited for when a process ends: one that hangs hangs it (measured: 44 s of a silent mail
server, with a grace of 3).
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def aside(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the work returns or raises. Cancelled, it is no longer waited for."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def tell(settle: Callable[[Any], None], outcome: object) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(lambda: None if future.done() else settle(outcome))

    def run() -> None:
        try:
            outcome = work(*args, **kwargs)
        except SystemExit:  # libraries do that; it ends nothing here
            tell(future.set_exception, RuntimeError("it asked for the end of the program"))
        except BaseException as error:  # noqa: BLE001  (it belongs to the one who waits)
            tell(future.set_exception, error)
        else:
            tell(future.set_result, outcome)

    threading.Thread(target=run, name="aside", daemon=True).start()
    return await future

"""For those who are still typing: what they ask last is answered, and one look into the archive is done at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

log = logging.getLogger(__name__)

PAUSE = 0.2
"""Seconds without another key after which a question is one."""
LATE = 8.0
"""Seconds of waiting for others after which nobody waits any more (Telegram: ten)."""
T = TypeVar("T")


class Glances:
    """Answers them beside everything else."""

    def __init__(self) -> None:
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(1)

    def ask(self, who: str, answer: Callable[[], Awaitable[None]], pause: float = PAUSE) -> None:
        """Answer them soon, and what they asked before no more."""
        if before := self._asking.get(who):
            before.cancel()
        task = self._asking[who] = asyncio.create_task(_after(pause, answer))
        task.add_done_callback(lambda done: self._over(who, done))

    async def look(self, work: Callable[[], Awaitable[T]]) -> T:
        """What the work returns. A thread cannot be ended: who gives up leaves it to itself. Raises TimeoutError."""
        async with asyncio.timeout(LATE):
            await self._room.acquire()
        looking = asyncio.ensure_future(work())
        looking.add_done_callback(self._looked)
        return await asyncio.shield(looking)

    def close(self) -> None:
        """Nobody waits any more."""
        for task in self._asking.values():
            task.cancel()

    def _looked(self, done: "asyncio.Future[Any]") -> None:
        self._room.release()
        if not done.cancelled():
            done.exception()  # whoever still waits gets it

    def _over(self, who: str, task: "asyncio.Task[None]") -> None:
        if self._asking.get(who) is task:
            del self._asking[who]
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, TimeoutError):
            log.error("a question of somebody who types cannot be answered", exc_info=error)


async def _after(pause: float, answer: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(pause)
    await answer()

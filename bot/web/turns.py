"""One thread, and many who want it: each has a slice in its turn, so that a short question waits for no long one."""

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
SLICE = 0.02
"""Seconds after which the next one has its turn, once a step has ended."""
Steps: TypeAlias = Generator[None, None, T]
"""Work that can be left off wherever it yields; it returns what it made."""


def at_once(steps: Steps[T]) -> T:
    """What it makes, without a pause."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what the generator returns


@dataclass(order=True, slots=True)
class _Job:
    had: float
    """Seconds of the thread that it had, and what the others had when it came."""
    cost: float
    number: int
    steps: Steps[Any] = field(compare=False)
    made: "asyncio.Future[Any]" = field(compare=False)


class Turns:
    """Who had least of the thread goes first; of these who asks least; of these who came first."""

    def __init__(self, thread: Executor, steady: Callable[[], float]) -> None:
        self._thread = thread
        self._steady = steady
        self._waiting: list[_Job] = []
        self._open: list[float] = []
        """What each costs that is not answered yet."""
        self._numbers = count()
        self._level = 0.0
        """What the one had that is at work: who comes now begins there, before all who had more."""
        self._work: asyncio.Task[None] | None = None

    def open(self, at_least: float, below: float) -> int:
        """How many are not answered yet whose cost is in that range."""
        return sum(at_least <= cost < below for cost in self._open)

    async def take(self, steps: Steps[T], cost: float) -> T:
        """Do it all, in turns with what others want. Raises what it raises."""
        made: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, _Job(self._level, cost, next(self._numbers), steps, made))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._turns())
        self._open.append(cost)
        try:
            return await made
        finally:
            self._open.remove(cost)

    async def _turns(self) -> None:
        while self._waiting:
            job = heappop(self._waiting)
            if job.made.done():  # whoever asked has gone
                continue
            self._level = job.had
            await self._turn(job)

    async def _turn(self, job: _Job) -> None:
        try:
            ended, took = await asyncio.get_running_loop().run_in_executor(self._thread, self._slice, job.steps)
        except BaseException as error:
            if not job.made.done():
                job.made.set_exception(error) if isinstance(error, Exception) else job.made.cancel()
            if not isinstance(error, Exception):
                raise
            return
        if ended is None:
            job.had += took
            heappush(self._waiting, job)
        elif not job.made.done():
            job.made.set_result(ended[0])

    def _slice(self, steps: Steps[T]) -> tuple[tuple[T] | None, float]:
        """What was made, if it is, and how long it took."""
        began = self._steady()
        try:
            while self._steady() - began < SLICE:
                next(steps)
        except StopIteration as end:
            return (end.value,), self._steady() - began
        return None, self._steady() - began

    def close(self) -> None:
        """Nobody has a turn any more."""
        if self._work:
            self._work.cancel()
        for job in self._waiting:
            job.made.cancel()
        self._waiting.clear()

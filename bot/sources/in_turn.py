"""Asking a server for one day after the other."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from datetime import date

from bot.sources.source import Batch, Failed


async def in_turn(
    days: Iterable[date], ask: Callable[[date], AsyncIterator[Batch | Failed]]
) -> AsyncIterator[Batch | Failed]:
    """What each day gave; it ends early where the server is gone or wants us to stay away.

    A day whose answer never comes costs itself alone: the last day, which people want most, is asked for next. That a
    second one in a row does not come is the server's fault.
    """
    left, late = deque(days), False
    while left:
        late_before, late = late, False
        async for outcome in ask(left.pop() if late_before else left.popleft()):
            if isinstance(outcome, Batch):
                yield outcome
                continue
            late = outcome.late
            ends = not outcome.part or (late and late_before)
            yield replace(outcome, part="", reason=f"{outcome.part}: {outcome.reason}") if late and ends else outcome
            if ends:
                return

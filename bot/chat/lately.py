"""What a platform told us lately: asked again after half a minute."""

from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from bot.process.clock import Clock

CACHED = 30.0
"""Seconds for which an answer counts to who somebody is and what a chat is."""
T = TypeVar("T")


class Lately(Generic[T]):
    """Answers, by what was asked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[Hashable, tuple[float, T]] = {}

    async def of(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer, asked for where none counts any more. Raises what `ask` does."""
        now = self._clock.steady()
        known = self._known.get(key)
        if known is None or known[0] < now:
            found = await ask()
            self._known = {one: value for one, value in self._known.items() if value[0] >= now}
            self._known[key] = known = (now + CACHED, found)
        return known[1]

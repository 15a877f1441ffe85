"""The clock, passed in wherever time matters."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

RELEASE = datetime(2026, 11, 1, tzinfo=UTC)
"""No moment before this program was made is true: a clock that stands there has not been set yet."""
_BEGAN = time.monotonic()
_WITH_SLEEP: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock:
    """Wall time in UTC, a time that only goes forward, and waiting that a stop cuts short."""

    def now(self) -> datetime:
        """The moment, aware; never before RELEASE, from where an unset clock counts on (contract: The clock)."""
        wall = datetime.now(UTC)
        return wall if wall >= RELEASE else RELEASE + timedelta(seconds=time.monotonic() - _BEGAN)

    def steady(self) -> float:
        """Seconds that only go forward, from any beginning: for pauses and paces within this process."""
        return time.monotonic()

    def elapsed(self) -> float:
        """The same, where the system can tell in the machine's sleep too."""
        return time.clock_gettime(_WITH_SLEEP)

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        """Wait so long, or until `stop` is set. The machine's sleep does not count (asyncio, Linux)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0)):
                await stop.wait()


class Drift:
    """How far wall time moved against the steady one: the machine slept, or its clock was set on or back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known = self._ahead()

    def moved(self) -> float:
        """Seconds since this was last acknowledged: above zero slept or set on, below zero set back."""
        return self._ahead() - self._known

    def acknowledge(self) -> None:
        """What moved is known and dealt with."""
        self._known = self._ahead()

    def _ahead(self) -> float:
        return self._clock.now().timestamp() - self._clock.steady()

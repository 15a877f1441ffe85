"""The clock, passed in wherever time matters."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime


class Clock:
    """Wall time in UTC, and waiting that a stop cuts short."""

    def now(self) -> datetime:
        """The moment, aware."""
        return datetime.now(UTC)

    async def wait(self, seconds: float, stop: asyncio.Event) -> None:
        """Wait so long, or until `stop` is set."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0)):
                await stop.wait()

"""A pace that several sources share: one request at a time, with a pause between two."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Pace:
    """`async with pace.turn():` holds one request; the next begins `seconds` after its end at the earliest."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._free_at = 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn and hold it."""
        clock = asyncio.get_running_loop().time
        async with self._lock:
            await asyncio.sleep(max(self._free_at - clock(), 0.0))
            try:
                yield
            finally:
                self._free_at = clock() + self._seconds

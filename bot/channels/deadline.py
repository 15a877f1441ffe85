"""One total deadline around everything a send does. A client's own timeouts do not add up to one (measured)."""

import asyncio
from contextlib import AbstractAsyncContextManager
from types import TracebackType

from bot.channels.channel import Kind, SendError


def answer_within(seconds: float) -> AbstractAsyncContextManager[None]:
    """What is inside takes at most this long; else SendError UNSURE: the message may have been delivered."""
    return _Deadline(seconds)


class _Deadline:
    """Not made by a generator: every message has one."""

    __slots__ = ("_seconds", "_timeout")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timeout = asyncio.timeout(seconds)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        is_over = isinstance(error, TimeoutError)
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError:
            is_over = True
        if is_over:
            raise SendError(Kind.UNSURE, f"no answer within {self._seconds:g} s") from None

"""One total deadline around everything a send does. A client's own timeouts do not add up to one (measured)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.channel import Kind, SendError


@asynccontextmanager
async def answer_within(seconds: float) -> AsyncIterator[None]:
    """What is inside takes at most this long; else SendError UNSURE: the message may have been delivered."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise SendError(Kind.UNSURE, f"no answer within {seconds:g} s") from None

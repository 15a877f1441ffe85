"""Waiting for the first of several events."""

import asyncio


async def any_of(seconds: float, *events: asyncio.Event) -> None:
    """Until one of them is set, for so many seconds at most."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waits, timeout=max(seconds, 0.01), return_when=asyncio.FIRST_COMPLETED)
    for one in waits:
        one.cancel()

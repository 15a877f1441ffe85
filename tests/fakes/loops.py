"""How a fake's loop ends: nobody's connection outlives it, to be found by a test that comes later."""

import asyncio


async def hang_up() -> None:
    """Break off what is still connected to the running loop; one that was to be closed may wait for its reader."""
    for transport in list(getattr(asyncio.get_running_loop(), "_transports").values()):  # noqa: B009  (of asyncio alone)
        transport.abort()
    await asyncio.sleep(0)


async def end_talks() -> None:
    """The same, and all else that runs on the loop is given up first."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await hang_up()

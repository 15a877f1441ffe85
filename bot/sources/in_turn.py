"""Digests are parsed beside the loop, one at a time: of several huge ones only one is taken apart in memory."""

import asyncio
from collections.abc import Callable
from threading import Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_TURN = Lock()


async def in_turn(parse: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `parse` gives; raises what it raises."""

    def alone() -> T:
        with _TURN:
            return parse(*args, **kwargs)

    return await asyncio.to_thread(alone)

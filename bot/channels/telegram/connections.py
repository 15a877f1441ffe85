"""Requests to the Bot API, each on a connection that no other uses meanwhile."""

from typing import Any

from telegram.request import BaseRequest, HTTPXRequest


class Connections(BaseRequest):
    """As many of PTB's clients as requests are in flight, one connection each; the one used last is used next.

    httpx looks at every connection of a pool, several times a request: 24 at once cost twice what one costs (measured).
    """

    def __init__(self, **settings: Any) -> None:
        self._settings = settings
        self._free: list[HTTPXRequest] = []
        self._all: list[HTTPXRequest] = []
        self._free.append(self._another())

    @property
    def read_timeout(self) -> float | None:
        """Seconds."""
        return self._all[0].read_timeout

    async def initialize(self) -> None:
        """They are open when they are made."""

    async def shutdown(self) -> None:
        """Close connections."""
        for one in self._all:
            await one.shutdown()

    async def do_request(self, *args: Any, **more: Any) -> tuple[int, bytes]:
        """On a free connection, or a new one: how many are in flight is for those to bound who ask."""
        one = self._free.pop() if self._free else self._another()
        try:
            return await one.do_request(*args, **more)
        finally:
            self._free.append(one)

    def _another(self) -> HTTPXRequest:
        one = HTTPXRequest(connection_pool_size=1, **self._settings)
        self._all.append(one)
        return one

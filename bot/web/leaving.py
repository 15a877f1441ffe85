"""Visitors who do not wait for their answer: what it takes is left off, for those who do."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Awaitable[Response]]
GONE = 499
"""The status that nobody sees; so it is counted (as nginx does: ngx_http_request.h)."""


def while_there(endpoint: Endpoint) -> Endpoint:
    """The answer to a question that may take a while, only as long as the visitor's connection stands.

    For what changes nothing: it ends wherever it waits. The server itself ends nothing when a visitor goes.
    """

    async def answered(request: Request) -> Response:
        answer, gone = asyncio.ensure_future(endpoint(request)), asyncio.ensure_future(_gone(request))
        try:
            await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
            return answer.result() if answer.done() else Response(status_code=GONE)
        finally:
            answer.cancel()
            gone.cancel()

    return answered


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        """Its body, which a question has not."""

"""What is posted to us: read as bytes, up to a limit, and given to who takes it at that path."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

LARGEST = 500_000
"""Bytes of a body."""
Post = Callable[[bytes, Mapping[str, str]], Awaitable[tuple[int, str]]]
"""Body and headers -> status and text of the answer."""
NOTHING: Mapping[str, Post] = MappingProxyType({})


def posted(take: Post) -> Callable[[Request], Awaitable[Response]]:
    """The answer to a post: what `take` says of it, or 413."""

    async def answered(request: Request) -> Response:
        try:
            body = await read_body(request)
        except ClientDisconnect:
            return _said(400, "")
        return _said(*((413, "too large") if body is None else await take(body, request.headers)))

    return answered


def _said(status: int, text: str) -> Response:
    kind = "application/json" if text.startswith("{") else "text/plain"
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(text, status, headers=headers, media_type=kind)


async def read_body(request: Request) -> bytes | None:
    """None: there is more of it than we read. Raises ClientDisconnect."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:12]) > LARGEST:
        return None
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > LARGEST:
            return None
    return bytes(found)

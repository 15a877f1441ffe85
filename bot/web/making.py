"""A page made when it is asked for, and kept until the archive changes."""

from collections.abc import Awaitable, Callable, Hashable

from starlette.requests import Request
from starlette.responses import Response

from bot.web.archive import Archive
from bot.web.body import body_of
from bot.web.context import Context
from bot.web.reply import HTML, OF_PAGES, reply


async def kept_page(
    context: Context, request: Request, name: Hashable, make: Callable[[Archive], Awaitable[bytes]]
) -> Response:
    """The page of that name, as `make` makes it of an archive."""
    archive = await context.live.now()
    body = context.kept.get(name, archive.serial)
    if body is None:
        made = body_of(await make(archive), HTML, context.clock.now().timestamp())
        body = context.keep(name, archive.serial, made)
    return reply(request, body, context.max_age(), OF_PAGES)

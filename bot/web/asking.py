"""`/new`: what is new for a query since a cursor, for programs."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.rules.cursors import CursorError
from bot.rules.facts import facts_of
from bot.web.context import Context
from bot.web.limits import cost_of
from bot.web.newcomers import Newcomers
from bot.web.reply import OF_FEEDS
from feeds.query import QueryError, parse_query


class AskingDesk:
    """The endpoint."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._newcomers = Newcomers(context.store, context.live, context.clock)

    async def new(self, request: Request) -> Response:
        """`/new?q=QUERY&after=CURSOR`; without a cursor no paper, and where to begin."""
        text, after = (request.query_params.get(name, "") for name in ("q", "after"))
        try:
            query = parse_query(text)
            archive = await self._context.live.now()
            self._context.admit(request, cost_of(query, len(archive.batches)))
            papers, cursor = await self._newcomers.since(query, after)
        except QueryError as error:
            return _said({"error": str(error)}, 400)
        except CursorError as error:
            return _said({"error": str(error)}, 410 if error.gone else 400)
        return _said({"papers": [facts_of(one) for one in papers], "cursor": str(cursor)})


def _said(value: dict[str, Any], status: int = 200) -> Response:
    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return Response(data, status, {**OF_FEEDS, "Cache-Control": "no-store"}, "application/json")

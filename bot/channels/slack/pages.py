"""Slack's answers: one, checked; and many pages of one question, which goes on where a refusal stopped it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.channels.channel import Kind, Payload, SendError
from bot.channels.deadline import answer_within
from bot.channels.slack.errors import SlackError, classify, classify_lost

Method = Callable[..., Awaitable[AsyncSlackResponse]]


async def pages(method: Method, seconds: float, cursor: str, **arguments: Any) -> AsyncIterator[AsyncSlackResponse]:
    """Page after page from `cursor` on (empty: from the first). So many seconds a page, and for all of them.

    Raises SendError whose `asked` is the cursor to go on from; WAIT when the time was not enough for all. A cursor that
    Slack no longer takes, or gives twice, cannot keep the question from its end.
    """
    seen, began = {cursor}, asyncio.get_running_loop().time()
    while True:
        try:
            async with answer_within(seconds):
                page = await confirmed(method(cursor=cursor or None, **arguments))
        except SendError as error:
            if cursor and isinstance(error, SlackError) and error.code == "invalid_cursor":
                seen, cursor = {""}, ""
                continue
            error.asked = cursor
            raise
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor or cursor in seen:  # at its end, wherever it began
            return
        seen.add(cursor)
        if asyncio.get_running_loop().time() - began > seconds:
            raise SendError(Kind.WAIT, f"Slack's answer has more than {len(seen)} pages", asked=cursor, retry_after=1.0)


async def confirmed(
    request: Awaitable[AsyncSlackResponse], payload: Callable[[], Payload] | None = None
) -> AsyncSlackResponse:
    """Slack's answer, or SendError. An answer that is JSON of another shape makes the SDK raise AttributeError.

    `payload` is what was sent; asked only where it was refused.
    """
    try:
        return await request
    except SlackApiError as error:
        refusal: SendError = _refusal(error.response, payload() if payload else None)
    except (aiohttp.ClientError, OSError, AttributeError, TypeError, ValueError) as error:
        refusal = classify_lost(error)
    raise refusal  # here, not above: what the SDK raised would hang on as __context__, with headers


def _refusal(response: Any, payload: Payload | None) -> SendError:
    """`response` is aiohttp's own where the body was broken JSON; its data may be anything where a proxy answered."""
    known = isinstance(response, AsyncSlackResponse)
    data = response.data if known and isinstance(response.data, dict) else {}
    messages = (data.get("response_metadata") or {}).get("messages") or []
    return classify(
        response.status_code if known else response.status,
        str(data.get("error") or ""),
        retry_after=response.headers.get("Retry-After", ""),
        detail="; ".join(filter(None, [data.get("needed") or "", *map(str, messages[:3])]))[:300],
        payload=payload,
    )

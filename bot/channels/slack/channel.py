"""The Slack channel: one app in one workspace, by bot token. Packs by slack_message, classifies by slack_errors.

Receives nothing: slash commands are bot.chat's.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.channels import look_up
from bot.channels.channel import Item, Kind, Lost, Packed, Payload, SendError
from bot.channels.deadline import answer_within
from bot.channels.slack.errors import SlackError, classify, classify_lost
from bot.channels.slack.message import pack, pack_batch, pack_text
from bot.channels.slack.session import QUIET, open_session

_CLOCKS = 600
"""Seconds before the first send from which a look-up begins: clocks differ."""
_EVENT = "paper_delivery"
_NO_LOOK_UP = {"missing_scope", "no_permission", "not_allowed_token_type", "access_denied"}

_Method = Callable[..., Awaitable[AsyncSlackResponse]]


class SlackChannel:
    """Sends as one app. `timeout` is seconds for one send in all; `channel_per_second` is Slack's 1.0, or lower."""

    can_find = True
    concurrency = 32

    def __init__(self, *, token: SecretStr, api_url: str, timeout: float, channel_per_second: float) -> None:
        self.per_second = channel_per_second * 10
        """Slack allows a workspace "several hundred" messages a minute."""
        self._token = token
        self._api_url = api_url.rstrip("/") + "/"
        self._timeout = timeout
        self._interval = 1 / channel_per_second
        self._session: aiohttp.ClientSession | None = None
        self._web: AsyncWebClient | None = None
        self._ids: dict[str, str] = {}

    def interval(self, address: str) -> float:
        """One message a second, without bursts: Slack may lose those though it says ok (its page on rate limits)."""
        return self._interval

    def pack(self, items: Sequence[Item]) -> Payload:
        """One paper as a message."""
        (item,) = items
        return pack(item)

    def pack_batch(self, heading: str, items: Sequence[Item]) -> list[Packed]:
        """Many papers as a list."""
        return pack_batch(heading, items)

    def pack_text(self, text: str) -> Payload:
        """One short message of plain text."""
        return pack_text(text)

    async def resolve(self, address: str) -> str:
        """The channel's id for a `#name`; an id stays as it is, and so does a name that no scope lets us look up."""
        if not address.startswith("#"):
            return address
        try:
            async with answer_within(self._timeout):
                return await self._id_of(address)
        except SlackError as error:
            if error.code == "missing_scope":  # chat.postMessage takes the name all the same
                return address
            raise

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> str:
        """`channel:ts` of the message, which carries `delivery` as metadata. Joins a public channel if it must."""
        async with answer_within(self._timeout):
            try:
                return await self._post(address, thread, payload, delivery)
            except SlackError as error:
                if error.code != "not_in_channel" or not await self._joined(address):
                    raise
            return await self._post(address, thread, payload, delivery)

    async def find(self, lost: Lost) -> str | None:
        """`channel:ts` of the message that carries the delivery, sent after its first try give or take a clock.

        Raises SendError: UNSURE when no look-up is possible (scope, membership), so that the lane may send again;
        WAIT when the look-up itself failed and may be asked again.
        """
        try:
            async with answer_within(self._timeout):
                return await self._found(await self._id_of(lost.address), lost.delivery, str(lost.since - _CLOCKS))
        except SendError as error:
            code = error.code if isinstance(error, SlackError) else ""
            raise look_up.failed(error, impossible=code in _NO_LOOK_UP) from None

    async def check(self) -> str:
        """The workspace and the bot's name there."""
        async with answer_within(self._timeout):
            answer = await _confirmed(self._client().auth_test())
        return f"{answer['team']} / {answer['user']}"

    async def aclose(self) -> None:
        """Close connections."""
        if self._session:
            await self._session.close()

    async def _post(self, address: str, thread: str, payload: Payload, delivery: str) -> str:
        metadata = {"event_type": _EVENT, "event_payload": {"delivery": delivery}}
        request = self._client().chat_postMessage(
            channel=address, thread_ts=thread or None, metadata=metadata, link_names=False, parse="none", **payload
        )
        answer = await _confirmed(request, payload)
        channel = str(answer["channel"])
        if address.startswith("#"):
            self._ids[_name_of(address)] = channel
        return f"{channel}:{answer['ts']}"

    async def _joined(self, address: str) -> bool:
        """Whether the app could join: a public channel, and the scope for it."""
        try:
            await _confirmed(self._client().conversations_join(channel=await self._id_of(address)))
        except SlackError:
            return False
        return True

    async def _found(self, channel: str, delivery: str, oldest: str) -> str | None:
        history = self._pages(
            self._client().conversations_history, channel=channel, oldest=oldest, include_all_metadata=True, limit=200
        )
        async for page in history:
            for message in page.get("messages") or []:
                if _delivery_of(message) == delivery:
                    return f"{channel}:{message['ts']}"
        return None

    async def _id_of(self, address: str) -> str:
        if not address.startswith("#"):
            return address
        name = _name_of(address)
        if name not in self._ids:
            await self._learn_ids()
        if name not in self._ids:
            raise SendError(Kind.CLOSE, f"no channel #{name} that the app can see")
        return self._ids[name]

    async def _learn_ids(self) -> None:
        """Every channel's id; without the scope for private ones, the public ones'."""
        try:
            await self._list("public_channel,private_channel")
        except SlackError as error:
            if error.code != "missing_scope":
                raise
            await self._list("public_channel")

    async def _list(self, types: str) -> None:
        pages = self._pages(self._client().conversations_list, types=types, exclude_archived=True, limit=1000)
        async for page in pages:
            self._ids.update((channel["name"], channel["id"]) for channel in page.get("channels") or [])

    async def _pages(self, method: _Method, **arguments: Any) -> AsyncIterator[AsyncSlackResponse]:
        cursor = ""
        while True:
            page = await _confirmed(method(cursor=cursor or None, **arguments))
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    def _client(self) -> AsyncWebClient:
        """The SDK's client on one session, without its own retries.

        Its retries send twice and say success; a session a call is 13 times slower over TLS (both measured).
        """
        if self._web is None:
            self._session = open_session(self._timeout, self.concurrency)
            self._web = AsyncWebClient(
                token=self._token.get_secret_value(),
                base_url=self._api_url,
                session=self._session,
                retry_handlers=[],
                logger=QUIET,
            )
        return self._web


def _name_of(address: str) -> str:
    return address.removeprefix("#").lower()


def _delivery_of(message: Mapping[str, Any]) -> str | None:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return payload.get("delivery")


async def _confirmed(request: Awaitable[AsyncSlackResponse], payload: Payload | None = None) -> AsyncSlackResponse:
    """Slack's answer, or SendError. An answer that is JSON of another shape makes the SDK raise AttributeError."""
    try:
        return await request
    except SlackApiError as error:
        refusal: SendError = _refusal(error.response, payload)
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

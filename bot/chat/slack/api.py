"""The methods of Slack's Web API that listening and answering need, asked as one app."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.channel import Kind, SendError
from bot.channels.deadline import answer_within
from bot.channels.slack.errors import classify_lost, classify_webhook
from bot.channels.slack.pages import confirmed
from bot.channels.slack.session import open_client, open_session
from bot.config.load import Config

SOON = 5.0
"""Seconds of a question that somebody waits for."""
_AT_ONCE = 16
"""Connections: two sockets, and answers."""


class Api:
    """Asks as one app. Raises SendError, classified as the channel's are."""

    def __init__(self, config: Config) -> None:
        table = config.settings.section("slack")
        self._url: str = table.api_url.rstrip("/") + "/"
        self._timeout = config.settings.delivery.timeout.total_seconds()
        self._proxy = config.way.proxy_for(table.api_url)
        self._token = config.secrets["slack.token"]
        self._app_token = config.secrets.get("slack.app_token", SecretStr(""))
        self._opened: tuple[AsyncWebClient, aiohttp.ClientSession] | None = None

    async def socket(self) -> aiohttp.ClientWebSocketResponse:
        """A new socket of Socket Mode. It answers no ping by itself, so that pings are seen."""
        web, session = self._web()
        async with answer_within(self._timeout):
            answer = await confirmed(web.apps_connections_open(app_token=self._app_token.get_secret_value()))
            try:
                return await session.ws_connect(str(answer["url"]), autoping=False)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                refusal = classify_lost(error)
        raise refusal  # here: what aiohttp raised holds the URL with its ticket, and would hang on as __context__

    async def own_name(self) -> str:
        """Without the @."""
        async with answer_within(SOON):
            return str((await confirmed(self._web()[0].auth_test()))["user"])

    async def channel(self, channel: str) -> Mapping[str, Any]:
        """As conversations.info has it."""
        async with answer_within(SOON):
            return dict((await confirmed(self._web()[0].conversations_info(channel=channel))).get("channel") or {})

    async def person(self, person: str) -> Mapping[str, Any]:
        """As users.info has them."""
        async with answer_within(SOON):
            return dict((await confirmed(self._web()[0].users_info(user=person))).get("user") or {})

    async def aside(self, channel: str, person: str, message: dict[str, Any]) -> None:
        """A message that one alone sees."""
        async with answer_within(self._timeout):
            shown = {"text": message["text"], "blocks": message.get("blocks"), "link_names": False, "parse": "none"}
            await confirmed(self._web()[0].chat_postEphemeral(channel=channel, user=person, **shown), lambda: message)

    async def edit(self, channel: str, ts: str, message: dict[str, Any]) -> None:
        """Put a message in place of another."""
        async with answer_within(self._timeout):
            shown = {"text": message["text"], "blocks": message.get("blocks") or [], "parse": "none"}
            await confirmed(self._web()[0].chat_update(channel=channel, ts=ts, **shown), lambda: message)

    async def publish(self, person: str, view: Mapping[str, Any]) -> None:
        """The app's home, as they see it."""
        async with answer_within(self._timeout):
            await confirmed(self._web()[0].views_publish(user_id=person, view=dict(view)))

    async def open_view(self, trigger: str, view: Mapping[str, Any]) -> None:
        """A modal for who pressed what the trigger is of."""
        async with answer_within(SOON):
            await confirmed(self._web()[0].views_open(trigger_id=trigger, view=dict(view)))

    async def update_view(self, number: str, view: Mapping[str, Any]) -> None:
        """The modal as it stands there now."""
        async with answer_within(SOON):
            await confirmed(self._web()[0].views_update(view_id=number, view=dict(view)))

    async def respond(self, url: str, body: Mapping[str, Any]) -> None:
        """An answer by the address that came with what it answers: five times, in half an hour."""
        if not self._is_slacks(url):
            raise SendError(Kind.DROP, "the address for the answer is not Slack's")
        try:
            async with answer_within(self._timeout), self._web()[1].post(url, json=dict(body)) as answer:
                status, said = answer.status, await answer.text()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            refusal: SendError = classify_lost(error)
        else:
            if status == 200:
                return
            refusal = classify_webhook(status, said, retry_after=answer.headers.get("Retry-After", ""))
        raise refusal  # here: aiohttp's errors hold the address, by which anybody could answer

    async def aclose(self) -> None:
        """Close connections."""
        if self._opened:
            await self._opened[1].close()

    def _is_slacks(self, url: str) -> bool:
        told, own = urlsplit(url), urlsplit(self._url)
        if (told.scheme, told.netloc) == (own.scheme, own.netloc):
            return True
        return told.scheme == "https" and (told.hostname or "").endswith(".slack.com")

    def _web(self) -> tuple[AsyncWebClient, aiohttp.ClientSession]:
        """Made in the event loop that uses it."""
        if self._opened is None:
            session = open_session(self._timeout, _AT_ONCE, self._proxy)
            self._opened = open_client(self._token, self._url, session), session
        return self._opened

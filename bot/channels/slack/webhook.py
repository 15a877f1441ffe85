"""The Slack webhook channel: messages like the Slack channel's, by incoming webhooks. An address is a webhook's name.

Cannot look up what arrived: webhooks have no metadata and no history.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from bot.channels.channel import Issue, Item, Kind, Lost, Name, Packed, Payload, SendError, Sent, Sight
from bot.channels.deadline import answer_within
from bot.channels.slack.errors import classify_lost, classify_webhook
from bot.channels.slack.message import pack, pack_issue, pack_text
from bot.channels.slack.session import QUIET, open_session, straight
from bot.rules.way_out import STRAIGHT, Proxy, WayOut


class SlackWebhookChannel:
    """Sends through webhooks given as name -> URL; the URL is the credential."""

    can_find = False
    concurrency = 16

    def __init__(
        self, *, urls: Mapping[str, SecretStr], timeout: float, channel_per_second: float, way: WayOut = STRAIGHT
    ) -> None:
        self.per_second = channel_per_second * 10
        self._urls = dict(urls)
        self._timeout = timeout
        self._interval = 1 / channel_per_second
        self._ways = {name: way.proxy_for(url.get_secret_value()) for name, url in urls.items()}
        self._sessions: dict[Proxy | None, aiohttp.ClientSession] = {}

    def interval(self, address: str) -> float:
        """One message a second for a webhook (Slack's page on rate limits)."""
        return self._interval

    def pack(self, item: Item, *, silent: bool = False) -> Payload:
        """One paper as a message; who reads it says there what rings."""
        return pack(item)

    def pack_issue(self, issue: Issue) -> list[Packed]:
        """Many papers as a list."""
        return pack_issue(issue)

    def pack_text(self, text: str) -> Payload:
        """One short message of plain text."""
        return pack_text(text)

    async def resolve(self, name: Name) -> str:
        """The name itself."""
        return name.address

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """`ok`: a webhook tells no message's id. A webhook's channel is its own; it takes no thread and no metadata."""
        async with answer_within(self._timeout):
            answer = await self._post(address, payload)
        if answer.status_code == 200 and answer.body.strip() == "ok":  # the SDK raises for no status (measured)
            return Sent("ok")
        retry_after = answer.headers.get("Retry-After", "")
        raise classify_webhook(answer.status_code, answer.body, retry_after=retry_after, payload=payload)

    async def find(self, lost: Lost) -> str | None:
        """None: there is no look-up."""
        return None

    async def check(self) -> str:
        """How many webhooks there are; asking one would post to it."""
        return f"{len(self._urls)} webhook" + ("" if len(self._urls) == 1 else "s")

    async def look(self, address: str, thread: str) -> Sight:
        """Whether the URL has a webhook's shape; more cannot be known without posting."""
        url = urlsplit(self._urls[address].get_secret_value())
        slack, shape = (
            url.hostname == "hooks.slack.com",
            url.path.startswith(("/services/", "/workflows/", "/triggers/")),
        )
        problem = (
            "its URL is not whole: copy it again from the app's page, Incoming Webhooks (.../services/T.../B.../...)"
        )
        return Sight("a webhook, which cannot be looked at without posting", (problem,) if slack and not shape else ())

    async def aclose(self) -> None:
        """Close connections."""
        for session in self._sessions.values():
            await session.close()

    async def _post(self, name: str, payload: Payload) -> WebhookResponse:
        if name not in self._urls:
            raise SendError(Kind.CLOSE, f"no webhook named {name} is configured")
        url, session = self._urls[name].get_secret_value(), self._session(self._ways[name])
        client = straight(AsyncWebhookClient(url, session=session, retry_handlers=[], logger=QUIET))
        try:
            return await client.send_dict(dict(payload))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            refusal = classify_lost(error)
        raise refusal  # here, not above: what aiohttp raised holds the URL, and would hang on as __context__

    def _session(self, proxy: Proxy | None) -> aiohttp.ClientSession:
        if proxy not in self._sessions:
            self._sessions[proxy] = open_session(self._timeout, self.concurrency, proxy)
        return self._sessions[proxy]

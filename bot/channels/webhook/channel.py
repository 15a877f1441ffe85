"""The webhook channel: POST to an address of the operator's own.

It cannot look up what arrived; who receives can tell by the delivery's id.

An address is a webhook's name; what it stands for is a secret, and so no error says it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import httpx
from pydantic import SecretStr

from bot.channels.channel import Issue, Item, Kind, Lost, Name, Packed, Payload, SendError, Sent, Sight
from bot.channels.deadline import answer_within
from bot.channels.webhook.message import body, pack, pack_issue, pack_text
from bot.fetch.answer import retry_after
from bot.fetch.errors import NEVER_SENT
from bot.fetch.ways import Ways
from bot.process.clock import Clock
from bot.rules.way_out import STRAIGHT, WayOut


@dataclass(frozen=True, slots=True)
class Target:
    """Where to post, and what to sign with."""

    url: SecretStr
    secret: SecretStr | None = None


class WebhookChannel:
    """Posts to targets by name. `timeout` is seconds for one request in all."""

    can_find = False
    concurrency = 8
    per_second = inf

    def __init__(
        self, *, targets: Mapping[str, Target], timeout: float, way: WayOut = STRAIGHT, clock: Clock | None = None
    ) -> None:
        self._targets = dict(targets)
        self._clock = clock or Clock()
        self._timeout = timeout
        # Connecting ends before the total deadline does: so a server that is not there is known as "not sent".
        limits = httpx.Timeout(None, connect=timeout * 0.75)
        self._client = httpx.AsyncClient(transport=Ways(way), timeout=limits, trust_env=False)
        for target in targets.values():
            way.proxy_for(target.url.get_secret_value())  # a wrong one is told now

    def interval(self, address: str) -> float:
        """No pause: the receiver says 429 where it wants one."""
        return 0.0

    def pack(self, item: Item, *, silent: bool = False) -> Payload:
        """One paper as a feed of one item."""
        return pack(item)

    def pack_issue(self, issue: Issue) -> list[Packed]:
        """Many papers as a feed."""
        return pack_issue(issue)

    def pack_text(self, text: str) -> Payload:
        """A notice as an item."""
        return pack_text(text)

    async def resolve(self, name: Name) -> str:
        """The name itself."""
        return name.address

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """The delivery's id: whoever gets the same one twice got one message twice. Raises SendError."""
        target = self._targets.get(address)
        if target is None:
            raise SendError(Kind.CLOSE, f"no webhook named {address} is configured")
        data = body(payload)
        headers = {"Content-Type": "application/feed+json", "X-Paperround-Delivery": delivery, **signed(target, data)}
        async with answer_within(self._timeout):
            status, pause = await self._posted(target.url.get_secret_value(), data, headers)
        if not 200 <= status < 300:
            raise refusal(status, pause)
        return Sent(delivery)

    async def find(self, lost: Lost) -> str | None:
        """None: nobody can be asked."""
        return None

    async def check(self) -> str:
        """How many webhooks there are; asking one would post to it."""
        return f"{len(self._targets)} webhook" + ("" if len(self._targets) == 1 else "s")

    async def look(self, address: str, thread: str) -> Sight:
        """Nothing: whoever answers there would take it for a delivery."""
        return Sight("a webhook, which cannot be looked at without posting")

    async def aclose(self) -> None:
        """Close connections."""
        await self._client.aclose()

    async def _posted(self, url: str, data: bytes, headers: Mapping[str, str]) -> tuple[int, float | None]:
        """The answer's status, and the seconds that it asks us to wait."""
        try:
            async with self._client.stream("POST", url, content=data, headers=headers) as response:
                return response.status_code, retry_after(response.headers.get("Retry-After"), self._clock.now())
        except NEVER_SENT as error:
            failed = SendError(Kind.WAIT, f"no connection to the webhook ({type(error).__name__})")
        except (httpx.HTTPError, ValueError) as error:
            failed = SendError(Kind.UNSURE, f"the answer was lost ({type(error).__name__})")
        raise failed  # here, not above: what httpx raised holds the address, and would hang on as __context__


def signed(target: Target, data: bytes) -> dict[str, str]:
    """The header that proves who sent the body: an HMAC of it by the webhook's secret; none where it has none."""
    if target.secret is None:
        return {}
    digest = hmac.new(target.secret.get_secret_value().encode(), data, hashlib.sha256).hexdigest()
    return {"X-Paperround-Signature": f"sha256={digest}"}


def refusal(status: int, pause: float | None) -> SendError:
    """What a status means that is no yes (contract: webhook)."""
    reason = f"the webhook answered {status}"
    if status == 410:
        return SendError(Kind.CLOSE, f"{reason}: it is gone")
    if status in {429, 503}:
        return SendError(Kind.WAIT, reason, retry_after=pause)
    if 400 <= status < 500:
        return SendError(Kind.DROP, reason)
    return SendError(Kind.UNSURE, reason)

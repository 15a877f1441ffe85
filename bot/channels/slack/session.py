"""One aiohttp session for everything sent to Slack, and a logger for its SDK that says nothing of what is sent."""

import logging
from functools import cached_property
from typing import Any, TypeVar

import aiohttp
from aiohttp_socks import ProxyConnectionError as SocksConnectionError
from aiohttp_socks import ProxyConnector
from aiohttp_socks import ProxyError as SocksError
from aiohttp_socks import ProxyTimeoutError as SocksTimeoutError
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.fetch.ways import tls
from bot.rules.way_out import Proxy

QUIET = logging.getLogger("slack_sdk.quiet")
"""The SDK's debug lines hold webhook URLs and texts; it asks this very logger's level, not its parents'."""
QUIET.setLevel(logging.WARNING)


class _SocksConnector(ProxyConnector):
    """Through a SOCKS proxy, which looks the names up. What fails on the way there is known as "not sent"."""

    async def _wrap_create_connection(self, *args: Any, **more: Any) -> Any:
        try:
            return await super()._wrap_create_connection(*args, **more)
        except (SocksError, SocksConnectionError, SocksTimeoutError) as error:
            key = more["req"].connection_key
            raise aiohttp.ClientProxyConnectionError(key, OSError(str(error))) from None
        except OSError as error:  # TLS, beyond the proxy
            raise aiohttp.ClientConnectorError(more["req"].connection_key, error) from None


def open_session(timeout: float, concurrency: int, proxy: Proxy | None = None) -> aiohttp.ClientSession:
    """A session; call it in the event loop that will use it. `timeout` is seconds for a request in all.

    Connecting ends before the total deadline does, so that a server that is not there is known as "not sent". It reads
    no environment; the SDK must be told so by `straight`.
    """
    limits = aiohttp.ClientTimeout(total=timeout, connect=timeout * 0.75)
    if proxy and proxy.scheme == "socks5":
        through = _SocksConnector.from_url(proxy.url, limit=concurrency, ssl=tls())
        return aiohttp.ClientSession(timeout=limits, connector=through)
    # aiohttp adds it to each request that names none: the SDK then names none.
    return aiohttp.ClientSession(
        timeout=limits,
        connector=aiohttp.TCPConnector(limit=concurrency, ssl=tls()),
        proxy=proxy.url if proxy else None,
    )


class Client(AsyncWebClient):
    """The SDK's client, with a way of its own for what is sent all day.

    To find out the address and the headers anew, to look in what we packed for objects of its own and to write it as
    JSON are a third of what the SDK takes for a message (measured).
    """

    async def post_message(self, body: bytes) -> AsyncSlackResponse:
        """chat.postMessage of what is JSON already."""
        arguments = {"headers": self._of_posts, "data": body, "ssl": self.ssl, "proxy": self.proxy}
        return await self._send(http_verb="POST", api_url=self._posts, req_args=arguments)

    @cached_property
    def _posts(self) -> str:
        return f"{self.base_url}chat.postMessage"

    @cached_property
    def _of_posts(self) -> dict[str, str]:
        known = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json;charset=utf-8"}
        return {**self.headers, **known}


def open_client(token: SecretStr, api_url: str, session: aiohttp.ClientSession) -> Client:
    """The SDK's client on one session, without its own retries.

    Its retries send twice and say success; a session a call is 13 times slower over TLS (both measured).
    """
    web = Client(token=token.get_secret_value(), base_url=api_url, session=session, retry_handlers=[], logger=QUIET)
    return straight(web)


SdkClient = TypeVar("SdkClient", Client, AsyncWebhookClient)


def straight(client: SdkClient) -> SdkClient:
    """The SDK's client without what it took from the environment; it knows no NO_PROXY. The session has the way."""
    client.proxy = None
    return client

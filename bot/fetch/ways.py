"""Connections by the way out: straight, or through a proxy. The one HTTP transport under every client of ours on httpx.

No library reads the environment for itself: each has habits of its own with proxies.
"""

import os
import ssl
from functools import cache

import httpx

from bot.rules.way_out import Proxy, WayError, WayOut

_USUAL = httpx.Limits(max_connections=100, max_keepalive_connections=20)


class Ways(httpx.AsyncBaseTransport):
    """A pool of connections for each way that is used. Raises WayError for a proxy whose address is wrong."""

    def __init__(self, way: WayOut, limits: httpx.Limits = _USUAL) -> None:
        self._way = way
        self._limits = limits
        self._open: dict[Proxy | None, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it by the way that is right for its address."""
        return await self.by(self._way.proxy_for(str(request.url)), request)

    async def by(self, proxy: Proxy | None, request: httpx.Request) -> httpx.Response:
        """Send it by this proxy; None: straight. What fails on the way to a proxy says so."""
        try:
            return await self._transport(proxy).handle_async_request(request)
        except httpx.ConnectError as error:
            if proxy is None:
                raise
            raise httpx.ProxyError(f"{proxy.server} cannot be connected to: {error}") from None

    async def aclose(self) -> None:
        """Close connections."""
        for transport in self._open.values():
            await transport.aclose()

    def _transport(self, proxy: Proxy | None) -> httpx.AsyncHTTPTransport:
        if proxy not in self._open:
            through = httpx_proxy(proxy) if proxy else None
            self._open[proxy] = httpx.AsyncHTTPTransport(
                verify=tls(), proxy=through, limits=self._limits, trust_env=False
            )
        return self._open[proxy]


def httpx_proxy(proxy: Proxy) -> httpx.Proxy:
    """As httpx wants it."""
    return httpx.Proxy(proxy.url, ssl_context=tls() if proxy.scheme == "https" else None)


@cache
def tls() -> ssl.SSLContext:
    """The usual roots, or those of SSL_CERT_FILE and SSL_CERT_DIR: a proxy may have its own. Raises WayError."""
    try:
        return httpx.create_ssl_context()  # reads every root certificate: 45 ms
    except OSError as error:  # ssl.SSLError is one
        named = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE") if os.environ.get(name)]
        told = f"{' or '.join(named) or 'the certificates'} cannot be used: {error.strerror or error}"
        raise WayError(told) from None

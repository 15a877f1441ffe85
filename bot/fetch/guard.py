"""Where a request may go: configured servers anywhere, all others on public addresses only.

It stands where connections are made, so a redirect or a name that changes its address cannot pass it. Through a proxy
it is the proxy that looks names up, so for a server that is not configured the address that was judged here is what the
proxy is asked for; only where TLS proves the name (https through an HTTP proxy) it is the name. One that has no address
here cannot be judged, and is refused: it can be configured.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from bot.fetch.errors import FetchError
from bot.fetch.ways import Ways
from bot.rules.way_out import STRAIGHT, Proxy, WayOut

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port -> its addresses as text. Raises OSError (`socket.gaierror`) where there is none."""

_PORTS = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


async def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a host, by the system's resolver, in its order of preference."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def is_public(address: str) -> bool:
    """Whether an address belongs to the open internet: not this machine, its network, a group or a reserve.

    An IPv6 address that wraps an IPv4 one is judged as that one.
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        inner = _wrapped(ip)
        if inner is None:
            return ip.is_global and not (ip.is_multicast or ip.is_site_local or ip.is_reserved)
        ip = inner
    return ip.is_global and not ip.is_multicast


class AddressGuard(httpx.AsyncBaseTransport):
    """An HTTP transport for the servers of `configured` (URLs), wherever they are, and for the public internet.

    A server is a host and its port: a redirect from one local service to another is refused. Any other server must
    have public addresses only, on port 80 or 443, without credentials in its URL; it is resolved once, and the very
    address that was judged is connected to (Host and TLS name stay).
    """

    def __init__(self, configured: Iterable[str], resolve: Resolve = resolve, way: WayOut = STRAIGHT) -> None:
        self._configured = {server for url in configured for server in _servers(httpx.URL(url))}
        self._resolve = resolve
        self._way = way
        self._direct = Ways(way)
        # Pooled by address, and one address may serve many names: a connection is not used for a second one.
        self._public = Ways(way, httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request, or raise FetchError where it may not go."""
        url = request.url
        if url.scheme not in _PORTS:
            raise FetchError(f"only http and https are read, not {url.scheme[:20]!r}")
        if _server(url) in self._configured:
            return await self._direct.handle_async_request(request)
        if url.userinfo or _server(url)[1] not in _PORTS.values():
            raise FetchError(f"{url.host} is not a configured server: no credentials, and ports 80 and 443 only")
        addresses, proxy = await self._public_addresses(url), self._way.proxy_for(str(url))
        if proxy and proxy.scheme != "socks5" and url.scheme == "https":
            return await self._public.by(proxy, request)
        return await self._send_to(addresses, proxy, request)

    async def aclose(self) -> None:
        """Close connections."""
        await self._direct.aclose()
        await self._public.aclose()

    async def _public_addresses(self, url: httpx.URL) -> Sequence[str]:
        try:
            addresses = await self._resolve(*_server(url))
        except (OSError, UnicodeError):  # UnicodeError: a label that is empty or longer than 63
            addresses = []
        if not addresses:
            advice = "; if the proxy knows it, configure that very address" if self._way.proxy_for(str(url)) else ""
            raise FetchError(f"{url.host} has no address{advice}", no_answer=not advice)
        if not all(map(is_public, addresses)):
            raise FetchError(f"{url.host} is not a configured server and its address is not public")
        return addresses

    async def _send_to(self, addresses: Sequence[str], proxy: Proxy | None, request: httpx.Request) -> httpx.Response:
        for address in addresses[:-1]:
            try:
                return await self._public.by(proxy, _aimed(request, address))
            except (httpx.ConnectError, httpx.ProxyError):
                continue
        return await self._public.by(proxy, _aimed(request, addresses[-1]))


def _servers(url: httpx.URL) -> Iterable[tuple[str, int]]:
    host, port = _server(url)
    yield host, port
    if port == _PORTS["http"]:
        yield host, _PORTS["https"]  # the usual redirect from http to https


def _server(url: httpx.URL) -> tuple[str, int]:
    return url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def _aimed(request: httpx.Request, address: str) -> httpx.Request:
    extensions = request.extensions | {"sni_hostname": _server(request.url)[0]}
    url = request.url.copy_with(host=address)
    return httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=extensions)

"""Who asks, and at which address they reached us: from the request, and from what a trusted proxy says of it. Pure.

The address is for what a page or feed says of itself where the configuration names none (`[publish] base_url`).
"""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.config.tables import Network

_Peer: TypeAlias = tuple[str, int]
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(
    rf"(?=.{{1,260}}\Z)((?:{_LABEL}\.)*{_LABEL}\.?|\[[0-9A-Fa-f:.]{{2,45}}\])(?::(\d{{1,5}}))?", re.ASCII
)
"""A host as a browser sends it (RFC 9110, 7.2): a name in ASCII, with underscores as Docker has them, or an address."""
_USUAL = {"http": "80", "https": "443"}


def base_of(scheme: str, host: str) -> str:
    """`https://papers.example.org/`; empty where a host is none that a browser could have sent."""
    found = _HOST.fullmatch(host)
    if found is None or scheme not in _USUAL or not _is_right(found[1], found[2]):
        return ""
    port = f":{int(found[2])}" if found[2] and found[2] != _USUAL[scheme] else ""
    return f"{scheme}://{found[1].lower()}{port}/"


def _is_right(name: str, port: str | None) -> bool:
    if port is not None and not 0 < int(port) < 65_536:
        return False
    return not name.startswith("[") or isinstance(_address(name), IPv6Address)


class Forwarded:
    """Before the application: what a trusted proxy says of a request counts, what anybody else says does not."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI)."""
        peer = scope.get("client")
        if scope["type"] == "http" and peer and _is_in(peer[0], self._trusted):
            scope = {**scope, **self._told(Headers(scope=scope), scope, peer)}
        await self._app(scope, receive, send)

    def _told(self, headers: Headers, scope: Scope, peer: _Peer) -> Scope:
        protocol, host = _last(headers, "x-forwarded-proto").lower(), _last(headers, "x-forwarded-host")
        client = client_of(peer[0], _all(headers, "x-forwarded-for"), self._trusted)
        known: Scope = {"client": peer if client == peer[0] else (client, 0)}
        if protocol in _USUAL:
            known["scheme"] = protocol
        if base_of("http", host):
            rest = [(name, value) for name, value in scope["headers"] if name != b"host"]
            known["headers"] = [(b"host", host.encode("ascii")), *rest]
        return known


def client_of(peer: str, passed_on: Iterable[str], trusted: Sequence[Network]) -> str:
    """Whom a trusted peer speaks for: of the addresses that it and those before it noted, the last not trusted."""
    for one in reversed(list(passed_on)):
        address = _address(one)
        if address is None:
            return peer
        peer = str(address)
        if not _is_in(peer, trusted):
            return peer
    return peer


def _is_in(peer: str, networks: Sequence[Network]) -> bool:
    address = _address(peer)
    return address is not None and any(address in one for one in networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: with a port, in brackets, or of IPv4 within IPv6."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _all(headers: Headers, name: str) -> list[str]:
    return [one.strip() for one in ",".join(headers.getlist(name)).split(",") if one.strip()]


def _last(headers: Headers, name: str) -> str:
    """What the nearest proxy says: those before it may be anybody."""
    return next(reversed(_all(headers, name)), "")

"""The one rule for the way out: by which proxy an address is reached, or straight. Pure.

`[fetch] proxy` counts for every http(s) request; without it HTTPS_PROXY or HTTP_PROXY, by the address's scheme, else
ALL_PROXY, in capitals or small (small wins, even where it is empty: so do curl and Python). NO_PROXY counts for both;
what stands on this machine goes straight.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from bot.rules.words import ascii_host

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_PROXY_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_QUOTED = re.compile(r"""\s*(["']?)(.*?)\1\s*""", re.DOTALL)
"""`docker --env-file` hands quotes over as part of a value."""


class WayError(ValueError):
    """The way out cannot be used as it is set; the text says by what, and what to write."""


class ProxyError(WayError):
    """A proxy's address that cannot be used; the text says where it stands and what to write, without its password."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy: `http`, `https` or `socks5`. Its user and password are as they stand in the address, percent-encoded."""

    scheme: str
    host: str
    port: int
    login: str = ""

    @property
    def url(self) -> str:
        """Its whole address, with its password: for the library that connects, never for people."""
        return f"{self.scheme}://{self.login + '@' if self.login else ''}{self.server}"

    @property
    def server(self) -> str:
        """Host and port, for people too."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"Proxy({self.scheme}://{self.server})"


def parse_proxy(text: str, place: str) -> Proxy:
    """A proxy's address; one without a scheme is http. Raises ProxyError, which names `place`."""
    address = text if "://" in text else f"http://{text}"
    login, at, rest = address.partition("://")[2].partition("/")[0].rpartition("@")
    scheme = address.partition("://")[0].lower()
    if scheme not in _PROXY_PORTS:
        raise ProxyError(f"{place}: {scheme[:20]!r} is no kind of proxy; write http://, https:// or socks5://host:port")
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port == 0 or re.search(r"[\s\"'\\<>]", login + rest) or not host.isprintable():
        raise ProxyError(f"{place} is no proxy's address; write one like http://proxy.example.org:3128")
    kind = "socks5" if scheme == "socks5h" else scheme
    return Proxy(kind, host, port or _PROXY_PORTS[scheme], login if at else "")


@dataclass(frozen=True, slots=True)
class WayOut:
    """What the configuration and the environment say of the way out. `WayOut()`: always straight."""

    configured: str = ""
    """`[fetch] proxy`."""
    named: tuple[tuple[str, str], ...] = ()
    """Scheme, or `all`, and what the environment names for it."""
    straight: tuple[str, ...] = ()
    """What NO_PROXY lists."""

    @classmethod
    def of(cls, configured: str, environment: Mapping[str, str]) -> "WayOut":
        """Read once, from the file and the environment. Nothing is judged yet."""
        named = tuple((scheme, _variable(environment, f"{scheme}_proxy")) for scheme in ("http", "https", "all"))
        listed = re.split(r"[\s,;]+", _variable(environment, "no_proxy"))
        return cls(configured, named, tuple(one for one in listed if one))

    def proxy_for(self, url: str) -> Proxy | None:
        """By which proxy an http(s) address is reached; None: straight. Raises ProxyError."""
        scheme, host, port = _server(url)
        if not host or self._is_straight(scheme, host, port):
            return None
        return self._proxy(scheme)

    def proxy_for_mail(self, host: str, port: int) -> Proxy | None:
        """By which SOCKS proxy a mail server is reached; None: straight. An HTTP proxy carries no mail."""
        if self._is_straight("", _plain_host(host), port):
            return None
        found = self._proxy("")
        return found if found and found.scheme == "socks5" else None

    def _proxy(self, scheme: str) -> Proxy | None:
        """The proxy of a scheme; of none, what counts for all."""
        if self.configured:
            return parse_proxy(self.configured, "fetch.proxy")
        found = dict(self.named)
        for name in (scheme.replace("ws", "http"), "all"):
            if found.get(name):
                return parse_proxy(found[name], f"{name.upper()}_PROXY")
        return None

    def _is_straight(self, scheme: str, host: str, port: int) -> bool:
        return _is_here(host) or any(_covers(entry, scheme, host, port) for entry in self.straight)


STRAIGHT = WayOut()
"""No proxy at all."""


def _variable(environment: Mapping[str, str], name: str) -> str:
    """A variable in small letters, else in capitals; without quotes and blanks around it."""
    found = _QUOTED.fullmatch(environment.get(name, environment.get(name.upper(), "")))
    return found[2].strip() if found else ""


def _server(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        return parts.scheme, _plain_host(parts.hostname or ""), parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", "", 0


def _plain_host(host: str) -> str:
    """As hosts are compared: small, in ASCII, without a last dot, brackets or zone."""
    host = host.strip("[]").partition("%")[0].rstrip(".").lower()
    try:
        return ascii_host(host)
    except UnicodeError:
        return host


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(host)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _is_here(host: str) -> bool:
    address = _address(host)
    if address is None:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _covers(entry: str, scheme: str, host: str, port: int) -> bool:
    """Whether one word of NO_PROXY means this server.

    `*`, a domain with or without a dot before it (and all below it), an address, a network; each with a port or a
    scheme where it is for that alone.
    """
    wanted_scheme, found, rest = entry.rpartition("://")
    if found and wanted_scheme.lower() not in {"all", scheme, ""}:
        return False
    name, wanted_port = _with_port(rest if found else entry)
    if wanted_port not in {None, port}:
        return False
    address = _address(host)
    if address is not None:
        return _is_of(address, name) or ("*" in name and fnmatchcase(host, name))
    return _is_below(host, name)


def _with_port(entry: str) -> tuple[str, int | None]:
    """`host:443`, `[::1]:443`; an IPv6 address without brackets has no port."""
    found = re.fullmatch(r"(\[[^\]]*\](?:/\d+)?|[^:]*?)(?::(\d{1,5}))?/?", entry)
    if not found:
        return entry, None
    return found[1], int(found[2]) if found[2] else None


def _is_of(address: IPv4Address | IPv6Address, name: str) -> bool:
    """Whether an address is the one that is named, or of that network."""
    try:
        network = ip_network(re.sub(r"[\[\]]|%[^/]*", "", name), strict=False)
    except ValueError:
        return False
    return address in network


def _is_below(host: str, name: str) -> bool:
    domain = _plain_host(name.removeprefix("*.").lstrip("."))
    if name in {"*", "*."}:
        return True
    if "*" in domain:
        return fnmatchcase(host, domain)
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))

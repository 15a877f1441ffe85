"""Proxies on loopback ports: HTTP (CONNECT and absolute-form) and SOCKS5. They look names up in a book of their own.

`names` has host -> port on this machine; anything else they refuse. `seen` lists what they were asked for. A host
that is `secured` talks TLS, which ends here: what is on the port talks in clear.
"""

import asyncio
import base64
import ssl  # noqa: TC003  (to be read, like what else a test may set)
import struct
import threading
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.fakes.loops import end_talks


class _Proxy:
    scheme = ""

    def __init__(self, names: Mapping[str, int], login: str = "") -> None:
        self.names = dict(names)
        self.login = login
        """`user:password` that is asked for; empty: nobody is asked."""
        self.seen: list[str] = []
        self.secured: dict[str, ssl.SSLContext] = {}
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._over: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.login + '@' if self.login else ''}127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._over
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    def _serve(self) -> None:
        self._loop.run_until_complete(self._until_over())
        self._loop.close()

    async def _until_over(self) -> None:
        self._over = asyncio.Event()
        server = await asyncio.start_server(self._safely, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        await end_talks()

    async def _safely(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def _joined(
        self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes = b""
    ) -> None:
        if host in self.secured:
            await writer.start_tls(self.secured[host])
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.names[host])
        there_writer.write(first)
        try:
            await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))
        finally:
            there_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


class FakeProxy(_Proxy):
    """An HTTP proxy."""

    scheme = "http"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        line, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ")
        headers = dict(one.lower().split(": ", 1) for one in lines if ": " in one)
        self.seen.append(f"{method} {target}")
        wanted = "basic " + base64.b64encode(self.login.encode()).decode().lower()
        if self.login and headers.get("proxy-authorization", "") != wanted:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        host = target.rpartition(":")[0] if method == "CONNECT" else urlsplit(target).hostname or ""
        if host not in self.names:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
        elif method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self._joined(host, reader, writer)
        else:  # one request a connection: what would come next could be for another host
            parts = urlsplit(target)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            kept = [one for one in lines if one and not one.lower().startswith(("proxy-", "connection:"))]
            first = "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""])
            await self._joined(host, reader, writer, first.encode("latin-1"))


class FakeSocks(_Proxy):
    """A SOCKS5 proxy (RFC 1928, 1929)."""

    scheme = "socks5"

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        method = 2 if self.login else 0
        writer.write(bytes([5, method if method in methods else 255]))
        if method not in methods:
            return
        if method == 2 and not await self._let_in(reader, writer):
            return
        _, command, _, kind = await reader.readexactly(4)
        host = await _host(reader, kind)
        (port,) = struct.unpack(">H", await reader.readexactly(2))
        self.seen.append(f"{host}:{port}")
        known = command == 1 and host in self.names
        if host in self.secured:
            writer.transport.pause_reading()  # type: ignore[attr-defined]  # what comes next is not for us to read
        writer.write(bytes([5, 0 if known else 4, 0, 1, 0, 0, 0, 0, 0, 0]))
        await writer.drain()
        if known:
            await self._joined(host, reader, writer)

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readexactly(1)
        user = await reader.readexactly((await reader.readexactly(1))[0])
        password = await reader.readexactly((await reader.readexactly(1))[0])
        right = f"{user.decode()}:{password.decode()}" == self.login
        writer.write(bytes([1, 0 if right else 1]))
        await writer.drain()
        return right


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == 1:
        return str(IPv4Address(await reader.readexactly(4)))
    if kind == 4:
        return str(IPv6Address(await reader.readexactly(16)))
    return (await reader.readexactly((await reader.readexactly(1))[0])).decode()

"""One session of SMTP, driven phase by phase: so that "not sent" and "answer lost" differ.

A client's own `send` raises the same for a connection cut before the mail was written and after it was taken.
"""

import asyncio
import socket
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache

from aiosmtplib import SMTP, SMTPException, SMTPResponseException
from pydantic import SecretStr

from bot.channels.channel import Kind, SendError
from bot.channels.email.errors import Phase, failed, one_line, refused
from bot.channels.email.server import Server
from bot.fetch.ways import tls
from bot.rules.way_out import Proxy

_FAREWELL = 1.0
"""Seconds for QUIT."""
_LOOK = 0.01
"""Seconds between two looks at what of a mail is still to be written: mostly none, the system takes it at once."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where mail is handed over, and how."""

    server: Server
    password: SecretStr | None
    timeout: float
    """Seconds of a session, in all."""
    proxy: Proxy | None = None
    """A SOCKS proxy."""
    name: str = ""
    """What we call ourselves; empty: this machine's name."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, ready: the bytes that are sent, whatever becomes of them."""

    sender: str
    recipient: str
    content: bytes
    """Header and body; each line ends in CRLF, the last one too."""


async def hand_over(post: Post, letter: Letter, doubt: asyncio.Lock | None = None) -> str:
    """Send one mail to one address; what the server said. Raises SendError, as bot.channels.email.errors says.

    From the final dot on it holds `doubt`, and when it returns still: who notes that the mail was taken releases it.
    """
    async with AsyncExitStack() as held:
        async with _session(post) as session:
            await session.write(letter)
            if doubt:
                await held.enter_async_context(doubt)
            said = await session.end()
        held.pop_all()
    return said


async def ask(post: Post, sender: str) -> str:
    """Connect, log in, ask whether it takes mail of a sender, and send none; how that went. Raises SendError."""
    async with _session(post) as session:
        await session.begin(sender)
        return session.way


@asynccontextmanager
async def _session(post: Post) -> AsyncIterator["_Session"]:
    session, trouble = _Session(post), None
    try:
        async with asyncio.timeout(post.timeout):
            await session.open()
            yield session
        await session.leave()
    except (SendError, SMTPResponseException) as error:  # it answered, so it hears us
        trouble = session.told(error)
        await session.leave()
    except (SMTPException, OSError, TimeoutError, ValueError) as error:
        trouble = session.told(error)
    finally:
        session.drop()
    if trouble:
        raise trouble  # here, not above: an error of the login would hang on as __context__


@dataclass(slots=True)
class _Session:
    post: Post
    phase: Phase = Phase.CONNECT
    way: str = ""
    _client: SMTP = field(init=False)

    def __post_init__(self) -> None:
        server = self.post.server
        self._client = SMTP(
            hostname=server.host,
            port=server.port,
            timeout=self.post.timeout,
            use_tls=server.encrypted,
            start_tls=False,
            tls_context=self._trust(),
            local_hostname=self.post.name or None,
        )

    async def open(self) -> None:
        """Up to where a mail may be sent."""
        if self.post.proxy:
            sock = await _through(self.post.proxy, self.post.server)
            await self._client.connect(sock=sock, port=None)
        else:
            await self._client.connect()
        await self._greet()
        if not self.post.server.encrypted:
            await self._encrypt()
        self.way = "over TLS" if self._is_encrypted else "unencrypted"
        if self.post.password is not None:
            await self._log_in(self.post.password.get_secret_value())
            self.way += f", as {self.post.server.user}"

    async def begin(self, sender: str) -> None:
        """A mail of a sender; whoever leaves then has sent none."""
        self.phase = Phase.SENDER
        await self._client.mail(sender)

    async def write(self, letter: Letter) -> None:
        """One mail to one address, up to its final dot."""
        await self.begin(letter.sender)
        self.phase = Phase.RECIPIENT
        await self._client.rcpt(letter.recipient)
        self.phase = Phase.CONTENT
        begun = await self._client.execute_command(b"DATA")
        if begun.code != 354:
            raise refused(self.phase, begun.code, one_line(begun.message))
        await self._write(letter.content)

    async def end(self) -> str:
        """The final dot; what the server said once it had the mail."""
        self.phase = Phase.DOT
        taken = await self._client.execute_command(b".")
        if not 200 <= taken.code < 300:
            raise refused(self.phase, taken.code, one_line(taken.message))
        return one_line(taken.message)

    async def leave(self) -> None:
        """Say goodbye, if anybody is there: what was answered before it stands, whatever comes of it."""
        with suppress(SMTPException, OSError, TimeoutError):
            if self._client.is_connected:
                await self._client.quit(timeout=_FAREWELL)

    def drop(self) -> None:
        """Leave nothing open, and nothing on its way."""
        if isinstance(transport := self._client.transport, asyncio.WriteTransport):
            transport.abort()
        self._client.close()

    def told(self, error: Exception) -> SendError:
        """What an error of this session means, without the password."""
        found = error if isinstance(error, SendError) else failed(self.phase, error)
        reason = found.reason
        for form in self._secrets():
            reason = reason.replace(form, "***")
        return replace(found, reason=reason)

    async def _greet(self) -> None:
        self.phase = Phase.HELLO
        try:
            await self._client.ehlo()
        except SMTPResponseException as error:
            if error.code < 500 or not self._client.is_connected:
                raise
            await self._client.helo()

    async def _encrypt(self) -> None:
        """By STARTTLS, where the server has it; where it must, or a password would go in clear, else not at all."""
        self.phase = Phase.TLS
        if self._client.supports_extension("starttls"):
            await self._client.starttls()
            await self._greet()
        elif self.post.password is not None and not self.post.server.is_here:
            told = f"{self.post.server.host} offers no encryption, and a password goes only over TLS"
            raise SendError(Kind.STOP, told, cure="write smtps:// if it has that")

    async def _log_in(self, password: str) -> None:
        """By one way alone: servers lock accounts for a refused password that is tried again."""
        self.phase = Phase.LOGIN
        client, user = self._client, self.post.server.user
        ways = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
        way = next((log_in for name, log_in in ways.items() if name in client.server_auth_methods), None)
        if way is None:
            raise SendError(Kind.STOP, f"{self.post.server.host} takes no login that we know")
        await way(user, password)

    async def _write(self, content: bytes) -> None:
        """All but the final dot, until nothing of it is left with us: what is cut before that was not sent."""
        transport = self._client.transport
        if not isinstance(transport, asyncio.WriteTransport):
            raise ConnectionResetError
        transport.write(content.replace(b"\r\n.", b"\r\n.."))  # RFC 5321, 4.5.2
        while transport.get_write_buffer_size():  # noqa: ASYNC110  (asyncio tells of an empty buffer to protocols alone)
            await asyncio.sleep(_LOOK)
        if transport.is_closing():
            raise ConnectionResetError

    @property
    def _is_encrypted(self) -> bool:
        return self._client.get_transport_info("sslcontext") is not None

    def _trust(self) -> ssl.SSLContext:
        """Whom we talk to is proved where a password goes there, or TLS was asked for.

        Else encryption keeps out those alone who listen: without it the mail would go in clear (RFC 7435). What stays
        on this machine nobody can turn away.
        """
        server = self.post.server
        if server.is_here or (self.post.password is None and not server.encrypted):
            return _anybody()
        return tls()

    def _secrets(self) -> tuple[str, ...]:
        """How a server may repeat the password in what it says of a login; the longest first."""
        if self.post.password is None:
            return ()
        user, secret = self.post.server.user, self.post.password.get_secret_value()
        written = [b64encode(one.encode()).decode() for one in (f"\0{user}\0{secret}", secret)]
        return (*written, secret)


@cache
def _anybody() -> ssl.SSLContext:
    """Encrypts, and trusts whoever answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def _through(proxy: Proxy, server: Server) -> socket.socket:
    from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError  # noqa: PLC0415  (few have one)
    from python_socks.async_.asyncio import Proxy as Socks  # noqa: PLC0415

    try:
        return await Socks.from_url(proxy.url, rdns=True).connect(server.host, server.port)
    except (ProxyError, ProxyConnectionError, ProxyTimeoutError) as error:
        raise OSError(f"by the SOCKS proxy: {error}") from None

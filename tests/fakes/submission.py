"""A mail server as providers have it for their users: a password after TLS, by aiosmtpd, which checks who logs in."""

import asyncio
import ssl
import threading
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from aiosmtpd import smtp
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from tests.fakes.loops import hang_up

PASSWORD = "correct horse"


class Sink:
    """Takes all, and knows one user."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_DATA(self, _server: smtp.SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return "250 2.0.0 taken"

    def __call__(
        self, _server: smtp.SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        said = data.password.decode()
        right = (data.login, said) == (b"me", PASSWORD)
        return AuthResult(success=right, handled=False, message="" if right else f"535 5.7.8 not by {said}")


@asynccontextmanager
async def running(
    context: ssl.SSLContext | None, *, at_once: bool = False, login: bool = True
) -> AsyncIterator[tuple[Sink, int]]:
    """A server with STARTTLS, or TLS at once; without a context neither. What it took, and its port."""
    sink = Sink()
    by_request = None if at_once else context

    def served() -> smtp.SMTP:
        asks_tls = by_request is not None
        options = {"auth_required": login, "auth_require_tls": asks_tls, "tls_context": by_request}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it is asked on purpose for a login in clear
            return smtp.SMTP(sink, hostname="aiosmtpd", authenticator=sink, loop=loop, **options)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(served, "127.0.0.1", 0, ssl=context if at_once else None)
    try:
        yield sink, server.sockets[0].getsockname()[1]
    finally:
        server.close()


@contextmanager
def beside(context: ssl.SSLContext) -> Iterator[tuple[Sink, int]]:
    """The same with STARTTLS, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = running(context)
    try:
        yield asyncio.run_coroutine_threadsafe(anext(server.gen), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(hang_up(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()

"""Encryption and logging in, against aiosmtpd: a password goes only over TLS or to this machine, and stands nowhere."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels.channel import Kind, SendError
from bot.channels.email.server import Server
from bot.channels.email.session import Letter, Post, ask, hand_over
from bot.fetch.ways import tls
from bot.rules.way_out import parse_proxy
from tests.bot.channels.email.sending import ADA
from tests.certificates import certificate_of, served_by
from tests.fakes import submission
from tests.fakes.proxy import FakeSocks
from tests.fakes.smtp import FakeSmtp
from tests.fakes.submission import PASSWORD, Sink

LETTER = Letter("papers@example.org", ADA, b"Subject: one\r\n\r\nbody\r\n")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its certificate for mail.example.org, in one file."""
    return certificate_of("mail.example.org", "DNS", tmp_path_factory.mktemp("tls"))


def running(certificate: Path | None, **how: bool) -> AbstractAsyncContextManager[tuple[Sink, int]]:
    """A server with that certificate."""
    return submission.running(served_by(certificate) if certificate else None, **how)


def post(port: int, *, scheme: str = "smtp", host: str = "127.0.0.1", password: str = PASSWORD) -> Post:
    return Post(Server.of(f"{scheme}://me@{host}:{port}"), SecretStr(password), 5.0, name="tests.example.org")


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The certificate's maker counts among those we trust."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    tls.cache_clear()
    yield
    tls.cache_clear()


@contextmanager
def elsewhere(port: int, **how: str) -> Iterator[Post]:
    """A server that is reached as mail.example.org: by a proxy, which alone knows that name."""
    with FakeSocks({"mail.example.org": port}) as proxy:
        yield replace(post(port, host="mail.example.org", **how), proxy=parse_proxy(proxy.url, "proxy"))


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_password_goes_over_tls_and_by_a_socks_proxy(certificate: Path, scheme: str) -> None:
    async with running(certificate, at_once=scheme == "smtps") as (sink, port):
        with elsewhere(port, scheme=scheme) as there:
            assert await hand_over(there, LETTER) == "2.0.0 taken"
            assert await ask(there, LETTER.sender) == "over TLS, as me"
    (one,) = sink.taken
    assert (one.mail_from, one.rcpt_tos, one.content) == ("papers@example.org", [ADA], LETTER.content)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_server_that_nobody_vouches_for_gets_no_password(certificate: Path, scheme: str) -> None:
    tls.cache_clear()
    async with running(certificate, at_once=scheme == "smtps") as (sink, port):
        with (
            elsewhere(port, scheme=scheme) as there,
            pytest.raises(SendError, match="certificate is not to be trusted") as caught,
        ):
            await hand_over(there, LETTER)
    assert (caught.value.kind, sink.taken) == (Kind.STOP, [])


async def test_a_password_never_leaves_this_machine_in_clear() -> None:
    with FakeSmtp() as server, elsewhere(server.port) as there:
        with pytest.raises(SendError, match="offers no encryption") as caught:
            await hand_over(there, LETTER)
        assert caught.value.kind is Kind.STOP
        assert [one[:4] for one in server.commands] == ["EHLO", "QUIT"]


async def test_to_this_machine_it_may_go_in_clear_and_any_certificate_will_do(certificate: Path) -> None:
    for its in (None, certificate):
        async with running(its) as (sink, port):
            await hand_over(post(port), LETTER)
            assert len(sink.taken) == 1


async def test_without_a_login_a_mail_goes_encrypted_where_that_can_be(certificate: Path) -> None:
    tls.cache_clear()
    async with running(certificate, login=False) as (sink, port):
        with elsewhere(port) as there:
            nobody = replace(there, password=None, server=replace(there.server, user=""))
            await hand_over(nobody, LETTER)
            assert await ask(nobody, LETTER.sender) == "over TLS"
    assert len(sink.taken) == 1


@pytest.mark.threat(14)
async def test_a_wrong_password_stops_and_stands_nowhere(
    certificate: Path, everything_logged: pytest.LogCaptureFixture
) -> None:
    wrong = "hunter2 hunter2"
    async with running(certificate) as (sink, port):
        with pytest.raises(SendError, match="refuses the login: 535") as caught:
            await hand_over(post(port, password=wrong), LETTER)
    assert (caught.value.kind, sink.taken) == (Kind.STOP, [])
    assert "[email] smtp" in caught.value.told
    logged = [one.getMessage() for one in everything_logged.records if one.name != "mail.log"]  # the server's own
    said = [repr(caught.value), str(caught.value), repr(caught.value.__context__), repr(post(1)), *logged]
    assert [one for one in said if wrong in one or PASSWORD in one] == []


async def test_a_proxy_that_knows_no_such_server_is_told() -> None:
    with elsewhere(1) as there:
        unknown = replace(there, server=replace(there.server, host="other.example.org"))
        with pytest.raises(SendError) as caught:
            await hand_over(unknown, LETTER)
    assert caught.value.kind is Kind.WAIT

"""TLS, STARTTLS and a SOCKS proxy on the way to a mail server."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bot.sources.imap.rounds import BOTH, Reader, found, reason
from tests.certificates import certificate_of
from tests.fakes.imap import FakeImap


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its certificate for 127.0.0.1, in one file."""
    return certificate_of("127.0.0.1", "IP", tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=["at once", "STARTTLS"])
def secured(request: pytest.FixtureRequest, server: FakeImap, certificate: Path) -> tuple[FakeImap, str]:
    """A server with TLS, and its address."""
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(certificate)
    server.tls_at_once = request.param == "at once"
    return server, server.url.replace("imap://", "imaps://") if server.tls_at_once else server.url


async def test_mail_is_read_with_tls(
    secured: tuple[FakeImap, str], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, url = secured
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    reader = Reader(server, url=url)
    assert found(await reader.round()) == BOTH
    assert await reader.round() == []
    server.fault = "SEARCH", "silence"
    slow = Reader(server, url=url, deadline=3.0)
    assert "no whole answer" in reason(await slow.round())


async def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_login(
    secured: tuple[FakeImap, str],
) -> None:
    server, url = secured
    assert "certificate verify failed" in reason(await Reader(server, url=url).round())
    assert server.logins == []


async def test_a_server_that_never_shakes_hands_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, FakeImap() as server:
        url = f"imaps://me@127.0.0.1:{silent.getsockname()[1]}/INBOX"
        assert "within 0.5 seconds" in reason(await Reader(server, url=url, deadline=0.5).round())


@contextmanager
def socks(target: tuple[str, int] | None) -> Iterator[tuple[str, list[bytes]]]:
    """A SOCKS5 proxy (RFC 1928) that connects everything to one target, or refuses; what it was asked for."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, target, asked), daemon=True).start()
        yield f"socks5://user:sesame@127.0.0.1:{listening.getsockname()[1]}", asked


def _serve(listening: socket.socket, target: tuple[str, int] | None, asked: list[bytes]) -> None:
    client, _ = listening.accept()
    with client:
        client.recv(64)
        client.sendall(b"\x05\x02")
        client.recv(512)
        client.sendall(b"\x01\x00")
        asked.append(client.recv(512))
        client.sendall((b"\x05\x00" if target else b"\x05\x05") + b"\x00\x01\x7f\x00\x00\x01\x00\x00")
        if target:
            with socket.create_connection(target) as far:
                back = threading.Thread(target=_pass_on, args=(far, client), daemon=True)
                back.start()
                _pass_on(client, far)
                back.join(10)


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    while data := here.recv(65536):
        there.sendall(data)
    there.shutdown(socket.SHUT_WR)


async def test_mail_is_read_by_a_socks_proxy_that_looks_the_name_up(server: FakeImap) -> None:
    """The name is the proxy's to know; ours leads nowhere."""
    url = f"imap://me%40example.org@mail.invalid:{server.port}/INBOX"
    with socks(("127.0.0.1", server.port)) as (proxy, asked):
        ways = {f"imap://mail.invalid:{server.port}": proxy}
        reader = Reader(server, url=url, proxy=ways.get, insecure=True)
        assert found(await reader.round()) == BOTH
    assert b"mail.invalid" in asked[0]


async def test_a_proxy_that_refuses_is_told_without_its_password(server: FakeImap) -> None:
    with socks(None) as (proxy, _):
        told = reason(await Reader(server, proxy=lambda _address: proxy).round())
    assert "no connection to 127.0.0.1: by the SOCKS proxy: Connection refused" in told
    gone = reason(await Reader(server, proxy=lambda _address: proxy).round())
    assert "no connection to 127.0.0.1: " in gone
    wrong = reason(await Reader(server, proxy=lambda _address: "what://user:sesame@x").round())
    assert "the address of the SOCKS proxy is none" in wrong
    assert "sesame" not in told + gone + wrong

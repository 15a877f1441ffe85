"""Slack's session by TLS, through a proxy: whose word counts, and what surely never left."""

from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.channels.channel import Kind
from bot.channels.slack.errors import classify_lost
from bot.channels.slack.session import open_session
from bot.fetch.ways import tls
from bot.rules.way_out import parse_proxy
from tests.certificates import certificate_of, served_by
from tests.fakes.proxy import FakeSocks
from tests.fakes.slack import FakeSlack

HOST = "slack.example.org"


async def asked(certificate: Path) -> int:
    """The status of an answer by https through a SOCKS proxy."""
    with FakeSlack() as slack, FakeSocks({HOST: urlsplit(slack.url).port or 0}) as proxy:
        proxy.secured[HOST] = served_by(certificate)
        async with (
            open_session(5.0, 1, parse_proxy(proxy.url, "proxy")) as session,
            session.get(f"https://{HOST}/") as answer,
        ):
            return answer.status


async def test_a_certificate_that_nobody_vouches_for_is_known_as_not_sent(tmp_path: Path) -> None:
    tls.cache_clear()
    with pytest.raises(aiohttp.ClientError) as caught:
        await asked(certificate_of(HOST, "DNS", tmp_path))
    assert classify_lost(caught.value).kind is Kind.WAIT


async def test_whom_ssl_cert_file_names_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = certificate_of(HOST, "DNS", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    tls.cache_clear()
    assert await asked(certificate) == 404
    tls.cache_clear()

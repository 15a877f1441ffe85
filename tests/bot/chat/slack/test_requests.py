"""Signed requests: what is forged, old, repeated or too large has no effect and is told so, never with a 500."""

import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot.chat.fronts import posts
from bot.chat.said import Said, read
from bot.process.clock import Clock
from bot.store import inbox
from bot.store.engine import driver
from bot.web.app import web_app
from bot.web.server import context_of
from tests.bot.chat.slack.listening import REQUESTS, SECRET, TABLES, Configured, Listening, listening
from tests.fakes.slack import FakeSlack

ME = "U0000000001"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
COMMAND = b"command=/papers&text=list&user_id=U0000000001&channel_id=C0000000001&trigger_id=1"


def signed(body: bytes, at: float | None = None, secret: str = SECRET, kind: str = FORM) -> dict[str, str]:
    moment = str(int(time.time() if at is None else at))
    mark = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={mark}", "Content-Type": kind}


class Office:
    def __init__(self, here: Listening, client: httpx.AsyncClient) -> None:
        self.here, self.client = here, client

    async def post(self, body: bytes, headers: dict[str, Any]) -> httpx.Response:
        return await self.client.post("/slack/events", content=body, headers=headers)

    def heard(self) -> list[str]:
        rows = self.here.store.call(
            lambda at: driver(at).execute("select body from inbox where kind = 'slack' order by id").fetchall()
        )
        return [told.text for (body,) in rows if isinstance(told := read(body), Said)]


@asynccontextmanager
async def office(configured: Configured) -> AsyncIterator[Office]:
    config = configured(REQUESTS)
    async with listening(config, listen=False) as here:
        taking = posts(config, here.store, Clock(), here.desk.heard.set)
        async with context_of(config, here.store, Clock(), taking) as context:
            transport = httpx.ASGITransport(web_app(context), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://papers.example.org") as client:
                yield Office(here, client)


@pytest.mark.threat(17)
async def test_what_slack_did_not_sign_has_no_effect(configured: Configured, slack: FakeSlack) -> None:
    now = time.time()
    good = signed(COMMAND)
    bad: dict[str, tuple[bytes, dict[str, Any]]] = {
        "another secret": (COMMAND, signed(COMMAND, secret="another")),
        "another body": (COMMAND.replace(b"list", b"forget"), good),
        "too old": (COMMAND, signed(COMMAND, now - 302)),
        "ahead": (COMMAND, signed(COMMAND, now + 302)),
        "no number": (COMMAND, {**good, "X-Slack-Request-Timestamp": "abc"}),
        "a fraction": (COMMAND, {**good, "X-Slack-Request-Timestamp": f"{now}"}),
        "other digits": (COMMAND, {**good, "X-Slack-Request-Timestamp": "١٢٣".encode()}),
        "below zero": (COMMAND, {**good, "X-Slack-Request-Timestamp": "-1"}),
        "no float": (COMMAND, {**good, "X-Slack-Request-Timestamp": "9" * 400}),
        "huge": (COMMAND, {**good, "X-Slack-Request-Timestamp": "9" * 5000}),
        "not ASCII": (COMMAND, {**good, "X-Slack-Signature": "v0=ünd".encode()}),
        "empty": (COMMAND, {**good, "X-Slack-Signature": ""}),
        "no time": (COMMAND, {name: one for name, one in good.items() if name != "X-Slack-Request-Timestamp"}),
        "no signature": (COMMAND, {name: one for name, one in good.items() if name != "X-Slack-Signature"}),
        "no text": (b"\xff\xfe", good),
    }
    async with office(configured) as here:
        statuses = {name: (await here.post(*one)).status_code for name, one in bad.items()}
        assert statuses == dict.fromkeys(bad, 401)
        assert (await here.post(b"x" * 1_000_000, good)).status_code == 413
        assert (await here.post(b"x" * 500_001, signed(b"x" * 500_001))).status_code == 413
        assert here.here.store.call(inbox.oldest) is None


@pytest.mark.parametrize("skew", [-298, 0, 298])
async def test_what_slack_signed_counts_once(configured: Configured, slack: FakeSlack, skew: int) -> None:
    moment = int(time.time()) + skew
    headers = signed(COMMAND, moment)
    async with office(configured) as here:
        first, again = await here.post(COMMAND, headers), await here.post(COMMAND, headers)
        assert (first.status_code, first.text, again.status_code) == (200, "", 401)
        assert here.heard() == ["list"]
    async with office(configured) as here:  # also after a restart
        assert (await here.post(COMMAND, headers)).status_code == 401
        retried = signed(COMMAND, moment + (1 if skew < 0 else -1))
        assert (await here.post(COMMAND, retried)).status_code == 200  # Slack's own, signed anew
        assert here.heard() == ["list"]


async def test_every_kind_of_request_is_read(configured: Configured, slack: FakeSlack) -> None:
    ref = "C0000000001:1.5"
    press = urlencode({"payload": json.dumps(slack.pressed("unsubscribe #1", ME, ref))}).encode()
    typed = json.dumps(slack.typed("votes&gt;=20 “a phrase”", ME)).encode()
    hello = json.dumps({"type": "url_verification", "challenge": "3eZb", "token": "old"}).encode()
    async with office(configured) as here:
        assert (await here.post(press, signed(press))).status_code == 200
        assert (await here.post(typed, signed(typed, kind=JSON))).status_code == 200
        told = await here.post(hello, signed(hello, kind="application/json; charset=utf-8"))
        assert (told.status_code, told.text) == (200, "3eZb")
        assert here.heard() == ["unsubscribe #1", 'votes>=20 "a phrase"']


WRONG = [b"", b"[]", b"{}", b"{", b"null", b'{"type": []}', b'{"type": "event_callback"}', b"payload=1", b"payload={}"]
WRONG += [b"[" * 100_000, b"payload=" + b"[" * 100_000, b"&" * 1000, b"=", b'{"type": "event_callback", "event": 1}']
WRONG += [b'payload={"type":"block_actions","actions":[]}', b"command=/papers", b"a=1&" * 200, b"x" * 499_000]


@pytest.mark.parametrize("kind", [FORM, JSON, "text/plain", ""])
async def test_what_is_signed_and_has_no_shape_does_nothing(
    configured: Configured, slack: FakeSlack, kind: str
) -> None:
    async with office(configured) as here:
        for body in WRONG:
            assert (await here.post(body, signed(body, kind=kind))).status_code in {200, 400}, body[:50]
        assert here.here.store.call(inbox.oldest) is None


async def test_where_nobody_listens_there_is_no_such_address(configured: Configured, slack: FakeSlack) -> None:
    config = configured(REQUESTS, TABLES)
    async with listening(config, listen=False) as here, context_of(config, here.store, Clock()) as context:
        transport = httpx.ASGITransport(web_app(context), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://papers.example.org") as client:
            assert (await client.post("/slack/events", content=COMMAND)).status_code in {404, 405}
    async with office(configured) as served:
        assert (await served.client.get("/slack/events")).status_code in {404, 405}

"""Signed requests at /slack/events: slash commands, buttons and events, where no socket is kept."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from pydantic import SecretStr
from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier

from bot.chat.slack.taking import Taker
from bot.process.clock import Clock

PATH = "/slack/events"
Answer = tuple[int, str]
"""Status and text."""


class SignedRequests:
    """Takes what Slack posts, once its signature is seen to be right."""

    def __init__(self, secret: SecretStr, taker: Taker, clock: Clock) -> None:
        self._secret, self._taker, self._clock = secret, taker, clock

    async def take(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """200 once it is stored; 401 for what is forged, old or repeated, whatever is wrong with it."""
        time, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if not is_genuine(self._secret, body, time, signature, self._clock.now()):
            return 401, "not signed by Slack"
        found = told(body, headers.get("content-type", ""))
        kind, payload = found or ("", {})
        answer = await self._taker.request(kind, payload, f"{time}:{signature}")
        if answer is None:
            return 401, "this request was here before"
        if found is None:
            return 400, "not understood"
        if answer:
            return 200, json.dumps(answer)
        return 200, str(payload.get("challenge") or "") if kind == "url_verification" else ""


class _At(SdkClock):
    def __init__(self, now: datetime) -> None:
        self._now = now.timestamp()

    def now(self) -> float:
        return self._now


def is_genuine(secret: SecretStr, body: bytes, time: str, signature: str, now: datetime) -> bool:
    """By Slack's page on verifying requests: HMAC of the raw body, at most five minutes old or ahead.

    The SDK raises for a time that is no number or too great for one, for a signature that is not ASCII, and for bytes
    that are no text.
    """
    try:
        return SignatureVerifier(secret.get_secret_value(), _At(now)).is_valid(body, time, signature)
    except (ValueError, TypeError, OverflowError):
        return False


def told(body: bytes, content_type: str) -> tuple[str, Mapping[str, Any]] | None:
    """What a body tells, and of which kind it would be in Socket Mode; None: it is of no shape that we know."""
    is_json = content_type.partition(";")[0].strip().lower() == "application/json"
    try:
        kind, found = _event(body) if is_json else _form(body)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return (kind, found) if isinstance(found, dict) else None


def _event(body: bytes) -> tuple[str, Any]:
    found = json.loads(body)
    return {"event_callback": "events_api", "url_verification": "url_verification"}[found["type"]], found


def _form(body: bytes) -> tuple[str, Any]:
    form = {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=100).items()}
    if "payload" in form:
        return "interactive", json.loads(form["payload"])
    return ("slash_commands", form) if "command" in form else ("", None)

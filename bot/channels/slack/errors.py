"""What each answer of Slack means for the message and its lane: pure functions over a table (refusals)."""

from fnmatch import fnmatchcase

import aiohttp

from bot.channels.channel import Kind, Payload, SendError
from bot.channels.slack.message import without_blocks
from bot.channels.slack.refusals import NEW_WEBHOOK, OURS, ROWS, UNKNOWN, UNREACHABLE, Refusal

LONGEST_PAUSE = 24 * 3600.0
"""Seconds."""
_HOUR = 3600.0

_WORDS = {"not_in_channel": "the app is not in the channel: invite the app"}
_WEBHOOK_FIX = ("invalid_payload", "no_text", "too_many_attachments", "invalid_blocks*")
_CHANNELS_OWN = ("channel_is_archived", "posting_to_general_channel_denied")
_WEBHOOK_CLOSE = (
    "user_not_found",
    "channel_not_found",
    "no_service",
    "no_active_hooks",
    "no_service_id",
    "no_team",
    "invalid_token",
    "action_prohibited",
    "team_disabled",
    "posting_to_general_channel_denied",
    "channel_is_archived",
)


class SlackError(SendError):
    """A SendError that still knows Slack's own word for it."""

    code = ""


def classify(
    status: int, code: str, *, retry_after: str = "", detail: str = "", payload: Payload | None = None
) -> SlackError:
    """What an answer of the Web API means: HTTP status, `error`, Retry-After, and a word more for people."""
    reason = _WORDS.get(code) or f"Slack: {code or f'HTTP {status}'}" + (f" ({detail})" if detail else "")
    kind = _kind_of(status, code)
    error = SlackError(kind or Kind.WAIT, reason, patient=kind is None, cure=_cure_of(status, code))
    if kind is Kind.FIX:
        error.kind, error.fix = _fixed(payload)
        error.cure = error.cure if error.fix else OURS
    if kind is Kind.WAIT:
        error.retry_after = _HOUR if code == "message_limit_exceeded" else seconds(retry_after)
    error.code = code
    return error


def _row_of(code: str) -> Refusal | None:
    return next((row for row in ROWS if _among(code, row.codes)), None)


def _kind_of(status: int, code: str) -> Kind | None:
    row = _row_of(code)
    if status == 429 or (row and row.kind is Kind.WAIT):
        return Kind.WAIT
    if status >= 500 or (status < 300 and not code):
        return Kind.UNSURE
    return row.kind if row else None


def _cure_of(status: int, code: str) -> str:
    row = _row_of("ratelimited" if status == 429 else code)
    if row is None and (status >= 500 or not code):
        return UNREACHABLE
    return row.cure if row else UNKNOWN


def classify_webhook(status: int, body: str, *, retry_after: str = "", payload: Payload | None = None) -> SendError:
    """What a webhook's answer means, when it is not `ok`. The body is one word, or a page of some proxy."""
    code = body.strip()[:60]
    reason = f"Slack webhook: HTTP {status}" + (f" {code}" if code.isidentifier() else "")
    cure = _cure_of(status, code)
    if status == 429:
        return SendError(Kind.WAIT, reason, retry_after=seconds(retry_after), cure=cure)
    if status < 300 or status >= 500 or code == "rollup_error":
        return SendError(Kind.UNSURE, reason, cure=cure)
    if code in _WEBHOOK_CLOSE:
        return SendError(Kind.CLOSE, reason, cure=cure if code in _CHANNELS_OWN else NEW_WEBHOOK)
    if _among(code, _WEBHOOK_FIX):
        kind, fix = _fixed(payload)
        return SendError(kind, reason, fix=fix, cure=cure if fix else OURS)
    return SendError(Kind.WAIT, reason, patient=True, cure=cure)


def classify_lost(error: Exception) -> SendError:
    """What a failed request means: only these exceptions tell that it never left (measured, aiohttp 3.14)."""
    name = type(error).__name__
    never_sent = (
        aiohttp.ClientConnectorError,
        aiohttp.ConnectionTimeoutError,
        aiohttp.ClientHttpProxyError,
        aiohttp.InvalidURL,
    )
    if isinstance(error, never_sent):
        return SendError(Kind.WAIT, f"no connection to Slack ({name})", cure=UNREACHABLE)
    return SendError(Kind.UNSURE, f"the answer was lost ({name})")


def seconds(retry_after: str) -> float | None:
    """A Retry-After header in seconds, at most a day; None if it is not a whole number."""
    return min(float(retry_after), LONGEST_PAUSE) if retry_after.isdecimal() else None


def _fixed(payload: Payload | None) -> tuple[Kind, Payload | None]:
    """Without blocks, once; a message without blocks that is still refused is dropped."""
    if payload is None or "blocks" not in payload:
        return Kind.DROP, None
    return Kind.FIX, without_blocks(payload)


def _among(code: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(code, pattern) for pattern in patterns)

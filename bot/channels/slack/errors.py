"""What each answer of Slack means for the message and its lane: two tables, and pure functions.

Codes from chat.postMessage's reference and the page on incoming webhooks.
"""

from fnmatch import fnmatchcase

import aiohttp

from bot.channels.channel import Kind, Payload, SendError
from bot.channels.slack.message import without_blocks

LONGEST_PAUSE = 24 * 3600.0
"""Seconds."""
_HOUR = 3600.0

_CLOSE = (
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "user_not_found",
    "messages_tab_disabled",
    "cannot_reply_to_message",
)
_STOP = (
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "not_allowed_token_type",
    "no_permission",
    "access_denied",
    "accesslimited",
    "two_factor_setup_required",
    "team_access_not_granted",
    "enterprise_is_restricted",
)
_FIX = (
    "msg_too_long",
    "msg_blocks_too_long",
    "invalid_blocks*",
    "too_many_attachments",
    "attachment_payload_limit_exceeded",
    "metadata_too_large",
    "invalid_metadata_*",
    "markdown_text_conflict",
)
_DROP = (
    "no_text",
    "invalid_arguments",
    "invalid_arg_name",
    "invalid_array_arg",
    "invalid_charset",
    "invalid_form_data",
    "invalid_post_type",
    "method_deprecated",
    "unknown_method",
)
_UNSURE = (
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "duplicate_message_not_found",
    "duplicate_channel_not_found",
    "rollup_error",
)
_KINDS = ((Kind.CLOSE, _CLOSE), (Kind.STOP, _STOP), (Kind.FIX, _FIX), (Kind.DROP, _DROP), (Kind.UNSURE, _UNSURE))
_WORDS = {"not_in_channel": "the app is not in the channel: invite the app"}
_PAUSE = ("ratelimited", "rate_limited", "message_limit_exceeded")
_WEBHOOK_FIX = ("invalid_payload", "no_text", "too_many_attachments", "invalid_blocks*")
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
    """What an answer of the Web API means: HTTP status, `error`, Retry-After, and a word more for people.

    A code in no table is a refusal (surely not delivered) that may pass, as restricted_action, org_login_required and
    their like do: an administrator lifts it.
    """
    reason = _WORDS.get(code) or f"Slack: {code or f'HTTP {status}'}" + (f" ({detail})" if detail else "")
    kind = _kind_of(status, code)
    error = SlackError(kind or Kind.WAIT, reason, patient=kind is None)
    if kind is Kind.FIX:
        error.kind, error.fix = _fixed(payload)
    if kind is Kind.WAIT:
        error.retry_after = _HOUR if code == "message_limit_exceeded" else seconds(retry_after)
    error.code = code
    return error


def _kind_of(status: int, code: str) -> Kind | None:
    if status == 429 or code in _PAUSE:
        return Kind.WAIT
    if status >= 500 or (status < 300 and not code):
        return Kind.UNSURE
    return next((kind for kind, patterns in _KINDS if _among(code, patterns)), None)


def classify_webhook(status: int, body: str, *, retry_after: str = "", payload: Payload | None = None) -> SendError:
    """What a webhook's answer means, when it is not `ok`. The body is one word, or a page of some proxy."""
    code = body.strip()[:60]
    reason = f"Slack webhook: HTTP {status}" + (f" {code}" if code.isidentifier() else "")
    if status == 429:
        return SendError(Kind.WAIT, reason, retry_after=seconds(retry_after))
    if status < 300 or status >= 500 or code == "rollup_error":
        return SendError(Kind.UNSURE, reason)
    if code in _WEBHOOK_CLOSE:
        return SendError(Kind.CLOSE, reason)
    if _among(code, _WEBHOOK_FIX):
        kind, fix = _fixed(payload)
        return SendError(kind, reason, fix=fix)
    return SendError(Kind.WAIT, reason, patient=True)


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
        return SendError(Kind.WAIT, f"no connection to Slack ({name})")
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

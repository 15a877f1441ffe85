"""What each answer of the Bot API means for the message and its lane: a table, and one pure function.

Descriptions from tdlib's and the Bot API server's sources; compared in lower case, since PTB capitalises them.
"""

from collections.abc import Callable
from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.channel import Kind, Payload, SendError
from bot.channels.telegram.message import shortened, unformatted, without_buttons, without_preview

LONGEST_PAUSE = 24 * 3600.0
"""Seconds; a longer `retry_after` is not believed (43,837 s has been seen)."""

_UNKNOWN = 86400.0
"""Seconds until a 403 that is in no list closes its chat."""

_GONE = (
    "bot was blocked by the user",
    "user is deactivated",
    "bot was kicked from",
    "bot is not a member of",
    "the group chat was deleted",
    "bot can't initiate conversation",
    "can't send messages to the bot",
)
_GONE_400 = ("chat not found", "message thread not found", "group chat was upgraded")
_NO_RIGHTS = (
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "have no write access",
    "chat_write_forbidden",
    "chat_send_",
    "topic_closed",
    "chat_restricted",
)
_FIXES: tuple[tuple[Callable[[Payload], Payload], tuple[str, ...]], ...] = (
    (unformatted, ("can't parse entities",)),
    (shortened, ("message is too long", "caption is too long", "text is too long", "request entity too large")),
    (
        without_preview,
        (
            "failed to get http url content",
            "wrong type of the web page content",
            "wrong file identifier",
            "wrong http url",
            "photo_invalid_dimensions",
            "image_process_failed",
        ),
    ),
    (without_buttons, ("button_data_invalid", "button_url_invalid", "reply markup is too long")),
)
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.ProxyError,
    httpx.InvalidURL,
)
"""Only these tell that the request never left (measured); any other lost answer may hide a delivered message."""


def classify(error: TelegramError, payload: Payload | None = None) -> SendError:
    """What PTB raised, in our words, without URLs (they hold the token). `payload` is what was sent, if a message."""
    if isinstance(error, RetryAfter):
        return SendError(Kind.WAIT, "flood control", retry_after=min(_seconds(error.retry_after), LONGEST_PAUSE))
    if isinstance(error, ChatMigrated):
        new = str(error.new_chat_id)
        return SendError(Kind.MOVED, f"the group became the supergroup {new}", moved_to=new)
    if isinstance(error, BadRequest):  # before NetworkError: in PTB it is one
        return _bad_request(error.message, payload)
    if isinstance(error, NetworkError):
        return _lost(error, payload)
    return _refused(error)


def _refused(error: TelegramError) -> SendError:
    if isinstance(error, InvalidToken):
        return SendError(Kind.STOP, "Telegram does not accept the bot token")
    if isinstance(error, Forbidden):
        return _forbidden(error.message)
    if isinstance(error, Conflict):  # it speaks of polling; sending goes on
        return SendError(Kind.WAIT, error.message)
    return SendError(Kind.UNSURE, f"the answer was not understood ({type(error).__name__})")


def _forbidden(message: str) -> SendError:
    if _says(message, _GONE):
        return SendError(Kind.CLOSE, message)
    return SendError(Kind.WAIT, message, patient=True, closes_after=_UNKNOWN)


def _bad_request(message: str, payload: Payload | None) -> SendError:
    if _says(message, _GONE) or _says(message, _GONE_400):
        return SendError(Kind.CLOSE, message)
    if _says(message, _NO_RIGHTS):
        return SendError(Kind.WAIT, message, patient=True)
    return _fixable(message, payload) or SendError(Kind.DROP, message)


def _fixable(message: str, payload: Payload | None) -> SendError | None:
    """A FIX when the message can change so that this refusal does not come again; a second time it is dropped."""
    for fix, texts in _FIXES:
        if payload is not None and _says(message, texts):
            changed = fix(payload)
            return SendError(Kind.FIX, message, fix=changed) if changed != payload else None
    return None


def _lost(error: NetworkError, payload: Payload | None) -> SendError:
    cause = error.__cause__
    name = type(cause or error).__name__
    if isinstance(cause, _NEVER_SENT):
        return SendError(Kind.WAIT, f"no connection to Telegram ({name})")
    if cause is None and _says(error.message, ("too many requests",)):
        return SendError(Kind.WAIT, "flood control")
    if cause is None and _says(error.message, ("request entity too large",)):
        return _fixable(error.message, payload) or SendError(Kind.DROP, "the message is too large")
    if isinstance(error, TimedOut) or cause is not None:
        return SendError(Kind.UNSURE, f"the answer was lost ({name})")
    return SendError(Kind.UNSURE, f"Telegram answered: {error.message[:100]}")


def _says(message: str, texts: tuple[str, ...]) -> bool:
    lowered = message.lower()
    return any(text in lowered for text in texts)


def _seconds(pause: float | timedelta) -> float:
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)

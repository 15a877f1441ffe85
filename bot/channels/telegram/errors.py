"""What each answer of the Bot API means for the message and its lane: one pure function over a table (refusals).

Descriptions are compared in lower case, since PTB capitalises them, and without what they quote: a button's address
may say anything.
"""

import re
from datetime import timedelta

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
from bot.channels.telegram.refusals import (
    CHATS,
    ELSEWHERE,
    FIXES,
    FLOOD,
    LOGGED_OUT,
    NO_SUCH_PLACE,
    UNAUTHORIZED,
    UNKNOWN,
    UNREACHABLE,
)
from bot.fetch.errors import NEVER_SENT

LONGEST_PAUSE = 24 * 3600.0
"""Seconds; a longer `retry_after` is not believed (43,837 s has been seen)."""

_UNKNOWN = 86400.0
"""Seconds until a 403 that is in no list closes its chat."""

_QUOTED = re.compile(r"""(?<![^\s(])(['"]).*?\1(?=[\s.,:;)]|$)""")
"""What a description quotes: it begins after a space, as the apostrophe of "can't" does not."""


def classify(error: TelegramError, payload: Payload | None = None) -> SendError:
    """What PTB raised, in our words, without URLs (they hold the token). `payload` is what was sent, if a message."""
    if isinstance(error, RetryAfter):
        pause = min(max(_seconds(error.retry_after), 0.0), LONGEST_PAUSE)
        return SendError(Kind.WAIT, "flood control", retry_after=pause, cure=FLOOD)
    if isinstance(error, ChatMigrated):
        new = str(error.new_chat_id)
        return SendError(Kind.MOVED, f"the group became the supergroup {new}", moved_to=new)
    if isinstance(error, BadRequest):  # before NetworkError: in PTB it is one
        return _of_the_chat(error.message) or _fixable(error.message, payload) or SendError(Kind.DROP, error.message)
    if isinstance(error, NetworkError):
        return _lost(error, payload)
    return _refused(error)


def _refused(error: TelegramError) -> SendError:
    if isinstance(error, InvalidToken):
        return _not_known(error.message)
    if isinstance(error, Forbidden):
        unknown = SendError(Kind.WAIT, error.message, patient=True, closes_after=_UNKNOWN, cure=UNKNOWN)
        return _of_the_chat(error.message) or unknown
    if isinstance(error, Conflict):  # it speaks of polling; sending goes on
        return SendError(Kind.WAIT, error.message, cure=ELSEWHERE)
    return SendError(Kind.UNSURE, f"the answer was not understood ({type(error).__name__})")


def _not_known(message: str) -> SendError:
    """401: the token is no bot's; 404: nothing is at that address (PTB makes one error of both)."""
    if "not found" in message.lower():
        return SendError(Kind.STOP, "nobody answers for a bot at that address", cure=NO_SUCH_PLACE)
    if "logged out" in message.lower():
        return SendError(Kind.STOP, message, cure=LOGGED_OUT)
    return SendError(Kind.STOP, "Telegram does not accept the bot token", cure=UNAUTHORIZED)


def _of_the_chat(message: str) -> SendError | None:
    """The refusal that the table has for it: the bot's, the chat's or the topic's state."""
    for row in CHATS:
        if _says(message, row.texts):
            return SendError(row.kind, message, patient=row.kind is Kind.WAIT, cure=row.cure)
    return None


def _fixable(message: str, payload: Payload | None) -> SendError | None:
    """A FIX when the message can change so that this refusal does not come again; a second time it is dropped."""
    for fix in FIXES:
        if payload is not None and _says(message, fix.texts):
            changed = fix.change(payload)
            return SendError(Kind.FIX, message, fix=changed, cure=fix.cure) if changed != payload else None
    return None


def _lost(error: NetworkError, payload: Payload | None) -> SendError:
    cause = error.__cause__
    name = type(cause or error).__name__
    if isinstance(cause, NEVER_SENT):
        return SendError(Kind.WAIT, f"no connection to Telegram ({name})", cure=UNREACHABLE)
    if cause is None and _says(error.message, ("too many requests",)):
        return SendError(Kind.WAIT, "flood control", cure=FLOOD)
    if cause is None and _says(error.message, ("request entity too large",)):
        return _fixable(error.message, payload) or SendError(Kind.DROP, "the message is too large")
    if isinstance(error, TimedOut) or cause is not None:
        return SendError(Kind.UNSURE, f"the answer was lost ({name})")
    return SendError(Kind.UNSURE, f"Telegram answered: {error.message[:100]}")


def _says(message: str, texts: tuple[str, ...]) -> bool:
    said = _QUOTED.sub("''", message).lower()
    return any(text in said for text in texts)


def _seconds(pause: float | timedelta) -> float:
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)

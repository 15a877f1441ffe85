"""What a failure means, by the phase in which it came: not sent before the final dot, unsure after it."""

import re
import ssl
from enum import IntEnum

from aiosmtplib import SMTPResponseException

from bot.channels.channel import Kind, SendError

_HOUR = 3600.0
"""Seconds of the longest pause after a 4xx: a server that greylists or is full is not asked each minute for a week."""
_ANOTHER_DAY = 23.5 * 3600.0
"""Seconds until an address that was refused is tried once more: who runs `once` each morning has it tried the next."""
_OURS = re.compile(r"relay|authenticat|\bauth\b|starttls", re.IGNORECASE)
"""A refusal of a recipient that says that it is we who may not send: "Relay access denied" (Postfix, Exim)."""


class Phase(IntEnum):
    """How far a session came."""

    CONNECT = 1
    HELLO = 2
    TLS = 3
    LOGIN = 4
    SENDER = 5
    RECIPIENT = 6
    CONTENT = 7
    """From DATA up to the final dot, which was not written yet."""
    DOT = 8
    """The final dot was written: the mail may have been taken."""


_DOING = {
    Phase.CONNECT: "connecting",
    Phase.HELLO: "greeting",
    Phase.TLS: "STARTTLS",
    Phase.LOGIN: "the login",
    Phase.SENDER: "the sender",
    Phase.RECIPIENT: "the recipient",
    Phase.CONTENT: "the mail",
    Phase.DOT: "the mail",
}


def refused(phase: Phase, code: int, words: str) -> SendError:
    """What a server's reply that is no yes means. `words` hold no secret."""
    reason = f"the mail server refuses {_DOING[phase]}: {code} {words}".rstrip()
    if not 400 <= code < 600:
        return _lost(phase, f"the mail server answers nonsense to {_DOING[phase]}: {code} {words}")
    if code < 500:
        return SendError(Kind.WAIT, reason, longest=_HOUR if phase >= Phase.RECIPIENT else None)
    if phase < Phase.RECIPIENT:
        return SendError(Kind.STOP, reason, cure=_CURES.get(phase, ""))
    if phase is Phase.RECIPIENT and not _OURS.search(words):
        return SendError(Kind.WAIT, reason, patient=True, pause=_ANOTHER_DAY, closes_after=0.0, refusals=2)
    if phase is Phase.RECIPIENT:
        return SendError(Kind.STOP, reason, cure=_CURES[Phase.SENDER])
    return SendError(Kind.DROP, reason)


_CURES = {
    Phase.LOGIN: "look at the user in [email] smtp and at its password",
    Phase.SENDER: "this login may not send as [email] from; ask who runs the server",
}


def failed(phase: Phase, error: Exception) -> SendError:
    """What an error means that is no reply."""
    if isinstance(error, SMTPResponseException):
        return refused(phase, error.code, one_line(error.message))
    for one in (error, error.__cause__):
        if isinstance(one, ssl.SSLCertVerificationError):
            return SendError(Kind.STOP, f"the mail server's certificate is not to be trusted: {one.verify_message}")
    if phase is Phase.CONNECT:
        return _lost(phase, f"no connection to the mail server ({_why(error.__cause__ or error)})")
    return _lost(phase, f"the mail server was lost at {_DOING[phase]} ({_why(error)})")


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(getattr(error, "strerror", "") or type(error).__name__)


def _lost(phase: Phase, reason: str) -> SendError:
    return SendError(Kind.UNSURE if phase is Phase.DOT else Kind.WAIT, reason)


def one_line(words: str) -> str:
    """A server's words on one line, not too many of them."""
    return " ".join(words.encode("utf-8", "replace").decode().split())[:300]

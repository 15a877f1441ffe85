"""What goes wrong with a mail server, in words for people, whatever raised it: imap-tools, imaplib, the network."""

import ast
import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager

from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

from bot.sources.imap.connection import HungUpError
from feeds.text import plain

_PASSING = ("[UNAVAILABLE]", "[SERVERBUG]", "[INUSE]", "[LIMIT]", "[CONTACTADMIN]")
"""What a server answers that may take the same login later (RFC 5530)."""
_NOT_UNDERSTOOD = re.compile(r"[\w-]+ command error: (BAD) (\[.*\])", re.DOTALL)
"""How imaplib tells of an answer: as Python writes a list of bytes."""


class MailError(Exception):
    """What went wrong, in words; `refused` where the server does not take the login, `broken` where it hung up."""

    def __init__(self, reason: str, *, refused: bool = False, broken: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused
        self.broken = broken


@contextmanager
def told(what: str, *, refused: str = "", hidden: tuple[str, ...] = ()) -> Iterator[None]:
    """Raise MailError: `what` happened, and what the server said of it, without what must stay hidden.

    `refused` is what happened where the server answered, and does not take the login.
    """
    try:
        yield
    except imaplib.IMAP4.abort as error:
        said = _without(hidden, _farewell(error))
        reason = f"the server hung up: {said}" if said else "the connection broke off"
        raise MailError(f"{what}: {reason}", broken=True) from None
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        said = _without(hidden, _said(error))
        passing = said.upper().startswith(_PASSING)
        raise MailError(f"{refused or what}: {said}", refused=bool(refused) and not passing) from None
    except OSError as error:
        said = plain(str(error))[:200] or type(error).__name__
        raise MailError(f"{what}: {said}", broken=True) from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # imaplib and imap-tools on odd answers
        raise MailError(f"{what}: the answer makes no sense ({type(error).__name__})", broken=True) from None


def _said(error: Exception) -> str:
    """The server's own words."""
    said: object = error.args[0] if error.args else ""
    if isinstance(error, UnexpectedCommandStatusError):
        kind, data = error.command_result[:2]
        said = (data[-1] if data else None) or kind
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else _as_sent(str(said))


def _as_sent(said: str) -> str:
    found = _NOT_UNDERSTOOD.fullmatch(said)
    try:
        lines = ast.literal_eval(found[2]) if found else []
    except (ValueError, SyntaxError):
        lines = []
    words = [line.decode("utf-8", "replace") for line in lines if isinstance(line, bytes)]
    return " ".join([found[1], *words]) if found and words else said


def _farewell(error: Exception) -> str:
    """What a server said as it hung up; imaplib raises anew what it was told of a command."""
    found = next((one for one in (error, error.__context__) if isinstance(one, HungUpError)), None)
    return str(found) if found else ""


def _without(hidden: tuple[str, ...], said: str) -> str:
    for secret in hidden:
        said = said.replace(secret, "***")
    return plain(said)[:200]

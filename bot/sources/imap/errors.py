"""What goes wrong with a mail server, in words for people, whatever raised it: imap-tools, imaplib, the network."""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager

from imap_tools.errors import ImapToolsError, UnexpectedCommandStatusError

from feeds.text import plain

_PASSING = ("[UNAVAILABLE]", "[SERVERBUG]", "[INUSE]", "[LIMIT]", "[CONTACTADMIN]")
"""What a server answers that may take the same login later (RFC 5530)."""


class MailError(Exception):
    """What went wrong, in words; `refused` where the server does not take the login, `broken` where it hung up."""

    def __init__(self, reason: str, *, refused: bool = False, broken: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused
        self.broken = broken


@contextmanager
def told(what: str, *, refused: bool = False, hidden: tuple[str, ...] = ()) -> Iterator[None]:
    """Raise MailError: `what` happened, and what the server said of it, without what must stay hidden."""
    try:
        yield
    except imaplib.IMAP4.abort:
        raise MailError(f"{what}: the connection broke off", broken=True) from None
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        said = _said(error)
        for secret in hidden:
            said = said.replace(secret, "***")
        said = plain(said)[:200]
        raise MailError(f"{what}: {said}", refused=refused and not said.upper().startswith(_PASSING)) from None
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
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)

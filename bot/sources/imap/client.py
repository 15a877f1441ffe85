"""The few commands that reading new mail needs, over imaplib; bounded in size. For a thread.

The mailbox is opened with EXAMINE and mails are fetched with BODY.PEEK: nothing but `mark_read` marks a mail as read.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

from pydantic import SecretStr

from bot.sources.imap.account import Account
from feeds.text import plain

MAX_BYTES = 16 * 1024 * 1024
"""Of one mail: an arXiv listing of a day is below 1 MB."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailError(Exception):
    """What went wrong with a mail server, in words for people; `refused` where it does not take the login."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused


class _Bounded:
    """What both clients add: one that is still connecting can be cut off, and a literal has not any size it likes."""

    def __init__(self, mailbox: "Mailbox", *address: Any, **how: Any) -> None:
        mailbox.connecting = self  # type: ignore[assignment]  # both subclasses are one
        super().__init__(*address, **how)

    def read(self, size: int) -> bytes:
        """Unlike imaplib's own, not as much as the server names."""
        if size > MAX_BYTES:
            raise imaplib.IMAP4.abort("the server sends too much")
        read: bytes = super().read(size)  # type: ignore[misc]  # of the client it is mixed with
        return read


class _Plain(_Bounded, imaplib.IMAP4):
    """Without TLS at first."""


class _Tls(_Bounded, imaplib.IMAP4_SSL):
    """With TLS from the start."""


class Mailbox:
    """A mailbox to look into. Every call blocks; `cut` may be called from elsewhere, and ends the one in hand.

    Only where it `writes` is the folder opened for more than looking (SELECT for EXAMINE: RFC 3501, 6.3.2).
    """

    def __init__(self, account: Account, password: SecretStr, timeout: float, *, writes: bool = False) -> None:
        self._account = account
        self._password = password
        self._timeout = timeout
        self._writes = writes
        self.connecting: imaplib.IMAP4 | None = None
        self._client: imaplib.IMAP4 | None = None

    def open(self) -> tuple[int, int]:
        """Connect, log in, look into the folder: its UIDVALIDITY and the next UID (0: not told). Raises MailError."""
        client = self._client = self._connect()
        with _told(f"{self._account.host} refuses the login", refused=True):
            self._log_in(client)
        with _told(f"the folder {self._account.folder} cannot be opened"):
            _checked(client.select(_quoted(self._account.folder), readonly=not self._writes))
            return _number(client, "UIDVALIDITY"), _number(client, "UIDNEXT")

    def uids(self, after: int | None, since: date) -> list[int]:
        """Mails with a larger UID, or where none is known those of this day and later; oldest first."""
        span = (
            f"UID {after + 1}:*" if after is not None else f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        )
        with _told("the mails cannot be listed"):
            found = _checked(self._opened().uid("SEARCH", span))
        uids = sorted(int(uid) for line in found if line for uid in line.split())
        return [uid for uid in uids if after is None or uid > after]  # `n:*` gives the last one in any case

    def size(self, uid: int) -> int | None:
        """A mail's bytes; None if it is gone."""
        with _told("a mail cannot be read"):
            answer = _checked(self._opened().uid("FETCH", str(uid), "(RFC822.SIZE)"))
        sizes = [_SIZE.search(line) for line in answer if isinstance(line, bytes)]
        return next((int(found[1]) for found in sizes if found), None)

    def fetch(self, uid: int) -> bytes | None:
        """A whole mail; None if it is gone."""
        with _told("a mail cannot be read"):
            answer = _checked(self._opened().uid("FETCH", str(uid), "(BODY.PEEK[])"))
        return next((part[1] for part in answer if isinstance(part, tuple)), None)

    def mark_read(self, uid: int) -> None:
        r"""Set a mail's flag `\Seen`; nothing happens where it is gone."""
        with _told("a mail cannot be marked as read"):
            _checked(self._opened().uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))

    def close(self) -> None:
        """Say goodbye, and close the connection even where that fails."""
        if self._client:
            try:
                self._client.logout()
            except (imaplib.IMAP4.error, OSError, ValueError):
                with suppress(OSError):
                    self._client.shutdown()

    def cut(self) -> None:
        """End the connection at once."""
        connection = getattr(self.connecting, "sock", None)  # it has none until it is connected
        if connection:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _connect(self) -> imaplib.IMAP4:
        account = self._account
        with _told(f"no connection to {account.host}"):
            if account.encrypted:
                secure = ssl.create_default_context()
                return _Tls(self, account.host, account.port, ssl_context=secure, timeout=self._timeout)
            client = _Plain(self, account.host, account.port, timeout=self._timeout)
            if "STARTTLS" in client.capabilities:
                client.starttls(ssl.create_default_context())
            return client

    def _log_in(self, client: imaplib.IMAP4) -> None:
        user, password = self._account.user, self._password.get_secret_value()
        if password.isascii():
            client.login(_quoted(user), password)
        else:  # LOGIN takes ASCII alone (RFC 3501, 6.2.3)
            client.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())

    def _opened(self) -> imaplib.IMAP4:
        if self._client is None:
            raise MailError("the mailbox is not open")
        return self._client


@contextmanager
def _told(what: str, *, refused: bool = False) -> Iterator[None]:
    """What imaplib and the network raise, in our words: `what` happened, and what the server said of it."""
    try:
        yield
    except imaplib.IMAP4.abort:
        raise MailError(f"{what}: the connection broke off") from None
    except imaplib.IMAP4.error as error:
        raise MailError(f"{what}: {_said(error)}", refused=refused) from None
    except (OSError, ValueError) as error:  # ValueError: it was cut off by `cut`
        raise MailError(f"{what}: {plain(str(error))[:200] or type(error).__name__}") from None


def _said(error: imaplib.IMAP4.error) -> str:
    said = error.args[0] if error.args else ""
    return plain(said.decode("ascii", "replace") if isinstance(said, bytes) else str(said))[:200]


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(data[-1] if data else kind)
    return data


def _number(client: imaplib.IMAP4, name: str) -> int:
    found = client.response(name)[1]
    return int(found[-1]) if found and found[-1] and found[-1].isdigit() else 0


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

"""The few commands that reading new mail needs, by imap-tools over our bounded connection. For a thread.

The mailbox is opened with EXAMINE and mails are fetched with BODY.PEEK: nothing but `mark_read` marks a mail as read.
Connecting, logging in, entering a folder and the coding of names are imap-tools'. We leave out what loses or changes
something: its `uids` reads the first line of an answer alone, `flag` expunges, a message of `fetch` is no longer the
bytes that came, and one bad name spoils a whole `list`.
"""

import imaplib
import re
import ssl
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError
from pydantic import SecretStr

from bot.sources.imap.account import Account
from bot.sources.imap.connection import MAX_ANSWER, MAX_BYTES, Client, Line
from bot.sources.imap.errors import MailError, told
from bot.sources.imap.folders import Folder, listed, meant, nearest, quoted, spelled
from bot.sources.imap.login import log_in, log_in_with_token

__all__ = ["MAX_BYTES", "Credential", "MailError", "Mailbox"]

Credential = tuple[SecretStr, bool]
"""A secret, and whether it is a token."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_AT_ONCE = 500
"""UIDs in one command: a line of 8,000 characters is taken everywhere (RFC 7162, 4)."""


class _Bounded(BaseMailBox):
    """imap-tools' mailbox over our connection."""

    def __init__(self, client: Client) -> None:
        self._made = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._made


class Mailbox:
    """A mailbox to look into. Every call blocks; `cut` may be called from elsewhere, and ends the one in hand.

    Only where it `writes` is the folder opened for more than looking (SELECT for EXAMINE: RFC 3501, 6.3.2).
    `insecure`: a password may go over a connection without TLS. `proxy`: the address of a SOCKS5 proxy.
    """

    def __init__(
        self,
        account: Account,
        credential: Credential,
        timeout: float,
        *,
        writes: bool = False,
        insecure: bool = False,
        proxy: str | None = None,
    ) -> None:
        self._account = account
        self._credential = credential
        self._timeout = timeout
        self._writes = writes
        self._may_be_plain = insecure or account.is_here
        self._proxy = proxy
        self._line = Line()
        self._client: Client | None = None
        self._box: _Bounded | None = None
        self.folder = ""
        """As the server spells it; once it is open."""

    def open(self) -> tuple[int, int]:
        """Connect, log in, look into the folder: its UIDVALIDITY and the next UID (0: not told). Raises MailError."""
        with told(f"no connection to {self._account.host}"):
            self._client = self._connect()
        self._box = _Bounded(self._client)
        self._log_in(self._box)
        self._enter()
        return self._number("UIDVALIDITY"), self._number("UIDNEXT")

    def mails(self) -> int:
        """How many are in the folder."""
        return self._number("EXISTS")

    def newest(self) -> bytes:
        """The headers of the last mail; empty where there is none."""
        if not self.mails():
            return b""
        last = self._search(f"UID {max(self._number('UIDNEXT'), 1)}:*")  # `*` is the last one (RFC 3501, 9: seq-range)
        return (self.fetch(last[-1], headers_only=True) if last else None) or b""

    def uids(self, after: int | None, since: date) -> list[int]:
        """Mails with a larger UID, or where none is known those of this day and later; oldest first."""
        span = (
            f"UID {after + 1}:*" if after is not None else f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        )
        return [uid for uid in self._search(span) if after is None or uid > after]  # `n:*` gives the last in any case

    def those_of(self, uids: Iterable[int]) -> set[int]:
        """Which of them are still there."""
        asked, found = sorted(uids), set[int]()
        for start in range(0, len(asked), _AT_ONCE):
            found.update(self._search("UID " + ",".join(map(str, asked[start : start + _AT_ONCE]))))
        return found & set(asked)

    def size(self, uid: int) -> int | None:
        """A mail's bytes; None if it is gone."""
        with told("a mail cannot be read"):
            answer = _checked(self._ready().uid("FETCH", str(uid), "(RFC822.SIZE)"))
        sizes = [_SIZE.search(line) for line in answer if isinstance(line, bytes)]
        return next((int(found[1]) for found in sizes if found), None)

    def fetch(self, uid: int, *, headers_only: bool = False) -> bytes | None:
        """A whole mail, or its headers; None if it is gone. Raises MailError, also where a mail has no content."""
        what = "(BODY.PEEK[HEADER])" if headers_only else "(BODY.PEEK[])"
        with told("a mail cannot be read"):
            answer = [part for part in _checked(self._ready().uid("FETCH", str(uid), what)) if part]
        contents = [part[1] for part in answer if isinstance(part, tuple) and b"BODY[" in part[0].upper()]
        if answer and not contents:
            raise MailError("a mail cannot be read: the server gives no content")
        return contents[0] if contents else None

    def mark_read(self, uid: int) -> None:
        r"""Set a mail's flag `\Seen`; nothing happens where it is gone."""
        with told("a mail cannot be marked as read"):
            _checked(self._ready().uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))

    def close(self) -> None:
        """Say goodbye, and close the connection even where that fails."""
        if self._client is None:
            return
        try:
            if self._line.is_cut:
                self._client.shutdown()
            else:
                self._ready().logout()
        except (imaplib.IMAP4.error, ImapToolsError, OSError, ValueError):
            with suppress(OSError, ValueError):
                self._client.shutdown()

    def cut(self) -> None:
        """End the connection at once."""
        self._line.cut()

    def _connect(self) -> Client:
        account = self._account
        secure = ssl.create_default_context() if account.encrypted else None
        client = Client(self._line, (account.host, account.port), self._timeout, secure, self._proxy)
        try:
            if not secure:
                self._encrypt(client)
        except BaseException:
            with suppress(OSError):
                client.shutdown()
            raise
        return client

    def _encrypt(self, client: Client) -> None:
        if "STARTTLS" in client.capabilities:
            client.encrypt(ssl.create_default_context())
        elif not self._may_be_plain:
            raise MailError(
                f"{self._account.host} offers no encryption (STARTTLS), and a password is not sent without; write"
                " imaps:// in its url, or insecure = true if everybody on the way may read it",
                refused=True,
            )

    def _log_in(self, box: BaseMailBox) -> None:
        if box.client.state == "AUTH":  # it knew us before we spoke (PREAUTH: RFC 3501, 7.1.4)
            return
        secret, is_token = self._credential
        (log_in_with_token if is_token else log_in)(box, self._account, secret.get_secret_value())

    def _enter(self) -> None:
        """Open the folder as it is spelled, or as the server spells it."""
        written = self._account.folder
        try:
            self._select(spelled(written))
        except MailError as error:
            if error.broken:
                raise
            folders = self._folders()
            there = meant(written, folders)
            if there is None and folders:
                raise MailError(f"{error.reason}; there are {nearest(written, folders)}") from None
            if there is None or there.wire == spelled(written):
                raise
            self._select(there.wire)

    def _select(self, wire: bytes) -> None:
        self._ready()
        assert self._box
        with told(f"the folder {self._account.folder} cannot be opened"):
            self._box.folder.set(quoted(wire), readonly=not self._writes)
            self.folder = wire.decode("utf-8", "replace")

    def _folders(self) -> list[Folder]:
        """Those that the server has; none where it does not say."""
        try:
            with told("the folders cannot be listed"):
                return listed(_checked(self._ready().list()))
        except MailError as error:
            if error.broken:
                raise
            return []

    def _search(self, span: str) -> list[int]:
        with told("the mails cannot be listed"):
            found = _checked(self._ready().uid("SEARCH", span))
            return sorted(int(uid) for line in found if line for uid in line.split())

    def _number(self, name: str) -> int:
        assert self._client
        found: list[Any] = self._client.untagged_responses.get(name) or [b""]
        last = found[-1]
        return int(last) if isinstance(last, bytes) and last.isdigit() else 0

    def _ready(self) -> Client:
        """The connection, for one more answer."""
        if self._client is None:
            raise MailError("the mailbox is not open")
        self._client.left = MAX_ANSWER
        return self._client


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(data[-1] if data else kind)
    return data

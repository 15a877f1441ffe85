"""Digest mails from a mailbox: only new ones, by UIDVALIDITY and UID. It changes nothing there, unless told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

from pydantic import SecretStr

from bot.process.aside import aside
from bot.rules.parts import Part
from bot.sources.imap.account import Account
from bot.sources.imap.client import MAX_BYTES, Mailbox, MailError
from bot.sources.mails import digest_of
from bot.sources.source import Batch, Failed
from feeds.paper import Digest, Skipped

FIRST_TIME = timedelta(days=7)
"""How old the mails are that a mailbox not read before begins with."""
DEADLINE = 45.0
"""Seconds for one command, whatever the server drips."""
P = ParamSpec("P")
T = TypeVar("T")


class ImapSource:
    """The mailbox at `imaps://user@host/FOLDER`. Its one part is the folder; its stamp `<UIDVALIDITY>:<UID>`.

    Each mail is a batch of its own, and with it the stamp moves on: a mail is read once, however a round ends. With
    `mark_read`, one that held papers is marked as read there, after they were stored; other mail never is.
    """

    kind = "imap"

    def __init__(
        self, name: str, url: str, password: SecretStr, deadline: float = DEADLINE, *, mark_read: bool = False
    ) -> None:
        self.name = name
        self._account = Account.of(url)
        self._password = password
        self._deadline = deadline
        self._mark_read = mark_read

    async def collect(self, parts: Mapping[str, Part], now: datetime) -> AsyncIterator[Batch | Failed]:
        """Every mail that came since the last one known, oldest first."""
        box = Mailbox(self._account, self._password, self._deadline, writes=self._mark_read)
        part = parts.get(self._account.folder)
        try:
            async for batch in self._new(box, part.stamp if part else "", now):
                yield batch
        except MailError as error:
            yield Failed("", error.reason)
        finally:
            with suppress(MailError):
                await self._do(box, box.close)

    async def check(self) -> None:
        """Log in and look. Raises MailError."""
        box = Mailbox(self._account, self._password, self._deadline)
        try:
            await self._do(box, box.open)
        finally:
            with suppress(MailError):
                await self._do(box, box.close)

    async def aclose(self) -> None:
        """Nothing is held open between rounds."""

    async def _new(self, box: Mailbox, stamp: str, now: datetime) -> AsyncIterator[Batch]:
        validity, following = await self._do(box, box.open)
        last = last_uid(stamp, validity)
        uids = await self._do(box, box.uids, last, (now - FIRST_TIME).date())
        for uid in uids:
            digest = await self._digest(box, uid)
            yield Batch(self._account.folder, digest, f"{validity}:{uid}")
            if self._mark_read and digest.papers:  # asked for the next one: this one is stored
                await self._do(box, box.mark_read, uid)
        if last is None and not uids and following:  # what comes from now on is new, however long we are away
            yield Batch(self._account.folder, Digest(()), f"{validity}:{following - 1}")

    async def _digest(self, box: Mailbox, uid: int) -> Digest:
        size = await self._do(box, box.size, uid)
        if size and size > MAX_BYTES:
            return Digest((), (Skipped(f"mail {uid}", f"too large: {size:,} bytes"),))
        mail = await self._do(box, box.fetch, uid)
        return Digest(()) if mail is None else await aside(digest_of, mail)

    async def _do(self, box: Mailbox, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One command, off the event loop; at the deadline its connection is cut, which ends the thread's wait too."""
        try:
            async with asyncio.timeout(self._deadline):
                return await aside(work, *args, **kwargs)
        except TimeoutError:
            box.cut()
            raise MailError(f"no whole answer from {self._account.host} within {self._deadline:g} seconds") from None


def last_uid(stamp: str, validity: int) -> int | None:
    """The last UID that was read, if the mailbox still counts as it did then (RFC 3501, 2.3.1.1)."""
    known, _, uid = stamp.partition(":")
    return int(uid) if known == str(validity) and uid.isdecimal() else None

"""Digest mails from a mailbox: only new ones, by UIDVALIDITY and UID. It changes nothing there, unless told."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import ParamSpec, Protocol, TypeVar

from pydantic import SecretStr

from bot.process.aside import aside
from bot.rules.parts import Part
from bot.sources.imap.account import Account
from bot.sources.imap.client import MAX_BYTES, Mailbox, MailError
from bot.sources.imap.waiting import Waiting, due, of_others, part_of, renamed, since, stamp_of, waiting
from bot.sources.mails import announces_papers, caption, digest_of, sent_on
from bot.sources.source import Batch, Failed
from feeds.paper import Digest, Skipped

log = logging.getLogger(__name__)

DEADLINE = 45.0
"""Seconds for one command, whatever the server drips."""
GOODBYE = 3.0
"""Seconds for taking leave."""
P = ParamSpec("P")
T = TypeVar("T")
Outcomes = AsyncIterator[Batch | Failed]


class Token(Protocol):
    """Where an access token comes from (bot.sources.imap.token)."""

    async def now(self) -> SecretStr:
        """A fresh one. Raises MailError."""


@dataclass(frozen=True, slots=True)
class _Mail:
    """What became of one mail."""

    digest: Digest
    trouble: str = ""
    """Why it is to be asked for again."""
    soon: bool = False
    """Whether it never came."""
    bug: bool = False
    """Whether it was our reader that broke."""


@dataclass(frozen=True, slots=True)
class _Look:
    """One reading of the folder."""

    box: Mailbox
    validity: int
    came: date
    """What is new came then, or later."""
    now: datetime


class ImapSource:
    """The mailbox at `imaps://user@host/FOLDER`. Its one part is the folder; its stamp `<UIDVALIDITY>:<UID>`.

    Each mail is a batch of its own, and with it the stamp moves on: a mail is read once, however a round ends. One that
    could not be read has a part of its own, until it is read or gone (bot.sources.imap.waiting). With `mark_read`, one
    that held papers is marked as read there, after they were stored; other mail never is.
    """

    kind = "imap"

    def __init__(
        self,
        name: str,
        url: str,
        secret: SecretStr | Token,
        deadline: float = DEADLINE,
        *,
        mark_read: bool = False,
        insecure: bool = False,
        proxy: Callable[[str], str | None] = lambda _address: None,
    ) -> None:
        self.name = name
        self._account = Account.of(url)
        self._secret = secret
        self._deadline = deadline
        self._mark_read = mark_read
        self._insecure = insecure
        self._proxy = proxy

    async def collect(self, parts: Mapping[str, Part], now: datetime) -> Outcomes:
        """Every mail that came since the last one known, oldest first; then those that could not be read before."""
        box: Mailbox | None = None
        try:
            box = await self._box(writes=self._mark_read)
            async for outcome in self._all(box, parts, now):
                yield outcome
        except MailError as error:
            yield Failed("", error.reason)
        except BaseException:  # nobody waits for a server while we stop
            _abandon(box)
            raise
        await _leave(box)

    async def check(self) -> str:
        """Log in and look: what is there, for people. Raises MailError."""
        box: Mailbox | None = None
        try:
            box = await self._box()
            await self._do(box, box.open)
            count, newest = box.mails(), await self._newest(box)
        except BaseException:
            _abandon(box)
            raise
        await _leave(box)
        there = f"{count} mail{'' if count == 1 else 's'} in {self._account.folder}"
        return f"answers: {there}" + (f", the newest of {newest}" if newest else "")

    async def _newest(self, box: Mailbox) -> date | None:
        """The day of the last mail, where that can be had."""
        with suppress(MailError):
            return sent_on(await self._do(box, box.newest))
        return None

    async def aclose(self) -> None:
        """Nothing is held open between rounds."""

    async def _box(self, *, writes: bool = False) -> Mailbox:
        is_token = not isinstance(self._secret, SecretStr)
        secret = self._secret if isinstance(self._secret, SecretStr) else await self._secret.now()
        return Mailbox(
            self._account,
            (secret, is_token),
            self._deadline,
            writes=writes,
            insecure=self._insecure,
            proxy=self._proxy(self._account.address),
        )

    async def _all(self, box: Mailbox, parts: Mapping[str, Part], now: datetime) -> Outcomes:
        folder = self._account.folder
        validity, following = await self._do(box, box.open)
        moved = renamed(parts, box.folder, folder)
        for one in moved.values():
            yield Batch(one.name, Digest(()), one.stamp, trouble=one.trouble)
        known, part = waiting({**parts, **moved}, folder), {**parts, **moved}.get(folder)
        last, came = last_uid(part.stamp if part else "", validity), since(part, known.values(), now)
        uids = await self._do(box, box.uids, last, came)
        look = _Look(box, validity, came, now)
        for uid in uids:
            async for outcome in self._new(look, uid, known.get(uid)):
                yield outcome
        if last is None and not uids and following:  # what comes from now on is new, however long we are away
            yield Batch(folder, Digest(()), f"{validity}:{following - 1}")
        for name in [*of_others(parts, folder), *({box.folder} & parts.keys() - {folder})]:
            yield _over(name)
        async for outcome in self._again(look, {uid: one for uid, one in known.items() if uid not in uids}):
            yield outcome

    async def _new(self, look: _Look, uid: int, known: Waiting | None) -> Outcomes:
        """A mail not read before. What is to be remembered of it is stored before the stamp moves on."""
        folder = self._account.folder
        try:
            mail = await self._read(look, uid)
        except MailError as error:  # it broke the connection; one that did so twice holds up nothing any more
            twice = known is not None and known.counts_in(look.validity)
            trouble = f"mail {uid}: {error.reason}" if twice else ""
            stamp = stamp_of(look.validity, look.came, soon=True)
            yield Batch(part_of(folder, uid), Digest(()), stamp, trouble=trouble)
            if twice:
                yield Batch(folder, Digest(()), f"{look.validity}:{uid}")
            raise
        if mail.trouble:
            stamp = stamp_of(look.validity, look.came, soon=mail.soon)
            yield Batch(part_of(folder, uid), Digest(()), stamp, trouble=mail.trouble)
        yield Batch(folder, mail.digest, f"{look.validity}:{uid}")
        if known and not mail.trouble:
            yield _over(part_of(folder, uid))
        async for outcome in self._after(look, uid, mail):
            yield outcome

    async def _again(self, look: _Look, known: Mapping[int, Waiting]) -> Outcomes:
        """Those that could not be read before: asked for again when they are due, forgotten when they are gone."""
        folder, box = self._account.folder, look.box
        there = {uid for uid, one in known.items() if one.counts_in(look.validity)}
        there = await self._do(box, box.those_of, there) if there else there
        for uid in known.keys() - there:
            yield _over(part_of(folder, uid))
        for one in due((known[uid] for uid in there), look.now):
            part = part_of(folder, one.uid)
            try:
                mail = await self._read(look, one.uid)
            except MailError as error:  # as before; the source itself is well
                stamp = stamp_of(look.validity, one.day, soon=True)
                yield Batch(part, Digest(()), stamp, trouble=one.trouble or f"mail {one.uid}: {error.reason}")
                return
            if mail.trouble:
                yield Batch(part, Digest(()), stamp_of(look.validity, one.day, soon=mail.soon), trouble=mail.trouble)
            else:
                yield Batch(part, mail.digest, over=True)
            async for outcome in self._after(look, one.uid, mail):
                yield outcome

    async def _after(self, look: _Look, uid: int, mail: _Mail) -> Outcomes:
        """Once a mail is stored, for the next one was asked for."""
        if mail.bug:
            yield Failed(self._account.folder, mail.trouble)
        if self._mark_read and mail.digest.papers:
            await self._do(look.box, look.box.mark_read, uid)

    async def _read(self, look: _Look, uid: int) -> _Mail:
        """A mail's digest, or why there is none. Raises MailError where the connection broke."""
        box = look.box
        try:
            size = await self._do(box, box.size, uid)
            if size and size > MAX_BYTES:
                return _too_large(uid, size, await self._headers(box, uid))
            mail = await self._do(box, box.fetch, uid)
        except MailError as error:
            if error.broken:
                raise
            return _not_given(uid, error.reason, await self._headers(box, uid))
        return _Mail(Digest(())) if mail is None else await aside(_parsed, self.name, uid, mail)

    async def _headers(self, box: Mailbox, uid: int) -> bytes:
        """Of a mail that is not read; empty where the server does not give them either."""
        try:
            return await self._do(box, partial(box.fetch, headers_only=True), uid) or b""
        except MailError as error:
            if error.broken:
                raise
            return b""

    async def _do(self, box: Mailbox, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One command, off the event loop; at the deadline its connection is cut, which ends the thread's wait too."""
        try:
            async with asyncio.timeout(self._deadline):
                return await aside(work, *args, **kwargs)
        except TimeoutError:
            box.cut()
            slow = f"no whole answer from {self._account.host} within {self._deadline:g} seconds"
            raise MailError(slow, broken=True) from None


async def _leave(box: Mailbox | None) -> None:
    """Politely, but not for long."""
    try:
        if box:
            async with asyncio.timeout(GOODBYE):
                await aside(box.close)
    except BaseException as error:
        _abandon(box)
        if not isinstance(error, TimeoutError):
            raise


def _abandon(box: Mailbox | None) -> None:
    """At once; what still waits for the server ends by it."""
    if box:
        box.cut()
        box.close()


def _over(part: str) -> Batch:
    return Batch(part, Digest(()), over=True)


def _parsed(source: str, uid: int, mail: bytes) -> _Mail:
    """What a mail announces, on a thread. A reader that breaks costs one mail, and no other."""
    try:
        digest = digest_of(mail)
        unread = digest.skipped and not digest.papers and announces_papers(mail)
        return _Mail(digest, f"{caption(mail)}: {digest.skipped[0].reason}" if unread else "")
    except (Exception, SystemExit) as error:
        log.exception("source %s: its reader broke over mail %s", source, uid)
        reason = f"its reader broke ({type(error).__name__}: {error}); the log has more"
        return _Mail(_skipped(uid, reason), f"mail {uid}: {reason}", bug=True)


def _too_large(uid: int, size: int, headers: bytes) -> _Mail:
    reason = f"too large: {size:,} bytes, more than {MAX_BYTES:,}"
    return _Mail(_skipped(uid, reason), f"{caption(headers)}: {reason}" if announces_papers(headers) else "")


def _not_given(uid: int, reason: str, headers: bytes) -> _Mail:
    return _Mail(_skipped(uid, reason), f"{caption(headers) if headers else f'mail {uid}'}: {reason}", soon=True)


def _skipped(uid: int, reason: str) -> Digest:
    return Digest((), (Skipped(f"mail {uid}", reason),))


def last_uid(stamp: str, validity: int) -> int | None:
    """The last UID that was read, if the mailbox still counts as it did then (RFC 3501, 2.3.1.1)."""
    known, _, uid = stamp.partition(":")
    return int(uid) if known == str(validity) and uid.isdecimal() else None

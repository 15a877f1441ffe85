"""The mail channel. It cannot look up what arrived; a mail that is sent again is the same, and readers show it once."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from math import inf

from bot.channels.channel import Issue, Item, Lost, Name, Packed, Payload, Sent, Sight
from bot.channels.email.letter import Letterhead, Words
from bot.channels.email.message import Mail, pack_issue, pack_text
from bot.channels.email.records import Records
from bot.channels.email.session import Post, ask, hand_over


class EmailChannel:
    """Hands mail over to one server, a connection for each."""

    can_find = False
    rounds_up = True
    concurrency = 4
    """Servers take few connections of one client at once: Postfix 50, many providers 10."""
    per_second = inf

    def __init__(self, *, post: Post, head: Letterhead, records: Records, now: Callable[[], datetime]) -> None:
        self._post = post
        self._head = head
        self._records = records
        self._now = now
        self._doubt = asyncio.Lock()  # one mail at a time is with the server and not noted: a kill doubles one at most

    def interval(self, address: str) -> float:
        """No pause: an address gets a digest, not a mail for each paper."""
        return 0.0

    def pack(self, item: Item, *, silent: bool = False) -> Payload:
        """One paper is a digest of one."""
        names = tuple(dict.fromkeys(hit.alert for hit in item.hits))
        (packed,) = self.pack_issue(Issue(names, (item,), 1, silent=silent))
        return packed.payload

    def pack_issue(self, issue: Issue) -> list[Packed]:
        """As few mails as fit, below what Gmail shows."""
        return pack_issue(issue, self._head.doors, self._now())

    def pack_text(self, text: str) -> Payload:
        """A notice."""
        return pack_text(text, self._now())

    async def resolve(self, name: Name) -> str:
        """The address itself."""
        return name.address

    async def send(self, address: str, thread: str, payload: Payload, delivery: str) -> Sent:
        """Its Message-ID's first half. Raises SendError, as bot.channels.email.errors says."""
        await hand_over(self._post, self._head.letter(address, Mail.of(payload), delivery), self._doubt)
        return Sent(delivery, noted=self._doubt.release)

    async def write(self, address: str, words: Words, delivery: str) -> None:
        """Send a mail that is no digest, such as a question to who asked for one. Raises SendError as `send` does."""
        await hand_over(self._post, self._head.note(address, words, delivery))

    async def find(self, lost: Lost) -> str | None:
        """None: nobody can be asked."""
        return None

    async def check(self) -> str:
        """Which server takes our mail, and as whose. Raises SendError."""
        how = await ask(self._post, self._head.sender.address)
        return f"{self._post.server.place} {how}; mails are from {self._head.sender}"

    async def advice(self) -> list[str]:
        """What the sender's DNS lacks, without which mails count as spam."""
        return await self._records.advice(self._head.sender.domain)

    async def look(self, address: str, thread: str) -> Sight:
        """Nothing: whether an address is there only a mail to it tells."""
        return Sight("a mailbox, which cannot be looked into")

    async def aclose(self) -> None:
        """Nothing is open between mails."""

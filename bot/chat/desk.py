"""Where all that is said is dealt with: in order, each once, its effects and its answer in one transaction."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.channels.channel import SendError
from bot.chat import words
from bot.chat.access import Access
from bot.chat.answers import answer
from bot.chat.asked import NOTHING, Asked, Sought
from bot.chat.commands import CHANGING, Command
from bot.chat.front import Front
from bot.chat.reply import Reply
from bot.chat.said import Moved, Said, read
from bot.chat.seeking import sought
from bot.config.load import Config
from bot.process.clock import Clock
from bot.store import answers, chats, inbox
from bot.store.engine import Store
from bot.store.inbox import Entry

log = logging.getLogger(__name__)

LOOK = 5.0
"""Seconds between two looks at the inbox, for what another process put there."""


class Desk:
    """Deals with what fronts heard. `heard` is set when there is something; `spoke` is told of each answer."""

    def __init__(
        self,
        config: Config,
        store: Store,
        clock: Clock,
        fronts: Mapping[str, Front],
        spoke: Callable[[], object],
        heard: asyncio.Event,
    ) -> None:
        self.heard = heard
        self._config, self._store, self._clock, self._fronts = config, store, clock, fronts
        self._spoke = spoke
        self._access = Access(config)

    async def serve(self) -> None:
        """For ever."""
        while True:
            self.heard.clear()
            while await self.one():
                pass
            try:
                async with asyncio.timeout(LOOK):
                    await self.heard.wait()
            except TimeoutError:
                continue

    async def one(self) -> bool:
        """Deal with the oldest that is not done. False: there is none."""
        entry = await self._store.run(inbox.oldest)
        if entry is None or entry.kind not in self._fronts:
            return False
        try:
            await self._deal(entry)
        except Exception as error:  # a bug in one word keeps nobody else waiting
            log.exception("what was said cannot be dealt with")
            await self._store.run(inbox.give_up, entry.id, type(error).__name__, self._clock.now())
        self._spoke()
        return True

    async def _deal(self, entry: Entry) -> None:
        heard, front = read(entry.body), self._fronts[entry.kind]
        if isinstance(heard, Moved):
            await self._store.run(self._done, entry, lambda connection: _moved(connection, heard, self._clock.now()))
            return
        command = words.parse(heard.text[: words.LONGEST + 100], front.sign)
        found, refusal = NOTHING, None
        if await self._store.run(self._access.looks, heard, command, entry.created) == "welcome":
            refusal = await self._refused(front, heard, command)
            if refusal is None:
                found = await sought(command, self._config.database, self._clock.now())
        await self._store.run(
            self._done, entry, lambda connection: self._answer(connection, entry, heard, command, found, refusal)
        )

    async def _refused(self, front: Front, said: Said, command: Command) -> Reply | None:
        """Why they may not change what the chat has; None: they may, or it changes nothing."""
        if said.place == "private" or said.administers or not isinstance(command, CHANGING):
            return None
        if said.person in (self._config.settings.chat.admins if self._config.settings.chat else ()):
            return None
        try:
            may = await front.administers(said)
        except SendError as error:
            return Reply(f"I could not ask who administers this chat ({error.reason}). Send it again.", aside=True)
        return None if may else Reply("Only an administrator of this chat changes what comes here.", aside=True)

    def _done(self, connection: Connection, entry: Entry, effects: Callable[[Connection], None]) -> None:
        inbox.consume(connection, lambda at, _: effects(at), self._clock.now())

    def _answer(
        self, connection: Connection, entry: Entry, said: Said, command: Command, found: Sought, refusal: Reply | None
    ) -> None:
        now, front = self._clock.now(), self._fronts[entry.kind]
        verdict = self._access.verdict(connection, said, command, now, entry.created)
        asked = Asked(said, front.sign, self._config, now, found)
        match verdict:
            case "silence":
                return
            case "told":
                reply = self._too_many(connection, said)
            case "stranger":
                reply = Reply(f"I answer my members only. Who runs me can add you: {said.person}", aside=True)
            case "uninvited":
                reply = Reply(
                    f"I answer those who were invited. Send {front.sign}start and the code you got", aside=True
                )
            case _:
                reply = refusal or answer(connection, asked, command)
        answers.add(connection, said.chat, [json.dumps(front.packed(reply, said), ensure_ascii=False)], now)

    def _too_many(self, connection: Connection, said: Said) -> Reply:
        chat = self._config.settings.chat
        until = datetime.fromtimestamp(chats.minute_ends(connection, said.person), UTC)
        there = until.astimezone(self._config.settings.timezone)
        most = chat.per_minute if chat else 0
        return Reply(f"{most} commands a minute are all I take. Go on at {there:%H:%M:%S %Z}; until then I drop them.")


def _moved(connection: Connection, heard: Moved, now: datetime) -> None:
    """What became of a chat."""
    chat = chats.Chat(heard.scheme, heard.address)
    if heard.what == "moved":
        chats.move(connection, chat, heard.to)
        answers.move(connection, heard.scheme, heard.address, heard.to)
    else:
        chats.leave(connection, chat, now.timestamp() if heard.what == "left" else None)

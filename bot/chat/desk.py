"""Where all that is said is dealt with: in order, each once, its effects and its answer in one transaction."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.channels.channel import SendError
from bot.chat import errands, words
from bot.chat.access import Access
from bot.chat.answers import answer
from bot.chat.answers.chosen import is_new, queries_of
from bot.chat.answers.membership import moved, spoke
from bot.chat.answers.papers import about_one
from bot.chat.asked import Asked, Sought
from bot.chat.commands import CHANGING, CHANGING_WORDS, AboutPaper, Command, Latest, Subscribe
from bot.chat.front import Front, tell
from bot.chat.reply import Reply
from bot.chat.said import Moved, Said, read
from bot.chat.seeking import NEWEST, sought
from bot.config.libraries import near_of
from bot.config.load import Config
from bot.process.clock import Clock
from bot.store import chats, inbox
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
        self._access, self._near = Access(config), near_of(config)
        self._next_errands = 0.0

    async def serve(self) -> None:
        """For ever."""
        while True:
            self.heard.clear()
            while await self.one():
                pass
            await self.errands()
            try:
                async with asyncio.timeout(LOOK):
                    await self.heard.wait()
            except TimeoutError:
                continue

    async def errands(self) -> None:
        """What is to be done though nobody asks, every half minute."""
        now = self._clock.steady()
        if now < self._next_errands:
            return
        self._next_errands = now + errands.EVERY
        for front in self._fronts.values():
            await self._store.run(errands.run, front, self._clock.now())
        self._spoke()

    async def one(self) -> bool:
        """Deal with the oldest that is not done. False: there is none."""
        entry = await self._store.run(inbox.oldest)
        if entry is None:
            return False
        if entry.kind not in self._fronts:  # the configuration is another one since: it keeps nobody waiting
            await self._store.run(inbox.give_up, entry.id, "nobody listens there any more", self._clock.now())
            return True
        try:
            await self._deal(entry)
        except Exception as error:  # a bug in one word keeps nobody else waiting
            log.exception("what was said cannot be dealt with")
            await self._give_up(entry, type(error).__name__)
        self._spoke()
        return True

    async def _deal(self, entry: Entry) -> None:
        heard, front = read(entry.body), self._fronts[entry.kind]
        if isinstance(heard, Moved):
            await self._store.run(self._done, entry, lambda connection: moved(connection, heard, self._clock.now()))
            return
        command = words.parse(heard.text[: words.LONGEST + 100], front.sign)
        asked, refusal = Asked(heard, front.sign, self._config, self._clock.now()), None
        if await self._store.run(self._access.looks, heard, command, entry.created) == "welcome":
            refusal = await self._refused(front, heard, command)
            if refusal is None:
                asked = await self._informed(front, asked, command)
        await self._store.run(
            self._done, entry, lambda connection: self._answer(connection, entry, asked, command, refusal)
        )

    async def _informed(self, front: Front, asked: Asked, command: Command) -> Asked:
        """With what the archive has for it, and a topic where a new subscription gets one.

        A kill right behind leaves an empty topic, and no more.
        """
        queries = await self._store.run(queries_of, asked) if isinstance(command, Latest) else ()
        if isinstance(command, AboutPaper) and command.word == "more":
            name = await self._store.run(about_one, asked)
            like = await asyncio.to_thread(self._near.nearest, name, NEWEST) if name else []
            return replace(asked, sought=Sought(like=tuple(like)))
        found, topic = await sought(command, queries, self._config.database, asked.now, self._near), ""
        if isinstance(command, Subscribe) and asked.is_whole:
            query = command.query.text
            topic = await front.topic(asked.said, query) if await self._store.run(is_new, asked, query) else ""
        return replace(asked, sought=found, topic=topic)

    async def _refused(self, front: Front, said: Said, command: Command) -> Reply | None:
        """Why they may not change what the chat has; None: they may, or it changes nothing."""
        if said.place == "private" or said.administers or not _is_for_administrators(said, command):
            return None
        is_admin = said.person in (self._config.settings.chat.admins if self._config.settings.chat else ())
        try:
            if lacking := await front.lacks(said):
                return Reply(lacking, aside=True)
            may = is_admin or await front.administers(said)
        except SendError as error:
            return Reply(f"I could not ask who administers this chat ({error.reason}). Send it again.", aside=True)
        return None if may else Reply("Only an administrator of this chat changes what comes here.", aside=True)

    async def _give_up(self, entry: Entry, error: str) -> None:
        """Also where nobody can be told: an entry that stays keeps all waiting, and ends each process anew."""
        try:
            await self._store.run(self._given_up, entry, error)
        except Exception:
            log.exception("nobody can be told of it")
            await self._store.run(inbox.give_up, entry.id, error, self._clock.now())

    def _given_up(self, connection: Connection, entry: Entry, error: str) -> None:
        inbox.give_up(connection, entry.id, error, self._clock.now())
        heard, front = read(entry.body), self._fronts[entry.kind]
        if isinstance(heard, Said):
            reply = Reply("Something went wrong with that. Who runs me finds it in the log.", aside=True)
            tell(connection, front, heard, reply, self._clock.now())

    def _done(self, connection: Connection, entry: Entry, effects: Callable[[Connection], None]) -> None:
        inbox.consume(connection, lambda at, _: effects(at), self._clock.now())

    def _answer(
        self, connection: Connection, entry: Entry, asked: Asked, command: Command, refusal: Reply | None
    ) -> None:
        now, said, front = asked.now, asked.said, self._fronts[entry.kind]
        verdict = self._access.verdict(connection, said, command, now, entry.created)
        spoke(connection, said.chat, now)
        match verdict:
            case "silence" if not said.press:
                return
            case "silence":  # else the button turns and turns
                reply = Reply("", aside=True)
            case "told":
                reply = self._too_many(connection, said)
            case "stranger":
                reply = Reply(f"I answer my members only. Who runs me can add you: {said.person}", aside=True)
            case "uninvited":
                reply = Reply(f"I answer those who were invited. Send {front.sign}start and the code", aside=True)
            case _:
                reply = refusal or answer(connection, asked, command)
        tell(connection, front, said, reply, now)

    def _too_many(self, connection: Connection, said: Said) -> Reply:
        chat = self._config.settings.chat
        until = datetime.fromtimestamp(chats.minute_ends(connection, said.person), UTC)
        there = until.astimezone(self._config.settings.timezone)
        most = chat.per_minute if chat else 0
        return Reply(f"{most} commands a minute are all I take. Go on at {there:%H:%M:%S %Z}; until then I drop them.")


def _is_for_administrators(said: Said, command: Command) -> bool:
    """What a channel keeps is not its readers' to choose."""
    if isinstance(command, AboutPaper):
        return said.place == "channel" and command.word in CHANGING_WORDS
    return isinstance(command, CHANGING)

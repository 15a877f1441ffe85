"""Where wishes from the site are granted: in order, each once, in the transaction that takes it from the inbox."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from sqlalchemy import Connection

from bot.channels.channel import Channel
from bot.config.load import Config
from bot.delivery.gate import Gate
from bot.letters.postman import Postman
from bot.process.clock import Clock
from bot.process.events import any_of
from bot.rules.wishes import Wish
from bot.store import inbox
from bot.store.engine import Store, StoreError
from bot.store.inbox import Entry
from bot.store.subscriptions import by_mail, questions

log = logging.getLogger(__name__)
LOOK = 5.0
"""Seconds between two looks: another process may have put something there."""
_TIDY = 60.0
"""Seconds between two looks at what is to be forgotten."""


class WishDesk:
    """`store` writes for the one who leads."""

    def __init__(
        self,
        config: Config,
        store: Store,
        clock: Clock,
        channels: Mapping[str, Channel],
        gate_of: Callable[[str], Awaitable[Gate]],
    ) -> None:
        self._store, self._clock = store, clock
        self._postman = Postman(config, store, clock, channels, gate_of)
        self._tidied = float("-inf")

    async def serve(self, heard: asyncio.Event, stop: asyncio.Event) -> None:
        """Until we are stopped. `heard` is set when something was wished. No wish waits for a slow letter."""
        asked = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._postman.serve(asked, stop))
            while not stop.is_set():
                heard.clear()
                await self.grant()
                asked.set()
                await any_of(LOOK, heard, stop)

    async def once(self, stop: asyncio.Event) -> None:
        """Grant all that was wished, and send the letters that may go now."""
        await self.grant()
        await self._postman.go(stop)

    async def grant(self) -> None:
        """All that was wished so far; and what is to be forgotten is."""
        while await self._one():
            pass
        await self._tidy()

    async def _one(self) -> bool:
        """Grant the oldest wish. False: there is none."""
        try:
            return await self._store.run(inbox.grant, partial(_granted, clock=self._clock))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  (a bug in one wish keeps nobody else waiting)
            name = type(error).__name__  # its text and trace may hold the address
            log.error("a wish from the site cannot be granted: %s", name)  # noqa: TRY400
            await self._store.run(inbox.drop_wish)
            return True

    async def _tidy(self) -> None:
        steady = self._clock.steady()
        if steady - self._tidied < _TIDY:
            return
        self._tidied = steady
        await self._store.run(questions.forget, self._clock.now())
        await self._store.run(by_mail.stop_late, self._clock.now())


def _granted(connection: Connection, entry: Entry, key: str, clock: Clock) -> None:
    by_mail.grant(connection, Wish.read(entry.body), key, clock.now())

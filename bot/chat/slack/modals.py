"""The modal by which somebody subscribes, with a preview as they type. It is shown at once, and nothing of it is kept.

Only what is submitted is a command. Slack gives three seconds from the press to the modal (its page on triggers).
"""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from bot.channels.channel import SendError
from bot.chat.access import Access
from bot.chat.answers import wording
from bot.chat.commands import Preview, Search
from bot.chat.glancing import Glances
from bot.chat.said import Said
from bot.chat.seeking import sought
from bot.chat.slack import blocks
from bot.chat.slack.api import Api
from bot.chat.slack.events import SCHEME, Opening, Previewing
from bot.config.libraries import near_of
from bot.config.load import Config
from bot.process.clock import Clock
from bot.store.engine import Store
from feeds.query import Query, QueryError, parse_query

log = logging.getLogger(__name__)

NEWEST = 5


class Modals:
    """Opens them, and fills them. Each call has a connection of its own: they are few."""

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._config, self._store, self._clock = config, store, clock
        self._access = Access(config)
        self._glances = Glances()

    def open(self, asked: Opening, otherwise: Callable[[], Awaitable[object]]) -> None:
        """Soon; `otherwise`: what is done where it cannot be opened, or not for them."""
        self._glances.ask(asked.trigger, lambda: self._open(asked, otherwise), 0)

    def preview(self, asked: Previewing) -> None:
        """Show what the query would have brought; what they had typed before is shown no more."""
        self._glances.ask(asked.view, lambda: self._preview(asked))

    async def _open(self, asked: Opening, otherwise: Callable[[], Awaitable[object]]) -> None:
        if await self._is_welcome(asked.person):
            api = Api(self._config)
            try:
                await api.open_view(asked.trigger, blocks.modal(asked.where))
            except SendError as error:
                log.info("slack: a modal was not opened: %s", error.told)
            else:
                return
            finally:
                await api.aclose()
        await otherwise()

    async def _preview(self, asked: Previewing) -> None:
        if not await self._is_welcome(asked.person):
            return
        view = blocks.modal(asked.where, await self._brought(asked.words))
        api = Api(self._config)
        try:
            await api.update_view(asked.view, view)
        except SendError as error:
            log.info("slack: a preview was not shown: %s", error.told)
        finally:
            await api.aclose()

    async def _brought(self, words: str) -> str:
        """The text below the field."""
        try:
            query = parse_query(words)
        except QueryError as error:
            return str(error)
        config, now = self._config, self._clock.now()
        found = await self._glances.look(partial(sought, Preview(query), (), config.database, now, near_of(config)))
        told = found.backtest
        assert told is not None
        lines = wording.tried(told, NEWEST)
        if better := wording.better(told):
            why, other = better
            lines.append(f"{why}. " + (f"Better: {other}" if other else ""))
        return "\n".join(lines)

    async def _is_welcome(self, person: str) -> bool:
        """By `[chat]`; it counts as no command."""
        said = Said(SCHEME, person, "", "private", person, "search a", pressed=True)
        moment = self._clock.now().timestamp()
        return await self._store.run(self._access.looks, said, Search(_ANY), moment) == "welcome"


_ANY: Query = parse_query("a")

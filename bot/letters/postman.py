"""Sends the letters that ask for a yes: stored before, the token put in as they go, tried again while refused."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, runtime_checkable

from bot.channels.channel import Channel, Kind, SendError
from bot.channels.email.letter import Words
from bot.config.load import Config
from bot.delivery.gate import Gate
from bot.letters.letter import letter_of
from bot.process.clock import Clock
from bot.process.events import any_of
from bot.process.installation import tokens_of
from bot.rules import backoff
from bot.rules.wishes import CONFIRM, MAIL
from bot.store.engine import Store
from bot.store.subscriptions import questions
from bot.store.subscriptions.questions import Question

log = logging.getLogger(__name__)
LOOK = 5.0
"""Seconds between two looks: a letter that was refused may be due again."""
_NEVER = frozenset({Kind.CLOSE, Kind.DROP, Kind.FIX, Kind.MOVED})
"""Refusals that a second try will not change."""
_DOUBTS = 12
"""Lost answers after which a letter is given up: each may have brought it once more."""


@runtime_checkable
class Writes(Protocol):
    """A channel that sends mails which are no digests."""

    async def write(self, address: str, words: Words, delivery: str) -> None:
        """Raises SendError."""


class Postman:
    """One letter after another: nobody waits for them but who asked."""

    def __init__(
        self,
        config: Config,
        store: Store,
        clock: Clock,
        channels: Mapping[str, Channel],
        gate_of: Callable[[str], Awaitable[Gate]],
    ) -> None:
        self._config, self._store, self._clock = config, store, clock
        self._channels, self._gate_of = channels, gate_of
        self._random = random.Random()  # noqa: S311  (jitter)

    async def serve(self, asked: asyncio.Event, stop: asyncio.Event) -> None:
        """Until we are stopped; the letter in hand is finished. `asked` is set when there may be one to send."""
        while not stop.is_set():
            asked.clear()
            await self.go(stop)
            await any_of(LOOK, asked, stop)

    async def go(self, stop: asyncio.Event) -> None:
        """Send all that may go now."""
        while not stop.is_set() and (one := await self._store.run(questions.next_letter, self._clock.now())):
            channel = self._channels.get(MAIL)
            if not isinstance(channel, Writes):  # its password is missing, or its library broken: it waits
                return
            async with await self._gate_of(MAIL) as gate:
                if gate.paused_until > self._clock.now().timestamp() or not await gate.turn(stop):
                    return
                await self._send(channel, one)

    async def _send(self, channel: Writes, one: Question) -> None:
        token = tokens_of(self._config.key_file).token(CONFIRM, one.name)
        try:
            await channel.write(one.address, letter_of(one, self._config.doors, token), one.name)
        except SendError as error:
            await self._failed(one, error)
        else:
            await self._store.run(questions.sent, one.name)

    async def _failed(self, one: Question, error: SendError) -> None:
        """What the server said stands in the database alone: it may name the address."""
        log.info("a letter that asks for a yes was not sent: %s", error.kind.name.lower())
        lost = error.kind is Kind.UNSURE
        over = error.kind in _NEVER or error.patient or (lost and one.tries >= _DOUBTS)
        pause = backoff.after_refusal(error, one.tries + 1, self._random.random())
        until = None if over else self._clock.now().timestamp() + pause
        await self._store.run(questions.put_off, one.name, until, error.told)

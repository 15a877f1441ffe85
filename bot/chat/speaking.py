"""Says what is to be said: each chat's answers in order, at the platform's pace, beside the lanes of papers."""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable, Mapping

from bot.channels.channel import Channel, Kind, SendError
from bot.chat.front import Front
from bot.delivery.gate import MARGIN, Gate
from bot.process.clock import Clock
from bot.process.events import any_of
from bot.rules import backoff
from bot.store import answers
from bot.store.answers import Answer
from bot.store.engine import Store

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Answers in flight: so few that no paper waits behind them for longer than a third of a second."""
SLACK = 1.15
"""Answers go so much slower than the platform takes messages: papers go beside them, and no clock is exact."""
DOUBTS, TRIES = 12, 240
"""Lost answers after which one is given up, and refusals: two hours of an outage."""
LOOK = 5.0
"""Seconds between two looks at what is to be said, for what waits."""


class Speaker:
    """Speaks. `spoke` is set when there is something to say."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        fronts: Mapping[str, Front],
        channels: Mapping[str, Channel],
        gate_of: Callable[[str], Awaitable[Gate]],
    ) -> None:
        self.spoke = asyncio.Event()
        self._store, self._clock, self._fronts, self._channels, self._gate_of = store, clock, fronts, channels, gate_of
        self._free: dict[tuple[str, str], float] = {}
        """Chat -> when its next answer may go, by the steady clock."""
        self._next: dict[str, float] = {}
        """Platform -> when its next answer may go."""
        self._busy: set[tuple[str, str]] = set()
        self._random = random.Random()  # noqa: S311  (jitter)

    async def serve(self, stop: asyncio.Event) -> None:
        """Until we are stopped; what is in hand is finished."""
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                self.spoke.clear()
                pause = LOOK
                for one in await self._store.run(answers.next_ones, 4 * AT_ONCE):
                    chat = one.scheme, one.address
                    if chat in self._busy or one.scheme not in self._fronts:
                        continue
                    wait = self._until(one)
                    if wait <= 0 and len(self._busy) < AT_ONCE:
                        self._busy.add(chat)
                        self._next[one.scheme] = self._clock.steady() + SLACK / self._channels[one.scheme].per_second
                        group.create_task(self._speak(one, stop))
                    elif wait > 0:
                        pause = min(pause, wait)
                await any_of(pause, self.spoke, stop)

    def _until(self, one: Answer) -> float:
        """Seconds until it may be said."""
        free = max(self._free.get((one.scheme, one.address), 0.0), self._next.get(one.scheme, 0.0))
        return max(free - self._clock.steady(), one.not_before - self._clock.now().timestamp())

    async def _speak(self, one: Answer, stop: asyncio.Event) -> None:
        chat = one.scheme, one.address
        try:
            async with await self._gate_of(one.scheme) as gate:
                wait = gate.paused_until - self._clock.now().timestamp()
                if wait > 0:
                    await self._store.run_together(answers.put_off, one.id, gate.paused_until, "the platform waits")
                elif await gate.turn(stop):
                    await self._say(one)
        finally:
            self._busy.discard(chat)
            self.spoke.set()

    async def _say(self, one: Answer) -> None:
        front, now = self._fronts[one.scheme], self._clock.now()
        pace = MARGIN * self._channels[one.scheme].interval(one.address)
        is_message = True
        try:
            is_message = await front.say(one.address, one.thread, json.loads(one.body))
        except SendError as error:
            await self._failed(one, error)
            return
        finally:
            if is_message:
                self._free[one.scheme, one.address] = self._clock.steady() + pace
        await self._store.run_together(answers.said, one.id)
        if is_message:
            await self._store.run_together(answers.paced, one.scheme, one.address, now.timestamp() + pace)

    async def _failed(self, one: Answer, error: SendError) -> None:
        chat = f"{one.scheme}:{one.address}"
        log.info("an answer to %s was not said: %s", chat, error.told_of(chat))
        store, now = self._store, self._clock.now()
        most = DOUBTS if error.kind is Kind.UNSURE else TRIES
        if error.kind is Kind.MOVED and error.moved_to:
            await store.run_together(answers.move, one.scheme, one.address, error.moved_to)
        elif error.kind in {Kind.CLOSE, Kind.DROP, Kind.FIX} or one.tries >= most:
            await store.run_together(answers.said, one.id)
        else:
            pause = backoff.after_refusal(error, one.tries + 1, self._random.random())
            await store.run_together(answers.put_off, one.id, now.timestamp() + pause, error.told)

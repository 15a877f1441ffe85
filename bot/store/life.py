"""A worker's life, as it tells the database."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.store import workers
from bot.store.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.engine import Store
    from bot.store.kind import Driver

log = logging.getLogger(__name__)

LOOK = 0.05
"""Seconds between two looks whether the database took a sign of life."""


class Life:
    """In whose name messages are claimed, where nobody else sends: it needs no sign."""

    def __init__(self) -> None:
        self.name = workers.fresh_id()
        self.in_hand: dict[int, int] = {}
        """Lane -> the message it deals with. A lane joined with another's must not take that one's for lost."""

    async def be_sure(self) -> None:
        """From now on, what was claimed in our name of now is surely still ours, for some seconds."""


class SharedLife(Life):
    """The same where others do: from `join` to `end`. `elapsed` is seconds that go on in the machine's sleep too."""

    def __init__(self, store: Store, kind: str, elapsed: Callable[[], float]) -> None:
        super().__init__()
        self._store = store
        self._kind = kind
        self._elapsed = elapsed
        self._heard = 0.0
        self._pulse = Pulse(store, self._beat, "that this process lives")

    async def join(self) -> None:
        """Begin. Raises StoreError."""
        began = self._elapsed()
        await self._store.run(workers.join, self.name, self._kind)
        self._heard = began
        self._pulse.start()

    async def be_sure(self) -> None:
        """Waits for a database that is away. The name is another one if we were taken for dead."""
        while self._elapsed() - self._heard > workers.SURE:
            self._pulse.hurry()
            await asyncio.sleep(LOOK)

    def end(self) -> None:
        """No sign of life from now on."""
        self._pulse.end()

    def _beat(self, raw: Driver) -> float:
        began = self._elapsed()
        if not workers.beat(raw, self.name):
            log.warning("this process was taken for dead: what it had in hand is left to others")
            name = workers.fresh_id()
            workers.join(raw, name, self._kind)
            self.name = name
        self._heard = began
        return workers.BEAT

"""A worker's life, told to the database from a thread and a connection of its own: nothing it does holds that up."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING

from bot.store import workers
from bot.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.engine import Store
    from bot.store.kind import Driver

log = logging.getLogger(__name__)

AGAIN = 1.0
"""Seconds until a sign of life is given again that the database did not take."""
LOOK = 0.05
"""Seconds between two looks whether it took one."""
ENDING = 2.0
"""Seconds for the last one, when a process ends."""


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
        self._wake, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name="life", daemon=True)

    async def join(self) -> None:
        """Begin. Raises StoreError."""
        began = self._elapsed()
        await self._store.run(workers.join, self.name, self._kind)
        self._heard = began
        self._thread.start()

    async def be_sure(self) -> None:
        """Waits for a database that is away. The name is another one if we were taken for dead."""
        while self._elapsed() - self._heard > workers.SURE:
            self._wake.set()
            await asyncio.sleep(LOOK)

    def end(self) -> None:
        """No sign of life from now on."""
        self._over.set()
        self._wake.set()
        self._thread.join(ENDING)

    def _beat_on(self) -> None:
        while not self._over.is_set():
            try:
                with self._store.beside() as raw:
                    while not self._over.is_set():
                        self._beat(raw)
                        self._rest(workers.BEAT)
            except StoreError as error:
                log.warning("no sign of life can be given: %s", error)
                self._rest(AGAIN)

    def _beat(self, raw: Driver) -> None:
        began = self._elapsed()
        if not workers.beat(raw, self.name):
            log.warning("this process was taken for dead: what it had in hand is left to others")
            name = workers.fresh_id()
            workers.join(raw, name, self._kind)
            self.name = name
        self._heard = began

    def _rest(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()

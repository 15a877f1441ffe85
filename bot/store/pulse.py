"""What a process tells a database again and again, on a thread and a connection of its own: nothing holds it up."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from bot.store.database import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.engine import Store
    from bot.store.kind import Driver

log = logging.getLogger(__name__)

AGAIN = 1.0
"""Seconds until it is told again to a database that did not take it."""
ENDING = 2.0
"""Seconds for the last time, when a process ends."""


class Pulse:
    """From `start` to `end`. `tell` does it, and returns after how many seconds again; a database may be away."""

    def __init__(self, store: Store, tell: Callable[[Driver], float], name: str) -> None:
        self._store = store
        self._tell = tell
        self._name = name
        self._wake, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._go_on, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def hurry(self) -> None:
        """Tell it now."""
        self._wake.set()

    def end(self) -> None:
        """Tell it no more."""
        self._over.set()
        self._wake.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(ENDING)

    def _go_on(self) -> None:
        is_known = False
        while not self._over.is_set():
            try:
                with self._store.beside() as raw:
                    while not self._over.is_set():
                        seconds = self._tell(raw)
                        is_known = False
                        self._rest(seconds)
            except StoreError as error:
                if not is_known:
                    log.warning("%s cannot be told for now: %s", self._name, error.said)
                is_known = True
                self._rest(AGAIN)

    def _rest(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()

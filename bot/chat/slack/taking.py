"""What Slack tells us is stored, once, before it is told that we have it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.chat.said import written
from bot.chat.slack.events import SCHEME, Read, read
from bot.process.clock import Clock
from bot.store import inbox
from bot.store.engine import Store

_REQUEST = "slack request"


class Taker:
    """Stores. `told` is called when something was."""

    def __init__(self, store: Store, clock: Clock, told: Callable[[], object]) -> None:
        self._store, self._clock, self._told = store, clock, told

    async def envelope(self, kind: str, payload: Mapping[str, Any], envelope: str) -> None:
        """Of a socket. What Slack sends again is known by its event, on whatever socket it comes."""
        found = read(kind, payload)
        if found.heard:
            await self._store.run(_stored, found._replace(key=found.key or envelope), self._clock.now())
            self._told()

    async def request(self, kind: str, payload: Mapping[str, Any], signed: str) -> bool:
        """Signed, and so known by its signature; False: this very request was here before."""
        found = read(kind, payload)
        new = await self._store.run(_stored_request, found._replace(key=found.key or signed), signed, self._clock.now())
        if new and found.heard:
            self._told()
        return new


def _stored(connection: Connection, found: Read, now: datetime) -> None:
    if found.heard:
        inbox.append(connection, SCHEME, found.key, written(found.heard), now)


def _stored_request(connection: Connection, found: Read, signed: str, now: datetime) -> bool:
    if not inbox.note(connection, _REQUEST, signed, now):
        return False
    _stored(connection, found, now)
    return True

"""What Slack tells us is stored, once, before it is told that we have it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.chat.said import written
from bot.chat.slack.events import QUERY, SCHEME, Opening, Previewing, Read, fault, read, wished
from bot.chat.slack.modals import Modals
from bot.process.clock import Clock
from bot.store import inbox
from bot.store.engine import Store

_REQUEST = "slack request"
Told = dict[str, Any]


class Taker:
    """Stores. `told` is called when something was. What is but shown goes to `modals`."""

    def __init__(self, store: Store, clock: Clock, told: Callable[[], object], modals: Modals | None = None) -> None:
        self._store, self._clock, self._told, self._modals = store, clock, told, modals

    async def envelope(self, kind: str, payload: Mapping[str, Any], envelope: str) -> Told:
        """Of a socket. What Slack sends again is known by its event, on whatever socket it comes.

        What Slack is to be told with the acknowledgement.
        """
        found = read(kind, payload)
        found = found._replace(key=found.key or envelope)
        if shown := self._shown(kind, payload):
            self._show(shown, found)
        elif why := fault(kind, payload):
            return _refused(why)
        elif found.heard:
            await self._kept(found)
        return {}

    async def request(self, kind: str, payload: Mapping[str, Any], signed: str) -> Told | None:
        """Signed, and so known by its signature; None: this very request was here before."""
        found, shown, why = read(kind, payload), self._shown(kind, payload), fault(kind, payload)
        found = found._replace(key=found.key or signed)
        kept = found._replace(heard=None) if shown or why else found
        if not await self._store.run(_stored_request, kept, signed, self._clock.now()):
            return None
        if shown:
            self._show(shown, found)
        elif kept.heard:
            self._told()
        return _refused(why) if why else {}

    def _shown(self, kind: str, payload: Mapping[str, Any]) -> Opening | Previewing | None:
        return wished(kind, payload) if self._modals else None

    def _show(self, shown: Opening | Previewing, found: Read) -> None:
        """At once, and kept nowhere."""
        assert self._modals is not None
        if isinstance(shown, Previewing):
            self._modals.preview(shown)
        else:
            self._modals.open(shown, lambda: self._kept(found))

    async def _kept(self, found: Read) -> None:
        if found.heard is None:
            return
        await self._store.run(_stored, found, self._clock.now())
        self._told()


def _refused(why: str) -> Told:
    """The modal stays open, with a word below the field (Slack's page on modals, response actions)."""
    return {"response_action": "errors", "errors": {QUERY: why}}


def _stored(connection: Connection, found: Read, now: datetime) -> None:
    if found.heard:
        inbox.append(connection, SCHEME, found.key, written(found.heard), now)


def _stored_request(connection: Connection, found: Read, signed: str, now: datetime) -> bool:
    if not inbox.note(connection, _REQUEST, signed, now):
        return False
    _stored(connection, found, now)
    return True

"""When delivery was last at work: what tells a missed digest from one that is still to come, and a long stop.

`mark` and `last` are the word of the process that collects; others may deliver while there is none.
"""

from datetime import datetime

from sqlalchemy import Connection

from bot.rules.stops import Stop
from bot.store import leases
from bot.store.archive import codec
from bot.store.engine import Door, driver
from bot.store.noted import note, noted

_NAME, _HOST, _DELIVERED, _STOPPED = "served", "served on", "delivered", "stopped"

NOTED = 60.0
"""Seconds between two notes of those who deliver."""


def mark(connection: Connection, now: datetime) -> None:
    """Delivery is at work now."""
    note(connection, _NAME, str(now.timestamp()))
    if leader := leases.held(driver(connection)):
        note(connection, _HOST, leader.host)


def last(connection: Connection) -> datetime | None:
    """When it was last at work; None if never."""
    value = noted(connection, _NAME)
    return codec.instant(float(value)) if value else None


def by_another_clock(connection: Connection) -> bool:
    """Whether that was told by another machine than the one whose process leads now. A file has no other."""
    leader, host = leases.held(driver(connection)), noted(connection, _HOST)
    return leader is not None and host is not None and host != leader.host


def delivered(connection: Connection, now: datetime) -> None:
    """Those who only deliver are at work now."""
    last_time = noted(connection, _DELIVERED)
    if last_time is None or float(last_time) < now.timestamp() - NOTED:
        note(connection, _DELIVERED, str(now.timestamp()))


def last_delivered(connection: Connection) -> float | None:
    """When they last were, in Unix seconds, within some `NOTED`; None: never."""
    value = noted(connection, _DELIVERED)
    return float(value) if value else None


def note_stop(connection: Connection, stop: Stop) -> None:
    """Delivery was not at work for long; the last such time is kept."""
    note(connection, _STOPPED, f"{stop.since} {stop.until}")


def last_stop(connection: Door) -> Stop | None:
    """The last long time in which it was not."""
    value = noted(connection, _STOPPED)
    return Stop(*map(float, value.split())) if value else None

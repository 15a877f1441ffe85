"""Platforms on which nobody is heard who asks: since when, and why."""

from datetime import datetime
from typing import NamedTuple

from bot.store.engine import Door, driver

LASTING = 300.0
"""Seconds after which a person is wanted: it does not pass by itself."""


class Unheard(NamedTuple):
    """One of them."""

    scheme: str
    reason: str
    since: float
    """Unix seconds."""


def unheard(connection: Door, scheme: str, reason: str, now: datetime) -> None:
    """Nobody is heard there, for this reason now; since when is remembered from the first one on."""
    driver(connection).execute(_UNHEARD, (scheme, reason, now.timestamp()))


def heard(connection: Door, scheme: str) -> None:
    """People are heard there."""
    driver(connection).execute(_HEARD, (scheme,))


def all_unheard(connection: Door) -> list[Unheard]:
    """All such platforms."""
    return list(map(Unheard._make, driver(connection).execute(_ALL)))


_UNHEARD = """
    insert into platform (scheme, unheard, unheard_since) values (?, ?, ?)
    on conflict (scheme) do update
    set unheard = excluded.unheard, unheard_since = coalesce(platform.unheard_since, excluded.unheard_since)
"""
_HEARD = "update platform set unheard = null, unheard_since = null where scheme = ? and unheard is not null"
_ALL = "select scheme, unheard, unheard_since from platform where unheard is not null order by scheme"

"""How a lane waits and paces, as delivery tells the outbox: by its channel and the subscriptions of now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.rules.manners import Manner


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing to do before this moment (Unix seconds)."""

    until: float


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of a platform."""

    scheme: str
    gap: float
    """Seconds between two messages, whoever sends them; 0: as many as you like."""
    steady: Callable[[], float]
    """Seconds that only go forward."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a lane waits and paces: by its channel and the configuration, all pure but the new id."""

    held: Callable[[str, datetime], float | None]
    """(quiet, now) -> the end of the quiet hours that now falls into."""
    interval: Callable[[str], float]
    """Address -> seconds between two messages."""
    new_delivery: Callable[[datetime], str]
    """A new delivery id, for a message first claimed at that moment."""
    put_off: Callable[[Manner, datetime, float | None], float | None]
    """(subscription, now, when its last digest was due) -> when the next may go, if this one may not; else None."""
    no_digest_before: Callable[[datetime], float]
    """Now -> the moment from which digests may go (Unix seconds)."""
    end_of_day: Callable[[Manner, datetime], float]
    """(subscription, now) -> when its local date ends (Unix seconds)."""
    turns: Turns | None = None
    """How a platform's turns go round among several processes; None: this one alone sends."""

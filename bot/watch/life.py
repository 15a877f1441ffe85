"""Whether somebody collects and sends: who is at work now, or, where rounds are begun by hand or cron, was lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.store import happened
from bot.store.happened import Happened
from bot.store.outbox import served

SILENT = timedelta(minutes=3)
"""So long nothing is heard of a `run` that is at work: it notes that it is each minute."""
BY_HAND = timedelta(days=3)
"""So long nothing need be heard after a `once`: cron may leave out a weekend."""


@dataclass(frozen=True, slots=True)
class Life:
    """Who collects and sends."""

    workers: Mapping[str, int]
    """Processes that are at work now, by command."""
    last: datetime | None
    """When somebody last was."""
    lives: bool
    """Whether all is as it should be: somebody is, or comes again by himself."""


def life(connection: Connection, counts: Sequence[Happened], now: datetime) -> Life:
    """Who collects and sends; `counts`: what happened (bot.store.happened)."""
    last = served.last(connection)
    if last is None:
        return Life({"run": 0}, None, lives=False)
    once = max((one.last for one in counts if (one.what, one.how) == (happened.ROUND, "once")), default=0.0)
    by_hand = once >= last.timestamp()
    runs = not by_hand and now - last <= SILENT
    return Life({"run": int(runs)}, last, lives=now - last <= BY_HAND if by_hand else runs)

"""Whether somebody collects and sends: who is at work now, or, where rounds are begun by hand or cron, was lately."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.store import happened, workers
from bot.store.archive.codec import instant
from bot.store.happened import Happened
from bot.store.outbox import served

SILENT = timedelta(minutes=3)
"""So long nothing is heard of a `run` that is at work on a file: it notes that it is each minute."""
BY_HAND = timedelta(days=3)
"""So long nothing need be heard after a `once`: cron may leave out a weekend."""

COLLECTS = ("run", "once")
"""Commands that read sources; `work` sends alone."""


@dataclass(frozen=True, slots=True)
class Writers:
    """Who collects and sends."""

    at_work: Mapping[str, int]
    """Processes that are now, by command."""
    last: datetime | None
    """When somebody last was."""
    come: bool
    """Whether all is as it should be: somebody collects, or comes again by himself."""


def writers(connection: Connection, counts: Sequence[Happened], now: datetime) -> Writers:
    """Who collects and sends; `counts`: what happened (bot.store.happened).

    On a server each of them says that it lives (bot.store.workers). Of a file there is one at most, and a note of when
    delivery was last at work, which `once` leaves at its end too.
    """
    alive, last = workers.alive(connection), served.last(connection)
    rounds = {one.how: one.last for one in counts if one.what == happened.ROUND}
    others = rounds.get("run", 0.0) if alive or last is None else last.timestamp()
    once = rounds.get("once", 0.0)
    by_hand = once > 0 and once >= others
    if alive:
        at_work = dict.fromkeys(COLLECTS, 0) | Counter(one.kind for one in alive)
    else:
        at_work = {"run": int(last is not None and not by_hand and now - last <= SILENT)}
    collects = any(at_work.get(kind) for kind in COLLECTS)
    return Writers(at_work, last, come=collects or (by_hand and now - instant(once) <= BY_HAND))

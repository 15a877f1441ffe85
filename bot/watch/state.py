"""All that is watched, as it stands at one moment: for who draws it and alerts by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.config.load import Config
from bot.store import happened
from bot.store.archive import sources
from bot.store.happened import Happened
from bot.store.outbox import figures
from bot.store.outbox.figures import Figures
from bot.store.subscriptions import news
from bot.watch.status import SourceStatus, sources_now
from bot.watch.writers import Writers, writers


@dataclass(frozen=True, slots=True)
class Moments:
    """Of a source, in Unix seconds; 0: never."""

    success: float
    new: float
    failure: float


@dataclass(frozen=True, slots=True)
class State:
    """All of it."""

    sources: Sequence[SourceStatus]
    moments: Mapping[str, Moments]
    """By source."""
    platforms: Mapping[str, Figures]
    happened: Sequence[Happened]
    marked: int
    """Papers that are still to be called for."""
    writers: Writers
    now: float
    """Unix seconds."""


def state(connection: Connection, config: Config, now: datetime) -> State:
    """Of what is configured now, and of every platform that there is something of."""
    counts = happened.every(connection)
    return State(
        sources=sources_now(connection, config, now),
        moments={
            row.name: Moments(row.read_at or 0.0, row.new_at or 0.0, row.failed_at or 0.0)
            for row in sources.every(connection)
        },
        platforms=figures.figures(connection, now),
        happened=counts,
        marked=news.marked(connection),
        writers=writers(connection, counts, now),
        now=now.timestamp(),
    )

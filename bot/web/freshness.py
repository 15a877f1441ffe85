"""For how long an answer stays good: until the next round, as the schedules of the sources say."""

from datetime import datetime, timedelta

from bot.config.tables import Settings
from bot.sources.kind import SourceTable
from bot.sources.timetable import trigger_of

LONGEST = timedelta(hours=1)
"""What comes from a process that is started by hand follows no schedule."""


def until_next_round(settings: Settings, now: datetime) -> int:
    """Whole seconds, one hour at most."""
    wait = min([LONGEST, *(_wait(source, settings, now) for source in settings.sources)])
    return max(int(wait.total_seconds()), 1)


def until_next_hour(now: datetime) -> int:
    """Whole seconds: what asks for an age expires hourly (contract: What is published)."""
    return 3600 - (now.minute * 60 + now.second)


def _wait(source: SourceTable, settings: Settings, now: datetime) -> timedelta:
    if source.every is not None:  # counted from the last round, which may be long ago or just now
        return source.every
    at: datetime | None = trigger_of(source, settings.timezone).get_next_fire_time(None, now)
    return at - now if at else LONGEST

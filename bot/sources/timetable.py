"""When a source is read: by its own rhythm, or its kind's."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger

from bot.rules.rhythm import cron_trigger, interval_trigger
from bot.sources.kind import SourceTable
from bot.sources.registry import SOURCES


def trigger_of(source: SourceTable, zone: ZoneInfo) -> BaseTrigger:
    """The times at which it is due."""
    rhythm = rhythm_of(source)
    return cron_trigger(rhythm, zone) if isinstance(rhythm, str) else interval_trigger(rhythm)


def rhythm_of(source: SourceTable) -> str | timedelta:
    """A crontab line, or how often."""
    return source.schedule or source.every or SOURCES[source.kind].rhythm

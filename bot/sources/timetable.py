"""When a source is read: by its own rhythm, or its kind's."""

from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger

from bot.rules.rhythm import cron_trigger, interval_trigger
from bot.sources.kind import SourceTable
from bot.sources.registry import SOURCES


def trigger_of(source: SourceTable, zone: ZoneInfo) -> BaseTrigger:
    """The times at which it is due."""
    rhythm = source.schedule or source.every or SOURCES[source.kind].rhythm
    return cron_trigger(rhythm, zone) if isinstance(rhythm, str) else interval_trigger(rhythm)

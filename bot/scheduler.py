"""APScheduler wakes sources by their schedule. It only wakes: what is due is decided from the store."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from bot.config import tables as shape
from bot.config.tables import Settings
from bot.rules.rhythm import Jittered, cron_trigger, interval_trigger

_DEFAULTS: Mapping[type, str | timedelta] = {
    shape.HuggingFace: "*/30 * * * *",
    shape.Arxiv: "20 * * * *",  # built at midnight US Eastern, at times late; a fresh answer is not asked for again
    shape.AnyFeed: timedelta(hours=1),
    shape.Imap: timedelta(minutes=10),
    shape.Files: timedelta(minutes=1),
}


@contextmanager
def wake_ups(
    settings: Settings, wake: Callable[[str], object], chance: Callable[[], float] = random.random
) -> Iterator[None]:
    """Call `wake(name)` whenever a source is due, and a little late by `chance()`, while the block runs."""
    # By default 3.11 drops a job that is a second late (measured; schedulers/base.py).
    scheduler = AsyncIOScheduler(
        timezone=settings.timezone, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for source in settings.sources:
        trigger = Jittered(trigger_of(source, settings), chance)
        scheduler.add_job(wake, trigger, args=[source.name], id=source.name)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def trigger_of(source: shape.Source, settings: Settings) -> BaseTrigger:
    """The source's own rhythm, or its kind's."""
    rhythm = source.schedule or source.every or _DEFAULTS[type(source)]
    return cron_trigger(rhythm, settings.timezone) if isinstance(rhythm, str) else interval_trigger(rhythm)

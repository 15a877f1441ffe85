"""APScheduler wakes sources by their schedule. It only wakes: what is due is decided from the store."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.config.tables import Settings
from bot.rules.rhythm import Jittered
from bot.sources.timetable import trigger_of


@contextmanager
def wake_ups(
    settings: Settings, wake: Callable[[str], object], chance: Callable[[], float] = random.random
) -> Iterator[Mapping[str, datetime]]:
    """Call `wake(name)` whenever a source is due, and a little late by `chance()`, while the block runs.

    Gives the first such moment of each source.
    """
    # By default 3.11 drops a job that is a second late (measured; schedulers/base.py).
    scheduler = AsyncIOScheduler(
        timezone=settings.timezone, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for source in settings.sources:
        trigger = Jittered(trigger_of(source, settings.timezone), chance)
        scheduler.add_job(wake, trigger, args=[source.name], id=source.name)
    scheduler.start()
    try:
        yield {job.id: job.next_run_time for job in scheduler.get_jobs() if job.next_run_time}
    finally:
        scheduler.shutdown(wait=False)

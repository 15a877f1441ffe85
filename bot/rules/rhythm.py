"""When a source is read: `schedule` (crontab) or `every` (a duration), as APScheduler triggers; a little late."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.rules.words import lasting

LATEST = timedelta(minutes=1)
SHARE = 0.1
"""Of the time between two readings, that one may come late: else all the world asks a server at the full hour."""
_A_LEAP_YEAR = datetime(2000, 1, 1, tzinfo=UTC)
_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


class Jittered(BaseTrigger):  # type: ignore[misc]  # APScheduler ships no types
    """A trigger's times, each late by `chance()` (0 to 1) of a tenth of the time to the next, LATEST at most."""

    def __init__(self, trigger: BaseTrigger, chance: Callable[[], float]) -> None:
        self._trigger = trigger
        self._chance = chance

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """When to fire after `previous`; None: never again."""
        planned: datetime | None = self._trigger.get_next_fire_time(previous, now)
        following = planned and self._trigger.get_next_fire_time(planned, planned + timedelta(microseconds=1))
        if planned is None or following is None:
            return planned
        return planned + self._chance() * min(SHARE * (following - planned), LATEST)


def in_words(rhythm: str | timedelta) -> str:
    """A rhythm for people: `every 30 minutes`, `daily at 06:00`, else its crontab line."""
    if isinstance(rhythm, timedelta):
        return f"every {lasting(rhythm)}"
    minute, hour, *rest = rhythm.split()
    if rest == ["*", "*", "*"]:
        step = re.fullmatch(r"\*/(\d+)", minute)
        if step and hour == "*" and 60 % int(step[1]) == 0:
            return f"every {lasting(timedelta(minutes=int(step[1])))}"
        if minute.isdigit() and hour.isdigit():
            return f"daily at {int(hour):02}:{int(minute):02}"
        if minute.isdigit() and hour == "*":
            return f"every hour at {int(minute):02}"
    return f"at {rhythm} (crontab)"


def cron_trigger(crontab: str, zone: ZoneInfo) -> BaseTrigger:
    """A trigger for five crontab fields, as crontab(5) means them. Raises ValueError.

    APScheduler counts weekdays from Monday and wants day and weekday both; crontab counts from Sunday (0 and 7) and
    takes either when both are given.
    """
    fields = crontab.split()
    if len(fields) != 5:
        raise ValueError(f"{crontab!r} is no crontab line; write five fields: minute hour day month weekday")
    minute, hour, day, month, weekday = fields
    days = _weekdays(weekday)

    def trigger(day: str, weekday: str) -> CronTrigger:
        return CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=weekday, timezone=zone)

    try:
        if day != "*" and days != "*":
            return OrTrigger([trigger(day, "*"), trigger("*", days)])
        found = trigger(day, days)
    except ValueError as error:
        raise ValueError(f"{crontab!r} is no crontab line: {error}") from None
    if days == "*" and found.get_next_fire_time(None, _A_LEAP_YEAR) is None:
        raise ValueError(f"{crontab!r} never comes: no month of it has such a day")
    return found


def interval_trigger(every: timedelta) -> BaseTrigger:
    """A trigger for every so often, first after one interval: a round at start has just been.

    Without a zone APScheduler asks the machine for its own, which may be none (`TZ=UTC+3`) and raises.
    """
    return IntervalTrigger(seconds=every.total_seconds(), timezone=UTC)


def _weekdays(field: str) -> str:
    if field == "*":
        return "*"
    chosen: set[int] = set()
    for item in field.lower().split(","):
        chosen |= _weekday_item(item)
    return ",".join(_NAMES[day] for day in sorted(chosen))


def _weekday_item(item: str) -> set[int]:
    found = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/([1-9]))?", item)
    if not found:
        raise ValueError(f"{item!r} is no weekday; write 0-7 (0 and 7 are Sunday) or sun-sat")
    first = 0 if found[1] == "*" else _weekday(found[1])
    last = 6 if found[1] == "*" or (found[3] and not found[2]) else _weekday(found[2] or found[1])
    if last < first:
        last += 7
    return {day % 7 for day in range(first, last + 1, int(found[3] or 1))}


def _weekday(text: str) -> int:
    if text in _NAMES:
        return _NAMES.index(text)
    if text.isascii() and text.isdigit() and int(text) <= 7:
        return int(text)
    raise ValueError(f"{text!r} is no weekday; write 0-7 (0 and 7 are Sunday) or sun-sat")

"""The papers with most votes of each day, week or month: which periods there are, and when one is over. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Period = Literal["day", "week", "month"]
AFTER = timedelta(hours=24)
"""A period is decided so long after it ended: lists fill up late, votes rise."""


@dataclass(frozen=True, slots=True)
class Best:
    """What a feed is cut down to: so many papers of each period."""

    top: int
    period: Period = "day"

    def __str__(self) -> str:
        held = "paper" if self.top == 1 else f"{self.top} papers"
        return f"the {held} with the most votes of each {self.period}"


def end_of(day: date, period: Period) -> date:
    """The first day after the period that a day is in: weeks begin on Monday."""
    if period == "day":
        return day + timedelta(days=1)
    if period == "week":
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def decided_up_to(zone: ZoneInfo, now: datetime) -> date:
    """What ended by this day is to be decided: a period whose end is no later than the local day of 24 hours ago."""
    return (now - AFTER).astimezone(zone).date()

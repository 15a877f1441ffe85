"""How many papers a week: counted over the days that an archive covers, never over days before it began. Draws nothing.

The one rule for `try`, for every plot of the site, and for whatever else says "a week".
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from feeds.known import remembered

SHOWN = 26
"""Weeks that a plot shows: half a year."""
_WEEK = 7
_WEEKEND = timedelta(days=3)
"""Nothing is announced from Friday's list to Monday's, and the archive covers these days all the same."""


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its Monday, and the papers announced in it."""

    monday: date
    papers: int
    days: int = _WEEK
    """Those of its days that are covered: fewer in the first week of an archive, and in the newest."""


@dataclass(frozen=True, slots=True)
class Covered:
    """The days that an archive covers, both ends with it."""

    first: date
    last: date

    @classmethod
    def shown(cls, first: date, newest: date) -> "Covered":
        """What a plot shows of an archive from its first day announced to its newest: half a year at most.

        A half year ends with its newest week, so that a page of an old archive changes once a week, not each day.
        """
        until = monday(newest)
        if (until - first).days // _WEEK < SHOWN - 1:
            return cls(min(first, newest), newest)
        return cls(_later(until, 1 - SHOWN), _last_of(until))

    @classmethod
    def asked(cls, first: date, newest: date, since: date, today: date) -> "Covered | None":
        """What an archive covers of the days from `since` on to `today`; None where that is nothing."""
        last = today if newest <= today <= newest + min(_WEEKEND, date.max - newest) else newest
        return cls(max(first, since), last) if last >= max(first, since) else None

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


def weeks_of(
    days: Iterable[date], last: date | None = None, count: int = SHOWN, first: date | None = None
) -> tuple[Week, ...]:
    """The weeks up to that of the day `last`, or of the newest, oldest first, empty ones too: `count` at most.

    None of them lies before the day `first`; none at all where there is no day.
    """
    known = list(days)
    end = last or max(known, default=None)
    if end is None:
        return ()
    papers, until = Counter(map(monday, known)), monday(end)
    begin = min(first or date.min, end)
    number = min(count, (until - monday(begin)).days // _WEEK + 1)
    return tuple(_week(one, papers.get(one, 0), some) for one, some in _covered_of(begin, end, number))


def plotted(days: Sequence[date], covered: Covered | None) -> tuple[Week, ...]:
    """The weeks that a plot shows of papers announced on these days, in an archive that covers those."""
    return weeks_of(days, covered.last, first=covered.first) if covered else ()


def mean(weeks: Sequence[Week]) -> str:
    """Papers a week on average, as people say it."""
    return spoken(rate(sum(week.papers for week in weeks), sum(week.days for week in weeks)))


def spoken(average: float) -> str:
    """Papers a week, as people say it."""
    if 0 < average < 0.1:
        return "less than 0.1"
    return f"{average:.0f}" if average >= 10 or average == round(average) else f"{average:.1f}"


def rate(papers: int, days: int) -> float:
    """Papers a week, of so many in so many days that the archive covers; 0 of none."""
    return papers * _WEEK / days if days > 0 else 0.0


@remembered(2048)
def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _later(day: date, weeks: int) -> date:
    return day + timedelta(weeks=weeks)


def _last_of(one: date) -> date:
    return one + min(timedelta(days=_WEEK - 1), date.max - one)


_week = remembered(2048)(Week)
"""Many feeds have weeks alike."""


@remembered(64)
def _covered_of(begin: date, end: date, number: int) -> tuple[tuple[date, int], ...]:
    """The Mondays of the last so many weeks, oldest first, each with how many days of its week are covered."""
    mondays = [_later(monday(end), -back) for back in reversed(range(number))]
    return tuple((one, (min(_last_of(one), end) - max(one, begin)).days + 1) for one in mondays)

"""How many papers a week, as numbers and as the bars of a plot. Draws nothing: the templates do."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SHOWN = 26
"""Weeks that a plot shows: half a year."""


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its Monday, and the papers announced in it."""

    monday: date
    papers: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a plot, in its own units; y counts from the top."""

    week: Week
    x: int
    y: int
    width: int
    height: int


def weeks_of(days: Iterable[date], last: date | None = None, count: int = SHOWN) -> tuple[Week, ...]:
    """The `count` weeks up to that of the day `last`, or of the newest, oldest first, empty ones too.

    None where there is no day.
    """
    papers = Counter(map(monday, days))
    until = monday(last) if last else max(papers, default=None)
    if until is None:
        return ()
    since_the_first = (until - date.min).days // 7 + 1
    mondays = (until - timedelta(weeks=back) for back in reversed(range(min(count, since_the_first))))
    return tuple(Week(one, papers[one]) for one in mondays)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def bars(weeks: Sequence[Week], height: int, width: int = 8, gap: int = 2) -> tuple[Bar, ...]:
    """A bar a week, the fullest `height` units high; a week with a paper is never flat."""
    most = max((week.papers for week in weeks), default=0)
    return tuple(_bar(week, place * (width + gap), width, height, most) for place, week in enumerate(weeks))


def drawn(some: Iterable[Bar]) -> str:
    """Bars as one path of SVG."""
    return "".join(f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h-{bar.width}z" for bar in some if bar.height)


def mean(weeks: Sequence[Week]) -> str:
    """Papers a week on average, as people say it."""
    average = sum(week.papers for week in weeks) / max(len(weeks), 1)
    if 0 < average < 0.1:
        return "less than 0.1"
    return f"{average:.0f}" if average >= 10 or average == round(average) else f"{average:.1f}"


def _bar(week: Week, x: int, width: int, height: int, most: int) -> Bar:
    high = max(round(height * week.papers / most), 1) if week.papers else 0
    return Bar(week, x, height - high, width, high)

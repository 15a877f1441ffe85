"""Days, weeks and months as a site has pages of them, and how dates are written. Knows no paper."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from feeds.known import remembered

Span = Literal["day", "week", "month"]
SPANS: tuple[Span, ...] = get_args(Span)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A day, a week from Monday on (ISO 8601), or a month."""

    first: date
    span: Span

    @classmethod
    def around(cls, day: date, span: Span) -> "Period":
        """The one that a day lies in."""
        back = {"day": 0, "week": day.weekday(), "month": day.day - 1}[span]
        return cls(day - timedelta(days=back), span)

    @classmethod
    def named(cls, span: str, name: str) -> "Period | None":
        """The one of that name, as an address has it; None where there is none."""
        try:
            found = cls.around(_FIRST[span](name), span)  # type: ignore[arg-type]  # a key of it is a span
        except (KeyError, ValueError, OverflowError):
            return None
        return found if found.name == name else None

    @property
    def last(self) -> date:
        """Its last day."""
        if self.span == "day":
            return self.first
        if self.span == "week":
            return self.first + min(timedelta(days=6), date.max - self.first)
        return self.first.replace(day=_days_of_month(self.first))

    @property
    def before(self) -> "Period":
        """The one before it; itself where time begins."""
        return Period.around(self.first - min(timedelta(days=1), self.first - date.min), self.span)

    @property
    def name(self) -> str:
        """`2026-11-27`, `2026-W48`, `2026-11`."""
        if self.span == "day":
            return self.first.isoformat()
        if self.span == "month":
            return self.first.isoformat()[:7]
        year, week, _ = self.first.isocalendar()
        return f"{year:04d}-W{week:02d}"

    @property
    def title(self) -> str:
        """As a heading names it: `Friday, 27 November 2026`."""
        if self.span == "day":
            return f"{_WEEKDAYS[self.first.weekday()]}, {written(self.first)}"
        if self.span == "month":
            return f"{_MONTHS[self.first.month - 1]} {self.first.year}"
        return f"Week {self.first.isocalendar().week}, {_from_to(self.first, self.last)}"

    @property
    def words(self) -> str:
        """As a link names it: `27 November`, `week 48`, `November 2026`."""
        return {"day": short(self.first), "week": f"week {self.first.isocalendar().week}"}.get(self.span, self.title)


def periods(days: Iterable[date], span: Span) -> list[Period]:
    """Those that the days lie in, the oldest first."""
    return sorted({Period.around(day, span) for day in days})


@remembered(4096)
def written(day: date) -> str:
    """`4 September 2025`: without the locale, which is the process's."""
    return f"{short(day)} {day.year}"


def short(day: date) -> str:
    """`4 September`."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def brief(day: date) -> str:
    """`4 Sep`."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]}"


def _from_to(first: date, last: date) -> str:
    if first.year != last.year:
        return f"{written(first)} to {written(last)}"
    return f"{first.day if first.month == last.month else short(first)} to {written(last)}"


def _days_of_month(first: date) -> int:
    return 31 if first.month == 12 else (first.replace(month=first.month + 1) - first).days


def _first_of_week(name: str) -> date:
    year, week = _numbers(_WEEK, name)
    return date.fromisocalendar(year, week, 1)


def _first_of_month(name: str) -> date:
    year, month = _numbers(_MONTH, name)
    return date(year, month, 1)


def _numbers(shape: re.Pattern[str], name: str) -> tuple[int, int]:
    found = shape.fullmatch(name)
    if found is None:
        raise ValueError(name)
    return int(found[1]), int(found[2])


_FIRST = {"day": date.fromisoformat, "week": _first_of_week, "month": _first_of_month}

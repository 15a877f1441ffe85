"""arXiv's calendar: which day announces what was submitted when, and which days were missed. Pure.

Source of the rules: info.arxiv.org/help/availability. Its holidays are not known here.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.rules.parts import Part

EASTERN = ZoneInfo("America/New_York")
CUT_OFF = time(14)
"""What is submitted before 14:00 US Eastern is announced at 20:00 and stands in the feed of the next weekday."""
SETTLED = timedelta(days=3)
"""How long a day read from the API is read again: the API trails the listings by hours."""
AGAIN = timedelta(hours=6)
"""The least time between two such readings."""
AT_ONCE = 20
"""Missed days caught up in one round: a minute's requests."""
_STALE = timedelta(days=30)
"""How old a feed may be."""
LATE = 5
"""Weekdays that a paper may be held back by moderation and then come with an old date."""

LISTED = "listed"
"""The stamp of a day whose feed was read whole."""
OPEN = "open"
"""Of a day that was asked for, but whose feed gave nothing, or not all."""
FROM_API = "api"
"""Of a missed day that was read from the API."""
_DOWN_TO = f"{OPEN} down to "
"""Of a missed day that was read from its end down to some moment, which follows."""

_DAY = timedelta(days=1)


def eastern_day(now: datetime) -> date:
    """The day where arXiv is."""
    return now.astimezone(EASTERN).date()


def submitted_between(day: date) -> tuple[datetime, datetime]:
    """From when until when the papers were submitted that a weekday's feed announces, in UTC."""
    last = _weekday_before(day)
    return _cut_off(_weekday_before(last)), _cut_off(last)


def announced_on(submitted: datetime) -> date:
    """The day whose feed announces what was submitted then, unless it is held back or a holiday defers it."""
    local = submitted.astimezone(EASTERN)
    closing = local.date() + (_DAY if local.time() >= CUT_OFF else timedelta())
    while not is_weekday(closing):
        closing += _DAY
    return _weekday_after(closing)


def weekdays(first: date, last: date) -> list[date]:
    """The weekdays from `first` to `last`, both included."""
    days = (first + n * _DAY for n in range((last - first).days + 1))
    return [day for day in days if is_weekday(day)]


def weekdays_back(day: date, count: int) -> date:
    """The weekday `count` weekdays before."""
    for _ in range(count):
        day = _weekday_before(day)
    return day


def is_weekday(day: date) -> bool:
    """Whether arXiv's feed may have a list on that day."""
    return day.weekday() < 5


def open_down_to(moment: datetime) -> str:
    """The stamp of a missed day whose papers from this moment on were read, and the earlier ones not yet."""
    return f"{_DOWN_TO}{moment.isoformat()}"


def read_down_to(part: Part | None) -> datetime | None:
    """From when on the papers of a day were read; None: nothing is known of that."""
    if part is None or not part.stamp.startswith(_DOWN_TO):
        return None
    return datetime.fromisoformat(part.stamp.removeprefix(_DOWN_TO))


def read_to_its_end(day: date, before: Part | None, now: datetime) -> str:
    """The stamp of a day of which all is read by now; it is open where its last papers were asked for too early."""
    settled = datetime.combine(day, time(), UTC) + SETTLED
    early = before is not None and read_down_to(before) is not None and before.read_at < settled <= now
    return OPEN if early else FROM_API


def is_absurd(day: date, known: Mapping[date, Part], today: date) -> bool:
    """Whether no feed of now can be of that day, which would make all days since missed.

    One that is newer than all that were listed is right, and the clock is not.
    """
    listed = (known_day for known_day, part in known.items() if part.stamp == LISTED)
    return day < today - _STALE and day < max(listed, default=date.max)


def days_known(parts: Mapping[str, Part]) -> dict[date, Part]:
    """The parts that are days."""
    return {day: part for name, part in parts.items() if (day := _as_day(name))}


def days_missed(known: Mapping[date, Part], now: datetime) -> list[date]:
    """Weekdays before today, since the first day known, whose papers may not be all there; oldest first."""
    if not known:
        return []
    days = weekdays(min(known), eastern_day(now) - _DAY)
    return [day for day in days if _wants_reading(day, known.get(day), now)]


def _wants_reading(day: date, part: Part | None, now: datetime) -> bool:
    if part is None or part.stamp.startswith(OPEN):
        return True
    if part.stamp != FROM_API:
        return False
    settled = part.read_at >= datetime.combine(day, time(), UTC) + SETTLED
    return not settled and now - part.read_at >= AGAIN


def _cut_off(day: date) -> datetime:
    return datetime.combine(day, CUT_OFF, EASTERN).astimezone(UTC)


def _weekday_before(day: date) -> date:
    day -= _DAY
    return day if is_weekday(day) else _weekday_before(day)


def _weekday_after(day: date) -> date:
    day += _DAY
    return day if is_weekday(day) else _weekday_after(day)


def _as_day(name: str) -> date | None:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None

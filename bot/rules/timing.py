"""When a delivery falls due: `deliver` and `quiet` of an alert, in local time, over clock changes. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = timedelta(days=36500)
BATCH_WAIT = timedelta(seconds=60)
"""For so long at most a `batch` waits for the slowest source of its round, and `each` for its source to be read."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
_CLOCK = r"([01]?\d|2[0-3]):([0-5]\d)"


@dataclass(frozen=True, slots=True)
class Rule:
    """An alert's `deliver`: `each` and `batch` at once, `daily` and `weekly` at a local time."""

    mode: str
    at: time | None = None
    weekday: int | None = None

    def __str__(self) -> str:
        day = "" if self.weekday is None else f" {DAYS[self.weekday]}"
        return self.mode + day + (f" {self.at:%H:%M}" if self.at else "")


@dataclass(frozen=True, slots=True)
class Quiet:
    """Local hours in which nothing is sent; they may pass midnight."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def parse_duration(text: str) -> timedelta:
    """`20s`, `30m`, `12h`, `7d`, `2w`, `2y` (of 365 days), or several (`1h30m`). Raises ValueError."""
    if not re.fullmatch(r"(\d{1,6}[smhdwy])+", text):
        raise ValueError(f"{text!r} is no duration; write one like 20s, 30m, 12h, 7d or 1h30m")
    seconds = sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)([smhdwy])", text))
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"{text!r} is too long; at most {LONGEST.days}d")
    return timedelta(seconds=seconds)


def parse_rule(text: str) -> Rule:
    """`each`, `batch`, `daily 09:00` or `weekly mon 09:00`. Raises ValueError."""
    words = text.lower().split()
    match words:
        case ["each" | "batch" as mode]:
            return Rule(mode)
        case ["daily", clock] if at := _clock(clock):
            return Rule("daily", at)
        case ["weekly", day, clock] if day[:3] in DAYS and (at := _clock(clock)):
            return Rule("weekly", at, DAYS.index(day[:3]))
    raise ValueError(f'{text!r} is no way to deliver; write each, batch, "daily 09:00" or "weekly mon 09:00"')


def parse_quiet(text: str) -> Quiet:
    """`22:00-07:00`. Raises ValueError."""
    start, _, end = text.partition("-")
    first, last = _clock(start.strip()), _clock(end.strip())
    if first is None or last is None or first == last:
        raise ValueError(f'{text!r} is no span of hours; write one like "22:00-07:00"')
    return Quiet(first, last)


def due_at(rule: Rule, quiet: Quiet | None, zone: ZoneInfo, now: datetime, served: datetime | None = None) -> datetime:
    """When something enqueued `now` falls due, in UTC.

    `served` is when delivery was last at work: a digest whose time has passed since then was missed, and is due now.
    """
    due = now if rule.at is None or _missed(rule, zone, now, served) else next_slot(rule, zone, now)
    return end_of_quiet(quiet, zone, due) or due


def end_of_quiet(quiet: Quiet | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The end of the quiet hours that `now` falls into, in UTC; None outside them."""
    if quiet is None:
        return None
    local = now.astimezone(zone)
    clock = local.time().replace(tzinfo=None, fold=0)
    over_midnight = quiet.start > quiet.end
    inside = clock >= quiet.start or clock < quiet.end if over_midnight else quiet.start <= clock < quiet.end
    if not inside:
        return None
    day = local.date() + timedelta(days=int(over_midnight and clock >= quiet.start))
    end = instant(day, quiet.end, zone)
    if end <= now:
        return None
    return end_of_quiet(quiet, zone, end) or end  # the time between two quiet spans may not exist that day


def kept_quiet(quiet: Quiet | None, zone: ZoneInfo) -> str:
    """Quiet hours as a delivery keeps them, with the zone whose clock they go by; empty: none."""
    return f"{quiet} {zone.key}" if quiet else ""


def end_of_kept_quiet(kept: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The end of kept quiet hours that `now` falls into; `zone` is theirs where none is kept."""
    hours, _, key = kept.partition(" ")
    return end_of_quiet(parse_quiet(hours), ZoneInfo(key) if key else zone, now) if hours else None


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time as UTC: one that does not exist means the next that does, one that comes twice the first."""
    local = datetime.combine(day, at, zone)
    utc = local.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return utc
    # In a gap, fold=0 reads the clock as before the change and lands behind the gap by the same distance;
    # the first existing local time is the moment of the change itself.
    before, after = utc - timedelta(hours=3), utc
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset():
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def next_slot(rule: Rule, zone: ZoneInfo, now: datetime) -> datetime:
    """The first moment after `now` at which a digest falls due, in UTC."""
    return next(moment for moment in _slots(rule, zone, now, 1) if moment > now)


def last_slot(rule: Rule, zone: ZoneInfo, now: datetime) -> datetime:
    """The last moment up to `now` at which a digest fell due, in UTC."""
    return next(moment for moment in _slots(rule, zone, now, -1) if moment <= now)


def may_go(rule: Rule, zone: ZoneInfo, now: datetime, last_due: datetime | None) -> bool:
    """Whether a digest may go now, after one that was due at `last_due`: never two for one local date."""
    if last_due is None:
        return True
    slot = last_slot(rule, zone, now)
    before = last_due.astimezone(zone).date()
    return last_due < slot and before < now.astimezone(zone).date()


def still_due(
    rule: Rule, quiet: Quiet | None, zone: ZoneInfo, now: datetime, due: datetime, since: datetime
) -> datetime:
    """When what waits, enqueued at `since` and then due at `due`, falls due by the rules of now.

    A digest whose time was changed begins with the next such time that comes.
    """
    if rule.at is None:
        return end_of_quiet(quiet, zone, now) or min(due, now)
    slot = last_slot(rule, zone, due)
    as_planned = due in {slot, end_of_quiet(quiet, zone, slot)} or due <= since
    return due if as_planned else due_at(rule, quiet, zone, now)


def _missed(rule: Rule, zone: ZoneInfo, now: datetime, served: datetime | None) -> bool:
    return served is not None and served < now and next_slot(rule, zone, served) <= now


def _slots(rule: Rule, zone: ZoneInfo, now: datetime, step: int) -> Iterator[datetime]:
    """When a digest falls due, from today on day by day; for more than a week, which holds every weekday."""
    assert rule.at is not None
    today, at = now.astimezone(zone).date(), rule.at
    days = (today + timedelta(days=step * number) for number in range(9))
    return (instant(day, at, zone) for day in days if rule.weekday in {None, day.weekday()})


def _clock(text: str) -> time | None:
    found = re.fullmatch(_CLOCK, text)
    return time(int(found[1]), int(found[2])) if found else None

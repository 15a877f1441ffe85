"""The state of a source, decided from what is remembered of it: ok, quiet, stalled or failed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import pairwise

PATIENCE = 2
"""Working days without anything new after which a source of lists is stalled (contract: Source states)."""
SHORTEST = timedelta(days=14)
"""The least that any other source may be silent (contract: Source states)."""
PASSING = timedelta(days=2)
"""How long a source may fail before it counts as one that stands still: longer than a usual outage."""
WINDOW = timedelta(days=90)
"""How far back the gaps of a source are looked at, from the last new paper."""
_DAY = timedelta(days=1)


class Silence(Enum):
    """How long a source may give nothing new."""

    LISTS = "a list every working day"
    OWN_GAPS = "its own gaps, three times"
    NEVER_STALLED = "it waits for its owner"


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered of a source."""

    silence: Silence
    first_seen: datetime
    read_at: datetime | None
    """The last round without a failure."""
    new_at: datetime | None
    """When it last gave a paper that it had not given before."""
    error: str | None
    longest_gap: timedelta = timedelta()
    """Between two days with papers, within WINDOW."""


def state_of(record: Record, now: datetime) -> str:
    """The word for a source as it stands."""
    if record.error:
        return "failed"
    if record.read_at is None:
        return "quiet"
    if record.new_at and _is_in_rhythm(record, record.new_at, now):
        return "ok"
    return "stalled" if _is_stalled(record, record.new_at or record.first_seen, now) else "quiet"


def is_given_up(record: Record, now: datetime) -> bool:
    """Whether waiting for a source is of no use: it is stalled, or has failed for longer than what passes.

    One failure says nothing yet: most are over with the next reading.
    """
    if record.error:
        return now - (record.read_at or record.first_seen) > PASSING
    return state_of(record, now) == "stalled"


def longest_gap(days: Iterable[date]) -> timedelta:
    """The longest time between two neighbours of these days; none where there are not two."""
    ordered = sorted(set(days))
    return max((later - earlier for earlier, later in pairwise(ordered)), default=timedelta())


def working_days(since: datetime, now: datetime) -> int:
    """Weekdays after the day of `since`, up to today, in UTC."""
    first, last = since.astimezone(UTC).date(), now.astimezone(UTC).date()
    return sum(_is_working(first + timedelta(days=ahead)) for ahead in range(1, min((last - first).days, 30) + 1))


def _is_in_rhythm(record: Record, new_at: datetime, now: datetime) -> bool:
    """Whether something new came no longer ago than usual. At weekends there are no lists: quiet, not ok."""
    if new_at.astimezone(UTC).date() == now.astimezone(UTC).date():
        return True
    if record.silence is Silence.LISTS:
        return now - new_at <= _DAY and _is_working(now.astimezone(UTC).date())
    return now - new_at <= max(_DAY, record.longest_gap)


def _is_stalled(record: Record, since: datetime, now: datetime) -> bool:
    if record.silence is Silence.NEVER_STALLED:
        return False
    if record.silence is Silence.LISTS:
        return working_days(since, now) > PATIENCE
    return now - since > max(SHORTEST, 3 * record.longest_gap)


def _is_working(day: date) -> bool:
    return day.weekday() < 5

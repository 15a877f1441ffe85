"""The state of a source, decided from what is remembered of it: ok, quiet, stalled or failed. Pure."""

from datetime import UTC, date, datetime, timedelta

PATIENCE = {"huggingface": 2}
"""Working days without anything new after which a kind is stalled (contract: Source states). A folder never is."""


def state_of(kind: str, read_at: datetime | None, new_at: datetime | None, error: str | None, now: datetime) -> str:
    """The word for a source that was last read and last gave something new at these moments."""
    if error:
        return "failed"
    if read_at is None:
        return "quiet"
    if new_at and now - new_at <= timedelta(days=1):
        return "ok"
    patience = PATIENCE.get(kind)
    if patience is not None and working_days(new_at or read_at, now) > patience:
        return "stalled"
    return "quiet"


def working_days(since: datetime, now: datetime) -> int:
    """Weekdays after the day of `since`, up to today, in UTC."""
    first, last = since.astimezone(UTC).date(), now.astimezone(UTC).date()
    return sum(_is_working(first + timedelta(days=ahead)) for ahead in range(1, min((last - first).days, 30) + 1))


def _is_working(day: date) -> bool:
    return day.weekday() < 5

"""Due times in local time, over clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.timing import Quiet, due_at, end_of_quiet, instant, parse_duration, parse_quiet, parse_rule

BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "now", "due"),
    [
        ("each", "2026-03-27 12:00", "2026-03-27 12:00"),
        ("batch", "2026-03-27 12:00", "2026-03-27 12:00"),
        ("daily 09:00", "2026-03-27 07:59", "2026-03-27 08:00"),
        ("daily 09:00", "2026-03-27 08:00", "2026-03-28 08:00"),
        ("daily 09:00", "2026-03-28 12:00", "2026-03-29 07:00"),
        ("daily 02:30", "2026-03-28 12:00", "2026-03-29 01:00"),  # 02:30 does not exist: 03:00 summer time
        ("daily 02:30", "2026-10-24 12:00", "2026-10-25 00:30"),  # 02:30 comes twice: the first
        ("daily 02:30", "2026-10-25 00:45", "2026-10-26 01:30"),  # and not again
        ("weekly mon 09:00", "2026-03-27 12:00", "2026-03-30 07:00"),
        ("weekly fri 09:00", "2026-03-27 08:00", "2026-04-03 07:00"),
    ],
)
def test_due_times(rule: str, now: str, due: str) -> None:
    assert due_at(parse_rule(rule), None, BERLIN, utc(now)) == utc(due)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-01-05 20:59", None),
        ("2026-01-05 21:00", "2026-01-06 06:00"),
        ("2026-01-06 05:59", "2026-01-06 06:00"),
        ("2026-01-06 06:00", None),
        ("2026-03-28 23:30", "2026-03-29 05:00"),  # the night is an hour shorter
    ],
)
def test_quiet_hours_over_midnight(now: str, end: str | None) -> None:
    assert end_of_quiet(parse_quiet("22:00-07:00"), BERLIN, utc(now)) == (utc(end) if end else None)


def test_a_digest_that_falls_into_quiet_hours_comes_at_their_end() -> None:
    due = due_at(parse_rule("daily 06:00"), parse_quiet("22:00-07:00"), BERLIN, utc("2026-01-05 12:00"))
    assert due == utc("2026-01-06 06:00")


@given(
    st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    st.times(),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_every_local_date_has_one_moment_and_they_are_in_order(day: date, at: time, zone: str) -> None:
    at = at.replace(second=0, microsecond=0)
    first = instant(day, at, ZoneInfo(zone))
    second = instant(day + timedelta(days=1), at, ZoneInfo(zone))
    assert timedelta(hours=22) <= second - first <= timedelta(hours=26)
    local = first.astimezone(ZoneInfo(zone))
    assert local.date() == day
    assert local.time() == at or local.time() > at


@pytest.mark.parametrize(
    ("text", "seconds"), [("20s", 20), ("30m", 1800), ("1h30m", 5400), ("7d", 604800), ("2w", 1209600)]
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "7", "d", "-1d", "1.5h", "7 days", "1y", "9" * 20 + "d"])
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        parse_duration(text)


def test_quiet_prints_as_it_is_read() -> None:
    assert parse_quiet(str(Quiet(time(22), time(7)))) == Quiet(time(22), time(7))


@pytest.mark.parametrize(
    ("rule", "served", "now", "due"),
    [
        ("daily 09:00", "2026-01-05 08:00", "2026-01-06 08:05", "2026-01-06 08:05"),  # cron at 09:05 local: now
        ("daily 09:00", "2026-01-06 08:05", "2026-01-06 09:00", "2026-01-07 08:00"),  # and later that day: tomorrow
        ("daily 09:00", "2026-01-06 07:59", "2026-01-06 07:59", "2026-01-06 08:00"),
        ("weekly mon 09:00", "2026-01-02 12:00", "2026-01-07 12:00", "2026-01-07 12:00"),
        ("each", "2026-01-02 12:00", "2026-01-07 12:00", "2026-01-07 12:00"),
    ],
)
def test_a_digest_whose_time_passed_while_nobody_delivered_is_due_now(
    rule: str, served: str, now: str, due: str
) -> None:
    assert due_at(parse_rule(rule), None, BERLIN, utc(now), utc(served)) == utc(due)

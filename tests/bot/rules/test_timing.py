"""Due times in local time, over clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.timing import (
    LONGEST,
    Quiet,
    Rule,
    due_at,
    end_of_kept_quiet,
    end_of_quiet,
    instant,
    kept_quiet,
    last_slot,
    may_go,
    next_slot,
    parse_duration,
    parse_quiet,
    parse_rule,
    still_due,
)

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


def test_an_hour_that_comes_twice_is_quiet_once() -> None:
    quiet = parse_quiet("01:00-02:30")
    assert end_of_quiet(quiet, BERLIN, utc("2026-10-25 00:15")) == utc("2026-10-25 00:30")
    assert end_of_quiet(quiet, BERLIN, utc("2026-10-25 01:15")) is None


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


ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"])
CLOCKS = st.builds(time, st.integers(0, 3) | st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
CHANGES = ["2026-03-29 01:00", "2026-10-25 01:00", "2026-03-08 07:00", "2026-11-01 06:00", "2026-04-04 15:00"]
CHANGES += ["2026-10-03 15:30", "2018-11-04 03:00", "2018-02-18 02:00"]
"""When the clocks of these zones changed; in Sao Paulo at midnight, on Lord Howe by half an hour."""
MOMENTS = st.builds(
    lambda text, ahead: utc(text) + ahead,
    st.sampled_from(CHANGES),
    st.builds(timedelta, minutes=st.integers(-1500, 1500)),
)
SPANS = st.builds(Quiet, CLOCKS, CLOCKS).filter(lambda quiet: quiet.start != quiet.end)


@given(ZONES.map(ZoneInfo), CLOCKS, MOMENTS)
def test_a_daily_digest_has_one_moment_each_local_date(zone: ZoneInfo, at: time, now: datetime) -> None:
    rule = Rule("daily", at)
    dates = []
    for _ in range(9):
        now = due_at(rule, None, zone, now)
        dates.append(now.astimezone(zone).date())
    assert dates == [dates[0] + timedelta(days=ahead) for ahead in range(9)]


@given(ZONES.map(ZoneInfo), CLOCKS, st.integers(0, 6), MOMENTS)
def test_a_weekly_digest_comes_within_a_week_on_its_weekday(zone: ZoneInfo, at: time, day: int, now: datetime) -> None:
    due = due_at(Rule("weekly", at, day), None, zone, now)
    assert now < due <= now + timedelta(days=7, hours=1)
    assert due.astimezone(zone).weekday() == day


def jumped_over(quiet: Quiet) -> bool:
    """Whether the time between two quiet spans is so short that a change of the clock may leave it out."""
    start, end = (timedelta(hours=one.hour, minutes=one.minute) for one in (quiet.start, quiet.end))
    return timedelta(0) < start - end <= timedelta(hours=1)


def test_quiet_hours_go_on_where_the_clock_jumps_over_the_time_between_them() -> None:
    quiet, zone = Quiet(time(2, 15), time(2, 0)), ZoneInfo("Europe/Berlin")
    end = end_of_quiet(quiet, zone, datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    assert end == datetime(2026, 3, 30, 0, 0, tzinfo=UTC)


@given(ZONES.map(ZoneInfo), SPANS, MOMENTS)
def test_quiet_hours_end_once_on_a_clock_that_may_jump(zone: ZoneInfo, quiet: Quiet, now: datetime) -> None:
    end = end_of_quiet(quiet, zone, now)
    days = 2 if jumped_over(quiet) else 1
    if end is not None:
        assert now < end <= now + timedelta(hours=24 * days + 1)
        assert end_of_quiet(quiet, zone, end) is None


@given(ZONES.map(ZoneInfo), SPANS, MOMENTS, st.sampled_from(["each", "batch", "daily 02:30", "weekly sun 01:15"]))
def test_nothing_falls_due_in_quiet_hours(zone: ZoneInfo, quiet: Quiet, now: datetime, rule: str) -> None:
    due = due_at(parse_rule(rule), quiet, zone, now)
    assert due >= now
    assert end_of_quiet(quiet, zone, due) is None


@pytest.mark.parametrize(
    ("text", "seconds"), [("20s", 20), ("30m", 1800), ("1h30m", 5400), ("7d", 604800), ("2w", 1209600)]
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "7", "d", "-1d", "1.5h", "7 days", "1mo", "9" * 20 + "d"])
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


@pytest.mark.parametrize(
    ("rule", "now", "last", "following"),
    [
        ("daily 09:00", "2026-03-29 06:59", "2026-03-28 08:00", "2026-03-29 07:00"),
        ("daily 09:00", "2026-03-29 07:00", "2026-03-29 07:00", "2026-03-30 07:00"),
        ("weekly mon 09:00", "2026-03-27 12:00", "2026-03-23 08:00", "2026-03-30 07:00"),
        ("weekly mon 09:00", "2026-03-23 07:59", "2026-03-16 08:00", "2026-03-23 08:00"),
    ],
)
def test_between_two_slots_lies_now(rule: str, now: str, last: str, following: str) -> None:
    read = parse_rule(rule)
    assert (last_slot(read, BERLIN, utc(now)), next_slot(read, BERLIN, utc(now))) == (utc(last), utc(following))


@pytest.mark.parametrize(
    ("now", "last_due", "may"),
    [
        ("2026-01-06 09:00", None, True),
        ("2026-01-06 09:00", "2026-01-05 08:00", True),
        ("2026-01-06 07:00", "2026-01-05 08:00", False),  # its time has not come
        ("2026-01-06 09:00", "2026-01-06 07:00", False),  # one of that date went: its time was changed
        ("2026-01-06 09:00", "2026-01-06 08:00", False),
    ],
)
def test_no_two_digests_go_for_one_local_date(now: str, last_due: str | None, may: bool) -> None:
    rule = parse_rule("daily 09:00")
    assert may_go(rule, BERLIN, utc(now), utc(last_due) if last_due else None) is may


@pytest.mark.parametrize(
    ("rule", "now", "due", "since", "still"),
    [
        ("each", "2026-01-06 12:00", "2026-01-06 14:00", "2026-01-06 11:00", "2026-01-06 12:00"),  # was a digest
        ("each", "2026-01-06 12:00", "2026-01-06 11:00", "2026-01-06 11:00", "2026-01-06 11:00"),
        ("each", "2026-01-06 22:00", "2026-01-06 14:00", "2026-01-06 11:00", "2026-01-07 06:00"),  # quiet by now
        ("daily 09:00", "2026-01-06 12:00", "2026-01-07 08:00", "2026-01-06 11:00", "2026-01-07 08:00"),
        ("daily 06:00", "2026-01-06 12:00", "2026-01-07 06:00", "2026-01-06 11:00", "2026-01-07 06:00"),  # put off
        ("daily 06:00", "2026-01-07 05:30", "2026-01-07 06:00", "2026-01-06 11:00", "2026-01-07 06:00"),  # still is
        ("daily 10:00", "2026-01-06 12:00", "2026-01-07 08:00", "2026-01-06 11:00", "2026-01-07 09:00"),  # changed
        ("daily 10:00", "2026-01-06 12:00", "2026-01-06 11:00", "2026-01-06 11:00", "2026-01-06 11:00"),  # was missed
    ],
)
def test_what_waits_falls_due_by_the_rules_of_now(rule: str, now: str, due: str, since: str, still: str) -> None:
    quiet = parse_quiet("22:00-07:00")
    found = still_due(parse_rule(rule), quiet, BERLIN, utc(now), utc(due), utc(since))
    assert found == utc(still)


def test_quiet_hours_are_kept_with_their_zone() -> None:
    kept = kept_quiet(parse_quiet("22:00-07:00"), BERLIN)
    assert (kept, kept_quiet(None, BERLIN)) == ("22:00-07:00 Europe/Berlin", "")
    utc_zone, late = ZoneInfo("UTC"), utc("2026-01-06 21:30")
    assert end_of_kept_quiet(kept, utc_zone, late) == utc("2026-01-07 06:00")
    assert end_of_kept_quiet("22:00-07:00", utc_zone, late) is None
    assert end_of_kept_quiet("", BERLIN, late) is None


@pytest.mark.parametrize("text", ["each", "batch", "daily 09:00", "weekly mon 09:00"])
def test_a_rule_prints_as_it_is_read(text: str) -> None:
    assert str(parse_rule(text)) == text
    assert parse_rule(text.upper()) == parse_rule(text)


@pytest.mark.parametrize("text", ["", "hourly", "daily", "daily 24:00", "weekly 09:00", "weekly xxx 09:00", "each 9"])
def test_what_is_no_rule_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="no way to deliver"):
        parse_rule(text)


@pytest.mark.parametrize("text", ["", "22:00", "22:00-22:00", "22-07", "-07:00"])
def test_what_is_no_span_of_hours_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="no span of hours"):
        parse_quiet(text)


def test_a_duration_has_an_end() -> None:
    assert parse_duration("36500d") == LONGEST
    with pytest.raises(ValueError, match="too long; at most 36500d"):
        parse_duration("36501d")

"""Periods of a feed of the best, over clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.best import Best, Period, decided_up_to, end_of
from bot.rules.timing import instant

ZONES = ("UTC", "Europe/Berlin", "America/Havana", "America/Sao_Paulo", "Pacific/Apia", "Pacific/Kiritimati")
PERIODS = st.sampled_from(["day", "week", "month"])
DAYS = st.dates(date(2005, 1, 1), date(2035, 1, 1))


@pytest.mark.parametrize(
    ("day", "period", "end"),
    [
        ("2026-02-28", "day", "2026-03-01"),
        ("2026-11-29", "week", "2026-11-30"),  # a Sunday
        ("2026-11-30", "week", "2026-12-07"),  # a Monday
        ("2026-12-31", "week", "2027-01-04"),
        ("2026-12-01", "month", "2027-01-01"),
        ("2028-02-29", "month", "2028-03-01"),
        ("2026-01-31", "month", "2026-02-01"),
    ],
)
def test_ends(day: str, period: Period, end: str) -> None:
    assert end_of(date.fromisoformat(day), period) == date.fromisoformat(end)


@given(DAYS, PERIODS)
def test_every_day_is_in_one_period(day: date, period: Period) -> None:
    end = end_of(day, period)
    assert day < end
    assert end_of(end - timedelta(days=1), period) == end
    assert end_of(end, period) > end


@given(DAYS, st.sampled_from(ZONES), st.timedeltas(timedelta(days=-3), timedelta(days=3)))
def test_a_period_is_decided_24_hours_after_its_end(end: date, zone: str, off: timedelta) -> None:
    here = ZoneInfo(zone)
    now = instant(end, time(), here) + off
    assert (end <= decided_up_to(here, now)) == (off >= timedelta(hours=24))


def test_a_second_decides() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    moment = datetime(2026, 11, 28, 23, tzinfo=UTC)  # midnight there, the 29th
    assert decided_up_to(berlin, moment) == date(2026, 11, 28)
    assert decided_up_to(berlin, moment - timedelta(seconds=1)) == date(2026, 11, 27)


def test_it_says_what_it_is() -> None:
    assert str(Best(10)) == "the 10 papers with the most votes of each day"
    assert str(Best(1, "month")) == "the paper with the most votes of each month"

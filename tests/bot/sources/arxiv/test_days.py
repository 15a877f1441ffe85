"""Which days of the list are asked for."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.parts import Part
from bot.sources.huggingface.source import days_to_read

WEEK = timedelta(days=7)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read(**when: str) -> Mapping[str, Part]:
    """Parts by their day in January 2026 (`d05`) and when each was last read."""
    names = {f"2026-01-{day[1:]}": at(moment) for day, moment in when.items()}
    return {name: Part(name, "", moment) for name, moment in names.items()}


def asked(parts: Mapping[str, Part], now: str, lookback: timedelta) -> list[int]:
    """The days of January 2026 that are asked for, as numbers."""
    days = days_to_read(parts, at(now), lookback)
    assert all((day.year, day.month) == (2026, 1) for day in days)
    return [day.day for day in days]


TWO = timedelta(days=2)


@pytest.mark.parametrize(
    ("parts", "now", "lookback", "days"),
    [
        pytest.param({}, "2026-01-09T12:00", WEEK, [2, 3, 4, 5, 6, 7, 8, 9], id="the first time"),
        pytest.param({}, "2026-01-09T00:00", TWO, [7, 8, 9], id="at midnight"),
        pytest.param({}, "2026-01-09T23:59", timedelta(0), [9], id="no lookback: today alone"),
        pytest.param({}, "2026-01-09T12:00", timedelta(hours=30), [7, 8, 9], id="a part of a day counts as one"),
        pytest.param(read(d06="2026-01-09T11:30"), "2026-01-09T12:00", TWO, [7, 8, 9], id="read when it was final"),
        pytest.param(read(d06="2026-01-08T00:00"), "2026-01-09T12:00", TWO, [7, 8, 9], id="final on the very instant"),
        pytest.param(read(d06="2026-01-07T23:59"), "2026-01-09T12:00", TWO, [6, 7, 8, 9], id="read too early"),
        pytest.param(
            read(d03="2026-01-05T08:00", d04="2026-01-05T08:00", d05="2026-01-05T08:00"),
            "2026-01-19T12:00",
            TWO,
            list(range(4, 20)),
            id="stopped for two weeks",
        ),
        pytest.param(
            read(d05="2026-01-09T09:00", d06="2026-01-09T09:00", d08="2026-01-12T00:00"),
            "2026-01-12T12:00",
            TWO,
            [7, 9, 10, 11, 12],
            id="a day that failed whenever it was asked for, and one never asked for",
        ),
        pytest.param(read(d20="2026-01-20T09:00"), "2026-01-09T12:00", TWO, [7, 8, 9], id="a clock that went back"),
        pytest.param(
            {"x": Part("x", "", at("2026-01-01T00:00"))}, "2026-01-09T12:00", TWO, [7, 8, 9], id="a part that is no day"
        ),
    ],
)
def test_days_asked_for(parts: Mapping[str, Part], now: str, lookback: timedelta, days: list[int]) -> None:
    assert asked(parts, now, lookback) == days


@pytest.mark.parametrize("hours", [-11, -4, 0, 9, 13])
def test_today_is_that_of_utc_wherever_the_clock_stands(hours: int) -> None:
    here = timezone(timedelta(hours=hours))
    assert days_to_read({}, at("2026-01-09T23:30").astimezone(here), WEEK)[-1] == date(2026, 1, 9)


BEGIN = at("2026-01-01T00:00")
moments = st.integers(0, 40 * 24).map(lambda hours: BEGIN + timedelta(hours=hours))
lookbacks = st.integers(0, 9 * 24).map(lambda hours: timedelta(hours=hours))


@given(
    rounds=st.lists(moments, min_size=1, max_size=12).map(sorted),
    lookback=lookbacks,
    broken=st.sets(st.integers(0, 60)),
)
def test_every_day_since_the_first_round_is_read_when_it_is_final_however_rounds_fall(
    rounds: list[datetime], lookback: timedelta, broken: set[int]
) -> None:
    parts: dict[str, Part] = {}
    count = 0
    for now in [*rounds, rounds[-1] + timedelta(days=30)]:
        final_round = now > rounds[-1]
        days = days_to_read(parts, now, lookback)
        assert days == sorted(set(days))
        assert days[-1] == now.date()
        for day in days:
            count += 1
            if final_round or count not in broken:
                parts[day.isoformat()] = Part(day.isoformat(), "", now)
    first = date.fromisoformat(min(parts))
    for n in range((rounds[-1].date() - first).days + 1):
        day = first + timedelta(days=n)
        assert parts[day.isoformat()].read_at >= datetime(day.year, day.month, day.day, tzinfo=UTC) + lookback


@given(now=moments, later=st.integers(1, 20), lookback=lookbacks)
def test_a_final_day_is_not_asked_for_again(now: datetime, later: int, lookback: timedelta) -> None:
    then = now + timedelta(days=later)
    parts = {day.isoformat(): Part(day.isoformat(), "", then) for day in days_to_read({}, now, lookback)}
    window = set(days_to_read({}, then, lookback))
    again = {day.isoformat() for day in set(days_to_read(parts, then, lookback)) - window}
    final = {n for n in parts if parts[n].read_at >= datetime.fromisoformat(n).replace(tzinfo=UTC) + lookback}
    assert not again & final

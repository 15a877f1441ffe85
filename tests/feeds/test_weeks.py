"""Papers a week: over the days that an archive covers, never over days before it began."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.render import Feed
from feeds.site import FeedSummary
from feeds.weeks import SHOWN, Covered, Week, mean, monday, plotted, rate, weeks_of

MONDAY = date(2026, 11, 2)
DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


def after(days: int) -> date:
    return MONDAY + timedelta(days=days)


TWO_WEEKS = [after(0)] * 30 + [after(11)] * 19
"""Thirty papers in one week and nineteen in the next, as found.md has it (row 3)."""


@pytest.mark.parametrize(
    ("days", "first", "newest", "bars", "said"),
    [
        pytest.param(TWO_WEEKS, after(0), after(13), [30, 19], "24", id="two weeks"),
        pytest.param(TWO_WEEKS, after(0), after(11), [30, 19], "29", id="two weeks, the second still running"),
        pytest.param([after(3)], after(3), after(3), [1], "7", id="one day"),
        pytest.param([after(0)] * 10, after(0), after(6), [10], "10", id="one week"),
        pytest.param([after(2)] * 5 + [after(8)] * 5, after(2), after(8), [5, 5], "10", id="seven days of two weeks"),
        pytest.param([after(0)] * 4, after(0), after(27), [4, 0, 0, 0], "1", id="a feed that had papers at first only"),
        pytest.param([after(27)] * 4, after(0), after(27), [0, 0, 0, 4], "1", id="a feed that has papers of late only"),
        pytest.param([after(0)] * 52, after(-900), after(3), [0] * 25 + [52], "2", id="half a year of an old archive"),
        pytest.param([after(0)] * 26, after(-175), after(0), [0] * 25 + [26], "1", id="half a year to the day"),
        pytest.param([after(0)] * 25, after(-168), after(6), [0] * 24 + [25], "1", id="a week less than half a year"),
        pytest.param([], after(0), after(13), [0, 0], "0", id="no paper"),
        pytest.param([after(5)], after(5), after(7), [1, 0], "2.3", id="a Saturday and on"),
    ],
)
def test_weeks_before_an_archive_began_are_absent_and_not_zero(
    days: list[date], first: date, newest: date, bars: list[int], said: str
) -> None:
    weeks = plotted(days, Covered.shown(first, newest))
    assert [week.papers for week in weeks] == bars
    assert mean(weeks) == said


def test_an_empty_archive_has_no_weeks() -> None:
    assert plotted([], None) == weeks_of([]) == ()
    assert FeedSummary.of(Feed("a", "A"), [], Covered(after(0), after(20))).weeks == ()


@given(DAYS, DAYS, st.lists(DAYS))
def test_no_week_lies_before_the_first_day_and_the_days_of_all_are_those_covered(
    first: date, newest: date, days: list[date]
) -> None:
    first, newest = min(first, newest), max(first, newest)
    covered = Covered.shown(first, newest)
    weeks = plotted(days, covered)
    assert monday(first) <= weeks[0].monday <= weeks[-1].monday == monday(newest)
    assert sum(week.days for week in weeks) == covered.days
    assert len(weeks) <= SHOWN
    assert first <= covered.first <= newest <= covered.last


@given(DAYS, DAYS)
def test_the_plot_of_an_old_archive_changes_with_its_week_only(first: date, newest: date) -> None:
    """Else all pages would be written again each day."""
    newest = max(newest, first + timedelta(weeks=SHOWN))
    assert Covered.shown(first, newest) == Covered.shown(date(2019, 1, 1), monday(newest))


@pytest.mark.parametrize(
    ("first", "newest", "since", "today", "wanted"),
    [
        pytest.param(0, 13, -17, 13, (0, 13), id="an archive younger than what is asked for"),
        pytest.param(-90, 13, -17, 13, (-17, 13), id="an older one"),
        pytest.param(0, 11, -17, 13, (0, 13), id="on a Sunday, the newest of Friday"),
        pytest.param(0, 11, -17, 60, (0, 11), id="nothing collected since"),
        pytest.param(0, 11, 12, 60, None, id="all older than what is asked for"),
        pytest.param(0, 11, -400, -370, (0, 11), id="the clock is a year behind"),
        pytest.param(0, 0, -30, 0, (0, 0), id="the first day"),
    ],
)
def test_what_is_covered_of_the_days_asked_for(
    first: int, newest: int, since: int, today: int, wanted: tuple[int, int] | None
) -> None:
    found = Covered.asked(after(first), after(newest), after(since), after(today))
    assert found == (wanted and Covered(*map(after, wanted)))


@pytest.mark.parametrize("day", [date.min, date.max])
def test_no_day_is_too_early_or_too_late(day: date) -> None:
    assert plotted([day], Covered.shown(day, day))[0].papers == 1
    assert weeks_of([day])[-1].papers == 1
    assert Covered.asked(day, day, day, day) == Covered(day, day)


def test_no_days_are_no_rate() -> None:
    assert rate(3, 0) == 0
    assert mean([Week(MONDAY, 0, 0)]) == "0"

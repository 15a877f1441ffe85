"""What a long stop leaves to catch up with; where a paper stands in its lane."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.rules.places import of_one_round, place_of
from bot.rules.stops import Stop, catches_up

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
STOP = Stop((MONDAY - timedelta(days=4)).timestamp(), MONDAY.timestamp())


@pytest.mark.parametrize(
    ("came", "days", "missed"),
    [
        (0, [-4, -3, 0], True),
        (0, [-4, -3, -3], False),  # of two days
        (0, [-6, -5, -3, 0], False),  # of days before
        (23, [-4, -3, 0], True),
        (24, [-4, -3, 0], False),  # came a day later
        (-1, [-4, -3, 0], False),  # had come before
    ],
)
def test_papers_of_three_days_that_come_after_a_stop_were_missed(came: int, days: list[int], missed: bool) -> None:
    at = (MONDAY + timedelta(hours=came)).timestamp()
    papers = [(at, (MONDAY + timedelta(days=day)).date()) for day in days]
    assert catches_up(STOP, papers) is missed
    assert catches_up(None, papers) is False


def test_a_lane_goes_by_rounds_and_in_a_round_by_the_day_announced() -> None:
    later = MONDAY + timedelta(seconds=1)
    rows = [(MONDAY, date(1970, 1, 1)), (MONDAY, date(2026, 11, 20)), (MONDAY, None), (later, date(2020, 1, 1))]
    places = [place_of(day, began) for began, day in rows]
    assert places == sorted(set(places))
    assert place_of(None, MONDAY) == place_of(MONDAY.date(), MONDAY)
    first, last = of_one_round(places[1])
    assert [first <= place <= last for place in places] == [True, True, True, False]
    assert of_one_round(places[2]) == (places[0], last)
    assert place_of(date(1970, 1, 1), later) == last + 1

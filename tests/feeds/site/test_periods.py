"""Days, weeks and months, and the sheets of a list."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import trending
from feeds.paper import Paper
from feeds.site import ORDERS, SPANS, Order, Period, Span, by_votes, periods, sheet, sheets
from feeds.site.address import root_of, search_path, sheet_path, subscribe_path
from feeds.site.sheets import AT_MOST, OLDER

spans = st.sampled_from(SPANS)
orders = st.sampled_from((*ORDERS, "library:mine"))
totals = st.integers(0, 1_000)


@given(st.dates(), spans)
def test_a_day_lies_in_the_period_around_it_which_is_found_by_its_name(day: date, span: Span) -> None:
    around = Period.around(day, span)
    assert around.first <= day <= around.last
    assert Period.named(span, around.name) == around == Period.around(around.last, span)


@given(st.lists(st.dates(date(2024, 1, 1), date(2026, 12, 31))), spans)
def test_periods_follow_each_other_and_hold_every_day(days: list[date], span: Span) -> None:
    some = periods(days, span)
    assert all(one.last < other.first for one, other in pairwise(some))
    assert {Period.around(day, span) for day in days} == set(some)


@pytest.mark.parametrize(
    ("span", "day", "name", "title"),
    [
        ("day", date(2026, 11, 27), "2026-11-27", "Friday, 27 November 2026"),
        ("week", date(2026, 11, 27), "2026-W48", "Week 48, 23 to 29 November 2026"),
        ("week", date(2027, 1, 1), "2026-W53", "Week 53, 28 December 2026 to 3 January 2027"),
        ("week", date(2025, 10, 1), "2025-W40", "Week 40, 29 September to 5 October 2025"),
        ("month", date(2026, 11, 27), "2026-11", "November 2026"),
        ("month", date(2024, 2, 29), "2024-02", "February 2024"),
    ],
)
def test_a_period_is_called_as_the_contract_says(span: Span, day: date, name: str, title: str) -> None:
    assert (Period.around(day, span).name, Period.around(day, span).title) == (name, title)


@pytest.mark.parametrize("name", ["", "2026-11-31", "20261127", "2026-W54", "2026-W1", "2026-13", "2026-W48-1", "x"])
@pytest.mark.parametrize("span", [*SPANS, "year", ""])
def test_what_is_no_period_is_none(span: str, name: str) -> None:
    assert Period.named(span, name) is None


@given(totals, orders)
def test_sheets_hold_every_paper_once_and_lead_on_to_each_other(total: int, order: Order) -> None:
    some = sheets(total, order)
    assert [place for one in some for place in range(one.start, one.stop)] == list(range(total))
    assert all(one.stop - one.start <= AT_MOST for one in some)
    assert some[0].number == 0
    assert [one.next for one in some] == [*(one.number for one in some[1:]), None]
    assert all(sheet(total, order, one.number) == one for one in some)
    assert sheet(total, order, 1_000) is None


@given(totals, st.integers(0, 300))
def test_new_papers_change_no_older_sheet(total: int, more: int) -> None:
    def older(count: int) -> dict[int, tuple[tuple[int, int], int | None]]:
        return {one.number: (one.oldest, one.next) for one in sheets(count, "new") if one.number}

    assert older(total).items() <= older(total + more).items()
    assert all(last - first + 1 == OLDER for (first, last), _ in older(total).values())
    first = sheets(total, "new")[0]
    assert first.stop >= min(total, OLDER)


def test_most_votes_come_first_and_equals_stay_in_order() -> None:
    some = [Paper(str(n), "T", "", votes=votes) for n, votes in enumerate([None, 3, 0, 9, 3])]
    assert [one.id for one in by_votes(some)] == ["3", "1", "4", "0", "2"]
    assert [one.id for one in trending.by_votes(some[::-1])] == ["3", "1", "4", "0", "2"]


def test_what_is_trending_is_of_the_newest_day_that_has_begun() -> None:
    friday, sunday = date(2026, 11, 27), date(2026, 11, 29)
    assert trending.newest([friday - timedelta(days=1), friday, date(2026, 12, 1)], "day", sunday).first == friday
    assert trending.newest([], "week", sunday).name == "2026-W48"


def test_a_sheet_has_an_address_of_its_own() -> None:
    assert sheet_path("feeds/a.html", 0) == "feeds/a.html"
    assert sheet_path("feeds/a.html", 3) == "feeds/a/3.html"
    assert sheet_path("feeds/a.html", 3, "votes") == "feeds/a.html?sort=votes&page=3"
    assert subscribe_path("a b&c") == "subscribe?query=a%20b%26c"
    asked = search_path("a b", within=Period(date(2026, 11, 27), "day"))
    assert asked == "search?q=a%20b&day=2026-11-27"
    assert sheet_path(asked, 2) == f"{asked}&page=2"
    assert sheet_path(asked, 2, "new") == f"{asked}&sort=new&page=2"
    assert [root_of(path) for path in ("index.html", "feeds/a.html", "feeds/a/3.html", asked)] == [
        "",
        "../",
        "../../",
        "",
    ]


@pytest.mark.parametrize(
    ("span", "name", "before"),
    [
        ("day", "2026-03-01", "2026-02-28"),
        ("week", "2026-W01", "2025-W52"),
        ("month", "2026-01", "2025-12"),
        ("month", "0001-01", "0001-01"),
    ],
)
def test_before_a_period_comes_one_of_its_kind(span: Span, name: str, before: str) -> None:
    found = Period.named(span, name)
    assert found
    assert found.before == Period.named(span, before)


def test_a_period_cannot_end_after_the_last_day() -> None:
    assert Period.around(date.max, "week").last == date.max
    assert Period.around(date.min + timedelta(days=1), "week").first == date.min
